"""Compares quytrinh with PM4Py and rust4pm. `run` makes what it needs and calls it; see README.md."""

import argparse
import json
import sys
import time
from pathlib import Path

import check
import golden
import office
import pairs
from oracles import Programs


def arguments():
    """What was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", required=True, help="folder for nets, logs and answers")
    asked.add_argument("--quytrinh", help="the program; left out, the oracles are compared with each other")
    asked.add_argument("--rust4pm", required=True, help="the oracle built from rust4pm/")
    asked.add_argument("--python", required=True, help="a Python that has PM4Py")
    asked.add_argument("--pairs", type=int, default=20_000, help="random (net, trace) pairs (default 20000)")
    asked.add_argument("--workers", type=int, default=2, help="processes at once (default 2)")
    asked.add_argument("--quick", action="store_true", help="without PM4Py, which takes most of the time")
    asked.add_argument("--large", action="store_true", help="also the logs of 100,000 cases")
    asked.add_argument("--golden", action="store_true", help="write the golden numbers anew")
    asked.add_argument("--only", choices=["random", "logs", "mined"], help="only one part")
    return asked.parse_args()


def main():
    """The command."""
    asked = arguments()
    python = None if asked.quick else asked.python
    programs = Programs(asked.quytrinh, asked.rust4pm, python, Path(__file__).parent, asked.workers)
    report = check.Report()
    work = Path(asked.work)
    work.mkdir(parents=True, exist_ok=True)
    kept = {}
    if asked.only in (None, "random"):
        began = time.monotonic()
        jobs = pairs.write(work / "random", asked.pairs)
        kept["random"] = check.random_pairs(programs, jobs, report)
        report.say(f"Random pairs: {time.monotonic() - began:.0f} s.")
    if asked.only in (None, "logs"):
        names = [name for name in office.named() if asked.large or not name.endswith("100k")]
        kept["logs"] = check.logs(programs, work / "logs", names, report)
    if asked.only in (None, "mined") and not asked.quick:
        kept["mined"] = check.mined(programs, work, report)
    report.show()
    if asked.golden and not report.differences and not asked.quick:
        golden.write(Path(__file__).parent / "golden", kept)
    (work / "report.json").write_text(json.dumps(report.differences, indent=1, ensure_ascii=False), encoding="utf-8")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
