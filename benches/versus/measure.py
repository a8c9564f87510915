"""Runs the programs one after the other on the same files and prints what they cost. `run` makes what it needs."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CROSSCHECK = Path(__file__).resolve().parents[2] / "tests" / "crosscheck"
sys.path.insert(0, str(CROSSCHECK))
import office  # noqa: E402

LOGS = ["receipt-like", "office-2k", "seq8-case-100k", "seq8-event-100k", "office-100k", "a32-n20", "a42-n20"]
# A program that takes longer than this is run once only, and longer than the limit not to its end.
ONCE = 60
ENVIRONMENT = {"PYTHONHASHSEED": "0", "RAYON_NUM_THREADS": "1"}


def programs(asked):
    """Every program, with its command for a net and a log."""
    pm4py = [asked.python, str(CROSSCHECK / "pm4py_oracle.py"), "log"]
    rust4pm = [asked.rust4pm, "log"]
    return {
        "PM4Py, default": lambda net, log: [*pm4py, net, log, "astar", "default"],
        "PM4Py, fastest reader": lambda net, log: [*pm4py, net, log, "astar", "fastest"],
        "PM4Py, fastest reader, less memory (not exact)": lambda net, log: [*pm4py, net, log, "lessmemory", "fastest"],
        "rust4pm": lambda net, log: [*rust4pm, net, log],
        "rust4pm, names of activities only": lambda net, log: [*rust4pm, net, log, "--stream"],
        "quytrinh replay": lambda net, log: [asked.quytrinh, "replay", "--net", net, "--log", log, "--format", "json"],
    }


def once(command, limit):
    """One run: what it says, its processor seconds and its peak memory; None when it does not come to an end."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            ["timeout", str(limit), *command], stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT}
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            return None
        out.seek(0)
        head = out.read(1 << 20).decode(errors="replace")
    lines = [line for line in head.splitlines() if line.startswith("{") and line.endswith("}")]
    try:
        said = json.loads(lines[-1]) if lines else {}
    except json.JSONDecodeError:
        said = {}
    return {"said": said, "seconds": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}


def several(command, times, limit):
    """The medians of several runs."""
    runs = []
    while len(runs) < times:
        run = once(command, limit)
        if run is None:
            return None
        runs.append(run)
        if run["seconds"] > ONCE:
            break
    middle = lambda pick: statistics.median(pick(run) for run in runs)
    phases = {key for key, value in runs[0]["said"].items() if isinstance(value, float)}
    said = {**runs[0]["said"], **{key: middle(lambda run: run["said"].get(key, 0.0)) for key in phases}}
    return {
        "said": said,
        "seconds": middle(lambda run: run["seconds"]),
        "peak": middle(lambda run: run["peak"]),
        "runs": len(runs),
    }


def analysis(said):
    """The processor seconds of everything after reading, if the program says them."""
    if "analysis" in said:
        return said["analysis"]
    parts = [said[key] for key in ("group", "compile", "align") if key in said]
    return sum(parts) if parts else None


def shown(seconds):
    """Seconds with three digits that count."""
    return "–" if seconds is None else f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}"


def compare(asked, name):
    """The rows of one log."""
    log = office.write(name, asked.work)
    net = log.with_name(f"{name}.pnml")
    bench = several([asked.bench, str(net), str(log)], 1, asked.limit)
    found = {}
    for program, command in programs(asked).items():
        if program in asked.without:
            continue
        found[program] = several(command(str(net), str(log)), asked.times, asked.limit)
        print(f"{name}: {program}", file=sys.stderr)
    if found.get("quytrinh replay") and bench:
        # The program does not say its phases; the bench measures the same functions.
        found["quytrinh replay"]["said"] = bench["said"]
    elif bench:
        found["quytrinh (phases only)"] = {**bench, "seconds": None, "peak": None, "runs": 3}
    return found


def table(name, found):
    """The rows of one log in Markdown."""
    facts = next((run["said"] for run in reversed(found.values()) if run and "variants" in run["said"]), {})
    cases, events, variants = (facts.get(key, 0) for key in ("cases", "events", "variants"))
    print(f"\n**{name}**: {cases:,} cases, {events:,} events, {variants:,} variants\n")
    print("| program | reading | analysis | both | whole process | peak memory | runs | deviations |")
    print("|---|---|---|---|---|---|---|---|")
    for program, run in found.items():
        if run is None:
            print(f"| {program} | did not finish | | | | | | |")
            continue
        said = run["said"]
        read, rest = said.get("read"), analysis(said)
        both = read + rest if read is not None and rest is not None else None
        peak = "–" if run["peak"] is None else f"{run['peak']:.0f} MiB"
        cost = said.get("cost", "–")
        whole = shown(run["seconds"])
        print(
            f"| {program} | {shown(read)} | {shown(rest)} | {shown(both)} | {whole} | {peak} | {run['runs']} | {cost} |"
        )


def ratios(all_found):
    """How many times more the others need."""
    print("\n| log | program | analysis | reading and analysis | memory |\n|---|---|---|---|---|")
    for name, found in all_found.items():
        ours = found.get("quytrinh replay") or found.get("quytrinh (phases only)")
        if not ours:
            continue
        own_rest = analysis(ours["said"])
        own_both = ours["said"]["read"] + own_rest
        for program, run in found.items():
            if run is None or run is ours:
                continue
            rest = analysis(run["said"])
            both = run["said"]["read"] + rest
            memory = f"{run['peak'] / ours['peak']:.1f} ×" if ours["peak"] else "–"
            # Where reading and grouping are one, the analysis alone cannot be compared.
            alone = "–" if run["said"].get("group") == 0 else f"{rest / own_rest:,.0f} ×"
            print(f"| {name} | {program} | {alone} | {both / own_both:,.1f} × | {memory} |")


def main():
    """The command."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", required=True, type=Path)
    for program in ("bench", "rust4pm", "python"):
        asked.add_argument(f"--{program}", required=True)
    asked.add_argument("--quytrinh")
    asked.add_argument("--times", type=int, default=3, help="runs of each program (default 3)")
    asked.add_argument("--limit", type=int, default=1800, help="seconds after which a run is given up (default 1800)")
    asked.add_argument("--logs", nargs="*", default=LOGS, help="names of logs")
    asked.add_argument("--without", nargs="*", default=[], help="programs to leave out")
    asked = asked.parse_args()
    asked.work = asked.work / "versus"
    asked.work.mkdir(parents=True, exist_ok=True)
    if not asked.quytrinh:
        asked.without.append("quytrinh replay")
    print(f"Processor seconds (user and system), medians; {os.cpu_count()} cores, {platform.platform()}.")
    print("PM4Py 2.7.23.11, rust4pm 0.6.2, one thread each.")
    found = {}
    for name in asked.logs:
        found[name] = compare(asked, name)
        table(name, found[name])
        sys.stdout.flush()
    ratios(found)


if __name__ == "__main__":
    main()
