"""What is compared, and what is said about it."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

import brute
import moves
import office
import pairs
from logs import LogFile
from petri import Space, read_pnml

# PM4Py's A* is slow; it judges one net in so many, for the fitness.
ASTAR_ONE_IN = 8
# Of a log, PM4Py gets at most so many variants; of those with the largest nets so many, by A* with more time.
PM4PY_VARIANTS = 60
PM4PY_HARDEST = 6
HARDEST = ("a42", "u42")


class Report:
    """Counts, differences and what could not be compared."""

    def __init__(self):
        self.counts = Counter()
        self.open = Counter()
        self.differences = []
        self.lines = []

    def say(self, line):
        """Something to read now and at the end."""
        print(line, flush=True)
        self.lines.append(line)

    def same(self, kind, what, ours, theirs):
        """Compares two numbers, of which either may be unknown; true when both are known and differ."""
        if ours is None or theirs is None:
            self.open[kind, what, "ours" if ours is None else "theirs"] += 1
            return False
        self.counts[kind, what] += 1
        return ours != theirs

    def differs(self, **facts):
        """Keeps a difference and prints it."""
        self.differences.append(facts)
        self.say("DIFFERENCE " + json.dumps(facts, ensure_ascii=False))

    def show(self):
        """The table of what was compared."""
        print("\n| nets | compared | pairs | open (ours) | open (theirs) |\n|---|---|---|---|---|")
        known = sorted({key[:2] for key in [*self.counts, *self.open]})
        for kind, what in known:
            ours, theirs = self.open[kind, what, "ours"], self.open[kind, what, "theirs"]
            print(f"| {kind} | {what} | {self.counts[kind, what]} | {ours} | {theirs} |")
        print(f"\nDifferences: {len(self.differences)}.")


def fitness(cost, events, shortest):
    """The fitness of a trace, exactly."""
    most = events + shortest
    return 1 - Fraction(cost, most) if most else Fraction(1)


def ours_of(programs, job, model=None):
    """quytrinh's answer to a job, in the form of the oracles, and whether its moves hold."""
    found = programs.replay(model or ["--net", job["net"]], job["log"])
    if "failure" in found:
        return {"id": job["id"], "failure": found["failure"], "costs": [None] * len(job["traces"])}
    cases = {case["case"]: case for case in found["cases"]}
    answer = {"id": job["id"], "log": found["log"], "cases": []}
    for number in range(len(job["traces"])):
        answer["cases"].append(cases.get(str(number), {}))
    answer["costs"] = [case.get("cost") for case in answer["cases"]]
    if len(cases) != len(job["traces"]):
        answer["failure"] = f"{len(cases)} cases instead of {len(job['traces'])}"
    return answer


def random_pairs(programs, jobs, report):
    """Every random pair: rust4pm and PM4Py for all, PM4Py's fitness for a part, quytrinh for all, and for tables of
    steps also `--procedure`."""
    report.say(f"{sum(len(job['traces']) for job in jobs)} random pairs on {len(jobs)} nets.")
    rust = programs.by_rust4pm(jobs)
    # PM4Py's product of net and trace loses the weights of arcs, so it is asked only where there are none.
    plain = [job for job in jobs if not job["weighted"]]
    dijkstra = programs.by_pm4py(plain)
    less = programs.by_pm4py(plain, "lessmemory")
    astar = programs.by_pm4py([job for job in plain[::ASTAR_ONE_IN] if "finals" not in job], "astar")
    with ThreadPoolExecutor(programs.workers) as pool:
        ours = dict(zip((job["id"] for job in jobs), pool.map(lambda job: one(programs, job), jobs)))
    kept = []
    for job in jobs:
        asked = {"rust4pm": rust, "PM4Py": dijkstra, "PM4Py A*": astar}
        answers = {name: found[job["id"]] for name, found in asked.items() if job["id"] in found}
        brute_force(job, answers)
        too_high(job, rust[job["id"]], less.get(job["id"], {}), report)
        agreed = between_oracles(job, answers, report)
        if programs.quytrinh:
            with_ours(programs, job, ours[job["id"]], answers, report)
        known = rust[job["id"]]
        if agreed and None not in [known["shortest"], *known["costs"]]:
            kept.append({"job": job, "shortest": known["shortest"], "costs": known["costs"]})
    return kept


def one(programs, job):
    """quytrinh's answers to a job, by model."""
    if not programs.quytrinh:
        return {}
    answers = {"net": ours_of(programs, job)}
    if "text" in job:
        answers["table"] = ours_of(programs, job, ["--procedure", job["text"]])
    return answers


def brute_force(job, answers):
    """Adds the costs by trying everything."""
    net, _ = read_pnml(job["net"])
    shortest, *costs = brute.costs(net, [[], *job["traces"]])
    answers["brute force"] = {"shortest": shortest, "costs": costs}


def too_high(job, right, less, report):
    """Counts how often PM4Py's fastest exact-looking variant gives more than the optimum: a defect of PM4Py 2.7.23
    that is known here, and the reason why the others are asked."""
    for best, cost in zip(right["costs"], less.get("costs", [])):
        if best is not None and cost is not None:
            report.counts[job["kind"], "PM4Py less memory: asked"] += 1
            report.counts[job["kind"], "PM4Py less memory: above the optimum"] += cost > best
            report.counts[job["kind"], "PM4Py less memory: below the optimum"] += cost < best


def between_oracles(job, answers, report):
    """Whether the oracles agree; where they do not, a difference."""
    agreed = True
    rust = answers["rust4pm"]
    for name, answer in answers.items():
        if "failure" in answer:
            report.say(f"{name} fails on {job['id']}: {answer['failure']}")
            continue
        if name == "rust4pm":
            continue
        for number, (mine, other) in enumerate(zip(rust["costs"], answer["costs"])):
            if report.same(job["kind"], f"rust4pm - {name}", mine, other):
                agreed = False
                report.differs(
                    between=["rust4pm", name], net=job["net"], trace=job["traces"][number], costs=[mine, other]
                )
        if answer["shortest"] != rust["shortest"] and None not in (answer["shortest"], rust["shortest"]):
            agreed = False
            report.differs(between=["rust4pm", name], net=job["net"], shortest=[rust["shortest"], answer["shortest"]])
    return agreed


def with_ours(programs, job, ours, answers, report):
    """Compares quytrinh with each oracle, its fitness with exact numbers, and its moves with the net."""
    for model, own in ours.items():
        if "failure" in own:
            report.counts[job["kind"], f"refused ({model})"] += 1
            report.say(f"quytrinh ({model}) on {job['id']}: {own['failure']}")
            continue
        told = set()
        for name, answer in answers.items():
            if "failure" in answer:
                continue
            kind = f"quytrinh ({model}) - {name}"
            for number, (mine, other) in enumerate(zip(own["costs"], answer["costs"])):
                if report.same(job["kind"], kind, mine, other) and number not in told:
                    told.add(number)
                    smallest(programs, job, model, number, [mine, other], name, report)
        check_fitness(job, own, answers, report)
        if model == "net":
            check_moves(job, own, report)


def check_fitness(job, own, answers, report):
    """The fitness of each case and of the log."""
    shortest = answers["rust4pm"].get("shortest")
    if shortest is None:
        return
    theirs = answers.get("PM4Py A*", {}).get("fitness") or [None] * len(job["traces"])
    total, most, average = 0, 0, Fraction(0)
    for trace, case, other in zip(job["traces"], own["cases"], theirs):
        cost = case.get("cost")
        if cost is None:
            return
        right = fitness(cost, len(trace), shortest)
        total, most, average = total + cost, most + len(trace) + shortest, average + right
        if abs(case["fitness"] - right) > 1e-9:
            report.differs(what="fitness", net=job["net"], trace=trace, fitness=case["fitness"], right=float(right))
        # PM4Py calls an empty trace of a net that may end at once unfit.
        if other is not None and (trace or shortest) and report.same(
            job["kind"], "fitness with PM4Py A*", round(case["fitness"], 9), round(other, 9)
        ):
            report.differs(what="PM4Py fitness", net=job["net"], trace=trace, fitness=case["fitness"], theirs=other)
    whole = 1 - Fraction(total, most) if most else Fraction(1)
    if own["log"]["shortest_run"] != shortest:
        report.differs(what="shortest run", net=job["net"], ours=own["log"]["shortest_run"], right=shortest)
    means = {"log_fitness": whole, "average_fitness": average / len(job["traces"])}
    for name, right in means.items():
        if abs(own["log"][name] - right) > 1e-9:
            report.differs(what=name, net=job["net"], ours=own["log"][name], right=float(right))


def check_moves(job, own, report):
    """Whether the moves spell the trace and a run of the net, and cost what is said."""
    net, ids = read_pnml(job["net"])
    for number, (trace, case) in enumerate(zip(job["traces"], own["cases"])):
        if case.get("cost") is None:
            continue
        fault = moves.fault(net, ids, trace, case)
        report.counts[job["kind"], "moves valid"] += fault is None
        if fault:
            report.differs(what="moves", net=job["net"], case=number, trace=trace, fault=fault, moves=case["moves"])


def smallest(programs, job, model, number, costs, name, report):
    """Makes the trace of a difference as short as it can be, and keeps it."""
    trace = job["traces"][number]
    ask = programs.by_pm4py if name.startswith("PM4Py") else programs.by_rust4pm
    path = Path(job["log"]).with_suffix(".shrink.xes")
    shorter = True
    while shorter and trace:
        shorter = [trace[:at] + trace[at + 1 :] for at in range(len(trace))]
        tried = {**job, "traces": shorter, "log": pairs.write_log(path, shorter)}
        own = ours_of(programs, tried, None if model == "net" else ["--procedure", job["text"]])
        other = ask([tried])[job["id"]]["costs"]
        still = [
            at for at, (a, b) in enumerate(zip(own["costs"], other)) if a is not None and b is not None and a != b
        ]
        shorter = bool(still)
        if still:
            trace, costs = shorter_one(tried, still, own, other)
    text = job.get("text") if model == "table" else job["net"]
    report.differs(between=[f"quytrinh ({model})", name], model=text, trace=trace, costs=costs)


def shorter_one(tried, still, own, other):
    """The first of the shorter traces that still differ, with its costs."""
    return tried["traces"][still[0]], [own["costs"][still[0]], other[still[0]]]


# --- Logs ------------------------------------------------------------------------------------------------------------


def logs(programs, into, names, report):
    """The named logs, read from XES by everybody."""
    into.mkdir(parents=True, exist_ok=True)
    kept = []
    for name in names:
        path = office.write(name, into, csv=False)
        net, text, cases = office.named()[name]()
        job = {"id": name, "kind": name.split("-")[0], "net": str(into / f"{name}.pnml"), "log": str(path)}
        if text:
            job["text"] = str(into / f"{name}.md")
        kept += log(programs, job, Counter(tuple(trace) for trace in cases), report)
    return kept


def log(programs, job, variants, report):
    """One log: costs by variant from the oracles, cases from quytrinh."""
    ordered = sorted(variants, key=lambda variant: (-variants[variant], variant))
    asked = {**job, "traces": [list(variant) for variant in ordered], "give_up": 3}
    rust = programs.by_rust4pm([asked])[job["id"]]
    if job["kind"] in HARDEST:
        part = {**asked, "traces": asked["traces"][:PM4PY_HARDEST]}
        pm4py = programs.by_pm4py([part], "astar", 60)
    else:
        part = {**asked, "traces": asked["traces"][:PM4PY_VARIANTS]}
        pm4py = programs.by_pm4py([part])
    answers = {"rust4pm": rust}
    if pm4py:
        answers["PM4Py"] = pm4py[job["id"]]
    agreed = between_oracles({**asked, "kind": job["kind"]}, answers, report)
    if programs.quytrinh:
        models = {"net": ["--net", job["net"]]} | ({"table": ["--procedure", job["text"]]} if "text" in job else {})
        for model, command in models.items():
            compare_log(programs, job, model, command, (ordered, variants), answers, report)
    known = sum(cost is not None for cost in rust["costs"])
    report.say(f"{job['id']}: {len(ordered)} variants, {known} known to rust4pm.")
    if not agreed:
        return []
    theirs = answers.get("PM4Py", {})
    both = zip_longest(rust["costs"], theirs.get("costs", []))
    costs = [cost if cost is not None else other for cost, other in both]
    shortest = rust["shortest"] if rust["shortest"] is not None else theirs.get("shortest")
    return [{"job": asked, "shortest": shortest, "costs": costs}] if shortest is not None else []


def compare_log(programs, job, model, command, variants, answers, report):
    """Compares the costs of the cases of a log by variant, and its fitness."""
    ordered, counts = variants
    found = programs.replay(command, job["log"])
    if "failure" in found:
        report.say(f"quytrinh ({model}) on {job['id']}: {found['failure']}")
        report.counts[job["kind"], f"refused ({model})"] += 1
        return
    by_variant = moves.costs_by_variant(found["cases"])
    for name, answer in answers.items():
        if "failure" in answer:
            continue
        for variant, other in zip(ordered, answer["costs"]):
            mine = by_variant.get(variant, {None})
            if len(mine) > 1:
                report.differs(what="one variant, several costs", log=job["log"], trace=variant, costs=sorted(mine))
            elif mine == {None} and not found["log"]["not_determined"]:
                report.differs(what="a variant is missing", log=job["log"], model=model, trace=variant)
            elif report.same(job["kind"], f"quytrinh ({model}) - {name}", next(iter(mine)), other):
                part = {**job, "traces": [list(variant)]}
                smallest(programs, part, model, 0, [next(iter(mine)), other], name, report)
    said = found["log"]
    right = {"cases": sum(counts.values()), "variants": len(ordered)}
    right["events"] = sum(len(variant) * count for variant, count in counts.items())
    shortest, costs = answers["rust4pm"]["shortest"], answers["rust4pm"]["costs"]
    if shortest is not None and None not in costs:
        pairs_of = [(cost, len(variant), counts[variant]) for cost, variant in zip(costs, ordered)]
        most = sum((events + shortest) * count for _, events, count in pairs_of)
        right["fitting"] = sum(count for cost, _, count in pairs_of if cost == 0)
        right["log_fitness"] = 1 - sum(cost * count for cost, _, count in pairs_of) / most
        mean = sum(fitness(cost, events, shortest) * count for cost, events, count in pairs_of)
        right["average_fitness"] = float(mean / right["cases"])
    if said["not_determined"]:
        right = {key: right[key] for key in ("cases", "variants", "events")}
    for key, value in right.items():
        report.counts[job["kind"], "facts of the log"] += 1
        if abs(said[key] - value) > 1e-9:
            report.differs(what=key, log=job["log"], model=model, ours=said[key], right=value)


def mined(programs, work, report):
    """Nets that PM4Py's miners make of our logs, against those logs."""
    into = work / "mined"
    into.mkdir(parents=True, exist_ok=True)
    kept = []
    for name in ("seq8-event-1k", "office-2k", "receipt-like", "a12-n20", "a22-n50"):
        _, _, cases = office.named()[name]()
        traces = [list(trace) for trace, _ in zip(cases, range(300))]
        path = into / f"{name}.xes"
        written = LogFile(path)
        for number, trace in enumerate(traces):
            written.plain(f"c{number}", trace, start=1000 * number)
        written.close()
        for net in discovered(programs, path, into):
            # What the alpha and heuristics miners find can often not end at all.
            ends = Space(read_pnml(net)[0], most=30_000).is_easy_sound()
            job = {"id": Path(net).stem, "kind": "mined" if ends else "mined, no end", "net": net, "log": str(path)}
            kept += log(programs, job, Counter(map(tuple, traces)), report)
    return kept


def discovered(programs, path, into):
    """Lets PM4Py mine a log; the nets."""
    import subprocess

    command = [programs.python, f"{programs.here}/pm4py_oracle.py", "discover", str(path), str(into)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "0"})
    return [line for line in done.stdout.splitlines() if line.endswith(".pnml")]
