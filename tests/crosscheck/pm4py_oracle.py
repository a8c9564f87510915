"""PM4Py as an outside oracle. Run by the Python of the virtual environment that `run` makes, as a program of its own:
quytrinh neither links PM4Py (AGPL) nor holds any of its code.

    python pm4py_oracle.py pairs < JOBS.jsonl > RESULTS.jsonl
    python pm4py_oracle.py log NET.pnml LOG.xes (astar|dijkstra|lessmemory) (default|fastest) [SECONDS]
    python pm4py_oracle.py discover LOG.xes INTO
    python pm4py_oracle.py sound SECONDS NET.pnml…
    python pm4py_oracle.py open FILE…

`pairs` reads one job a line, `{"id", "net", "finals"?, "traces", "variant", "seconds",
"give_up"?}`, and answers `{"id", "shortest", "costs", "fitness"}`; after so many answers too late it gives up the net. Costs are visible deviations: PM4Py counts 10,000 for each, and a little for silent
moves. Its fitness is asked only of the A* variant, for the Dijkstra variant leaves out the length of the trace.
"""

import json
import resource
import signal
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import pm4py  # noqa: E402
from pm4py.algo.conformance.alignments.petri_net import algorithm  # noqa: E402
from pm4py.algo.conformance.alignments.petri_net.variants import (  # noqa: E402
    dijkstra_less_memory,
    dijkstra_no_heuristics,
    state_equation_a_star,
)
from pm4py.objects.log.obj import Event, EventLog, Trace  # noqa: E402
from pm4py.objects.petri_net.obj import Marking  # noqa: E402

VARIANTS = {
    "astar": state_equation_a_star,
    "dijkstra": dijkstra_no_heuristics,
    # The fastest, but not exact: it drops a marking that it has met further on in the trace.
    "lessmemory": dijkstra_less_memory,
}
NAMES = {
    "astar": "Variants.VERSION_STATE_EQUATION_A_STAR",
    "dijkstra": "Variants.VERSION_DIJKSTRA_NO_HEURISTICS",
    "lessmemory": "Variants.VERSION_DIJKSTRA_LESS_MEMORY",
}
UNIT = 10_000


class Late(Exception):
    """A guard went off."""


def guarded(seconds, work):
    """What `work` gives, or None when it takes longer."""

    def stop(_signal, _frame):
        raise Late

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        found = work()
        signal.setitimer(signal.ITIMER_REAL, 0)
        return found
    except Late:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def events(trace):
    """A trace as PM4Py has it."""
    return Trace([Event({"concept:name": activity}) for activity in trace])


def cheapest(net, start, ends, trace, variant, seconds):
    """The alignment with the lowest cost over all final markings; None when it was not found in time."""
    best = None
    for end in ends:
        found = guarded(seconds, lambda: VARIANTS[variant].apply(events(trace), net, start, end, {}) or "none")
        if found is None:
            return None
        if found != "none" and (best is None or found["cost"] < best["cost"]):
            best = found
    return best


def fitness(net, start, end, traces):
    """The fitness of each trace by the A* variant, through PM4Py's own door; None for what it does not give."""
    log = EventLog([events(trace) for trace in traces])
    found = algorithm.apply_log(
        log, net, start, end, parameters={"show_progress_bar": False}, variant=NAMES["astar"]
    )
    return [one and one.get("fitness") for one in found]


def answer(job):
    """One job."""
    net, start, end = pm4py.read_pnml(job["net"])
    ends = [end]
    if "finals" in job:
        # PM4Py melts several final markings into one.
        places = {place.name: place for place in net.places}
        ends = [Marking({places[name]: tokens for name, tokens in final.items()}) for final in job["finals"]]
    variant, seconds = job["variant"], job["seconds"]
    left = job.get("give_up", 1_000_000_000)

    def cost(trace):
        nonlocal left
        found = cheapest(net, start, ends, trace, variant, seconds) if left else None
        left -= found is None and left > 0
        return found and found["cost"] // UNIT

    result = {"id": job["id"], "shortest": cost([]), "costs": [cost(trace) for trace in job["traces"]]}
    if variant == "astar" and len(ends) == 1 and None not in result["costs"]:
        result["fitness"] = guarded(60, lambda: fitness(net, start, end, job["traces"]))
    return result


def pairs():
    """Answers the jobs one after the other."""
    for line in sys.stdin:
        job = json.loads(line)
        try:
            result = answer(job)
        except Exception as failure:  # An oracle that breaks on one net must not hide the others.
            result = {"id": job["id"], "failure": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(result), flush=True)


def spent():
    """Processor seconds until now, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def read(path, reader):
    """A log: as PM4Py reads when nothing is added to it, or by the add-on r4pm, its fastest reader. Where the add-on is
    installed PM4Py takes it by itself, so the other one is named."""
    return pm4py.read_xes(path, variant="r4pm" if reader == "fastest" else "iterparse")


def log(net, path, variant, reader, seconds="0"):
    """Reads and aligns one log, with the processor seconds of each phase."""
    signal.alarm(int(seconds))
    began = spent()
    found = read(path, reader)
    took = spent() - began
    net, start, end = pm4py.read_pnml(net)
    began = spent()
    aligned = algorithm.apply_log(
        found, net, start, end, parameters={"show_progress_bar": False}, variant=NAMES[variant]
    )
    analysis = spent() - began
    print(
        json.dumps(
            {
                "read": took,
                "analysis": analysis,
                "cases": len(aligned),
                "cost": sum(one["cost"] // UNIT for one in aligned),
                "fitting": sum(one["cost"] < UNIT for one in aligned),
                "fitness": sum(one["fitness"] for one in aligned) / len(aligned) if variant == "astar" else None,
            }
        )
    )


def discover(path, into):
    """The nets that PM4Py's miners make of a log."""
    found = pm4py.read_xes(path)
    miners = {
        "inductive": lambda: pm4py.discover_petri_net_inductive(found),
        "inductive20": lambda: pm4py.discover_petri_net_inductive(found, noise_threshold=0.2),
        "inductive50": lambda: pm4py.discover_petri_net_inductive(found, noise_threshold=0.5),
        "alpha": lambda: pm4py.discover_petri_net_alpha(found),
        "heuristics": lambda: pm4py.discover_petri_net_heuristics(found, dependency_threshold=0.7),
    }
    for name, mine in miners.items():
        net, start, end = mine()
        target = Path(into) / f"{Path(path).name.removesuffix('.xes')}-{name}.pnml"
        pm4py.write_pnml(net, start, end, str(target))
        print(target)


def sound(seconds, *nets):
    """Whether each net is sound; `null` when the guard went off."""
    for path in nets:
        net, start, end = pm4py.read_pnml(path)
        begun = time.monotonic()
        verdict = guarded(float(seconds), lambda: pm4py.analysis.check_is_sound(net, start, end))
        print(json.dumps({"net": path, "sound": verdict, "seconds": round(time.monotonic() - begun, 2)}), flush=True)


def opened(*paths):
    """What PM4Py sees in files."""
    for path in paths:
        if path.endswith(".pnml"):
            net, start, end = pm4py.read_pnml(path)
            seen = {"places": len(net.places), "transitions": len(net.transitions), "arcs": len(net.arcs)}
            seen |= {"labels": sorted({step.label for step in net.transitions if step.label is not None})}
            seen |= {"start": sum(start.values()), "end": sum(end.values())}
        elif path.endswith(".bpmn"):
            diagram = pm4py.read_bpmn(path)
            net, start, end = pm4py.convert_to_petri_net(diagram)
            seen = {"nodes": len(diagram.get_nodes()), "flows": len(diagram.get_flows())}
            seen |= {"labels": sorted({step.label for step in net.transitions if step.label is not None})}
            pm4py.write_pnml(net, start, end, f"{path}.pnml")
        elif path.endswith(".csv"):
            import pandas

            table = pandas.read_csv(path)
            seen = {"rows": len(table), "columns": list(table.columns)}
        else:
            found = pm4py.read_xes(path, return_legacy_log_object=True)
            seen = {"cases": len(found), "events": sum(map(len, found))}
            seen |= {"activities": sorted({event["concept:name"] for trace in found for event in trace})}
        print(json.dumps({"file": path, **seen}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    commands = {"pairs": pairs, "log": log, "discover": discover, "sound": sound, "open": opened}
    commands[sys.argv[1]](*sys.argv[2:])
