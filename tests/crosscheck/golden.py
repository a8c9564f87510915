"""The golden numbers: what both outside programs say, kept for the ordinary tests (tests/it/golden.rs).

`golden/pairs.jsonl.gz` has one random net a line, `{name, model_sha256, model, shortest, traces, costs}`, the model as
PNML. `golden/NAME.json` is about one log: `{model, model_sha256, log, log_sha256, cases, events, shortest, variants:
[{trace, count, cost}]}`, with the files beside it.
"""

import gzip
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

import office
from logs import LogFile

# So many nets of each kind are kept, and so many cases of a log.
NETS = 50
CASES = 300
LOGS = ["receipt-like", "office-2k", "seq8-event-1k", "a12-n50", "a22-n20", "a32-n20", "a42-n5", "u42-n20"]
MINED = ["office-2k-inductive", "office-2k-heuristics", "seq8-event-1k-inductive20", "receipt-like-inductive50"]


def sha256(data):
    """The hash of bytes, as the files name it."""
    return hashlib.sha256(data).hexdigest()


def write(into, kept):
    """Writes what is kept from a run in which nothing differed."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    pairs(into / "pairs.jsonl.gz", kept["random"])
    known = {one["job"]["id"]: one for one in [*kept["logs"], *kept["mined"]]}
    for name in [*LOGS, *MINED]:
        if name in known:
            log(into, name, known[name])
        else:
            print(f"No golden numbers for {name}: the oracles disagree or gave up.")


def pairs(path, kept):
    """The random nets."""
    count, lines = Counter(), []
    for one in kept:
        kind = one["job"]["kind"]
        count[kind] += 1
        if count[kind] > NETS:
            continue
        model = Path(one["job"]["net"]).read_bytes()
        lines.append(
            {
                "name": one["job"]["id"],
                "model_sha256": sha256(model),
                "model": model.decode(),
                "shortest": one["shortest"],
                "traces": one["job"]["traces"],
                "costs": one["costs"],
            }
        )
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def log(into, name, one):
    """One log with its net."""
    both = zip(one["job"]["traces"], one["costs"])
    costs = {tuple(trace): cost for trace, cost in both if cost is not None}
    made = next(made for made in sorted(office.named(), key=len, reverse=True) if name.startswith(made))
    cases = [trace for trace, _ in zip(office.named()[made]()[2], range(CASES)) if tuple(trace) in costs]
    model = Path(one["job"]["net"]).read_bytes()
    into.joinpath(f"{name}.pnml").write_bytes(model)
    path = into / f"{name}.xes.gz"
    written = LogFile(path)
    for number, trace in enumerate(cases):
        written.plain(f"c{number}", trace, start=1000 * number)
    written.close()
    variants = Counter(map(tuple, cases))
    facts = {
        "model": f"{name}.pnml",
        "model_sha256": sha256(model),
        "log": path.name,
        "log_sha256": sha256(path.read_bytes()),
        "cases": len(cases),
        "events": sum(map(len, cases)),
        "shortest": one["shortest"],
        "variants": [
            {"trace": list(trace), "count": count, "cost": costs[trace]} for trace, count in variants.items()
        ],
    }
    text = json.dumps(facts, ensure_ascii=False).replace('{"trace"', '\n{"trace"')
    into.joinpath(f"{name}.json").write_text(text + "\n", encoding="utf-8")
