"""The named nets and logs: seq8, office, a receipt-like one, and the parallel ones with noise.

    python3 office.py DIR [NAME…]

writes NAME.pnml, NAME.xes and NAME.csv (and NAME.md where the net comes from a table of steps) into a folder.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from chance import Chance
from logs import UNKNOWN, ZONE, LogFile, edited
from makers import leaves, parallel, procedure, role_of, skippable, table_net, tree_net, unstructured
from petri import Space, pnml, walk_sound

NOISES = [0, 5, 10, 20, 50]


def row(code, *targets, optional=False):
    """A row of a table."""
    return {"code": code, "optional": optional, "next": list(targets)}


SEQ8 = [row(f"B{number}") for number in range(1, 9)]
OFFICE = [
    row("B01"),
    row("B02", "B04", "B03", "B14"),
    row("B03", "B02"),
    row("B04"),
    [[row("B05"), row("B06", "B10", "B05")], [row("B08"), row("B09")]],
    row("B10"),
    row("B11", "B12", "B10"),
    row("B12", "B13", "B10"),
    row("B13", "B15"),
    row("B14", "END-REFUSED"),
    row("B15", optional=True),
    row("B16"),
]


def seq8_trace(chance, per_case):
    """Eight steps; a deviation in 5 % of the cases, or at 5 % of the events."""
    steps = [step["code"] for step in SEQ8]
    if per_case:
        return edited(chance, steps, steps, 1) if chance.happens(5) else steps
    return noisy(chance, steps, steps, 5)


def noisy(chance, run, labels, percent):
    """A run in which so many events in a hundred are lost, repeated, moved, foreign or others."""
    trace = []
    for step in run:
        if not chance.happens(percent):
            trace.append(step)
            continue
        kind = chance.below(10)
        if kind <= 3:
            continue
        if kind <= 5:
            trace += [step, step]
        elif kind <= 7 and trace:
            trace.insert(len(trace) - 1, step)
        elif kind == 8:
            trace += [chance.of(labels), step]
        else:
            trace += [UNKNOWN[0], step]
    return trace


def receipt():
    """A net of 27 steps and 42 silent transitions, such as miners make of the intake of permits."""
    names = []
    take = lambda count: leaves(names, count)
    one = lambda: skippable(take(1))
    again = lambda part: ("loop", part, ("silent",))
    some = lambda count: ("seq", *(one() for _ in range(count)))
    root = ("seq", take(1), again(one()), take(1), ("and", some(3), again(some(2)), ("and", one(), one())))
    root = (*root, one(), ("and", some(4), again(some(2)), one(), one()), some(3), again(some(2)), some(2), take(1))
    return tree_net("receipt-like", root)


def receipt_variants(net, chance):
    """116 ways on which cases went, most of them beside the net."""
    variants = []
    while len(variants) < 116:
        run = walk_sound(net, chance, loops=8)
        kept = [step for at, step in enumerate(run) if at < 2 or chance.happens(45)]
        trace = edited(chance, kept, net.labels(), chance.of([0, 1, 1, 2, 2, 3]))
        if trace and trace not in variants:
            variants.append(trace)
    return variants


def seq8_log(per_case, count):
    """A net, a text, and cases."""
    net = table_net("seq8", SEQ8)
    chance = Chance("seq8", per_case)
    return net, procedure("QT.SEQ8", SEQ8), (seq8_trace(chance, per_case) for _ in range(count))


def office_log(count):
    """A net, a text, and cases."""
    net = table_net("office", OFFICE)
    chance = Chance("office")
    space = Space(net)
    cases = (noisy(chance, space.walk(chance, 16), net.labels(), 5) for _ in range(count))
    return net, procedure("QT.OFFICE", OFFICE), cases


def receipt_log():
    """A net and cases: the first ways are far more frequent than the last."""
    net = receipt()
    chance = Chance("receipt")
    variants = receipt_variants(net, chance)
    shares = [variant for at, variant in enumerate(variants) for _ in range(max(1, 330 // (at + 1)))]
    return net, None, (chance.of(shares) if at >= 116 else variants[at] for at in range(1434))


def parallel_log(net, noise, count=100):
    """A net and cases with so much noise."""
    chance = Chance("parallel", net.name, noise)
    labels = net.labels()
    return net, None, (noisy(chance, walk_sound(net, chance), labels, noise) for _ in range(count))


def named():
    """Every named log: how to make it."""
    logs = {
        "seq8-case-100k": lambda: seq8_log(True, 100_000),
        "seq8-event-100k": lambda: seq8_log(False, 100_000),
        "seq8-case-1k": lambda: seq8_log(True, 1_000),
        "seq8-event-1k": lambda: seq8_log(False, 1_000),
        "office-2k": lambda: office_log(2_000),
        "office-100k": lambda: office_log(100_000),
        "receipt-like": receipt_log,
    }
    for size in (12, 22, 32, 42):
        for noise in NOISES:
            logs[f"a{size}-n{noise}"] = lambda size=size, noise=noise: parallel_log(parallel(size), noise)
    for noise in NOISES:
        logs[f"u42-n{noise}"] = lambda noise=noise: parallel_log(unstructured(Chance("u42"), 42), noise)
    return logs


def write(name, into, csv=True, ending=".xes"):
    """Writes one named log; what is there already stays."""
    into = Path(into)
    done = into / f"{name}{ending}"
    if done.exists():
        return done
    net, text, cases = named()[name]()
    into.joinpath(f"{name}.pnml").write_text(pnml(net), encoding="utf-8")
    if text:
        into.joinpath(f"{name}.md").write_text(text, encoding="utf-8")
    part = into / f"{name}.part{ending}"
    log = LogFile(part, into / f"{name}.csv" if csv else None)
    chance = Chance("times", name)
    begun = datetime(2025, 3, 3, 8, tzinfo=ZONE)
    for number, trace in enumerate(cases):
        time = begun + timedelta(minutes=17 * number)
        events = []
        for step in trace:
            time += timedelta(minutes=1 + chance.below(600), seconds=chance.below(60))
            role = role_of(step)
            events.append((step, f"{role}{chance.below(8)}", role, time.isoformat()))
        log.case(f"HS{number:07}", events)
    log.close()
    part.rename(done)
    return done


def main(arguments):
    """The command."""
    into, *names = arguments
    Path(into).mkdir(parents=True, exist_ok=True)
    for name in names or named():
        print(write(name, into))


if __name__ == "__main__":
    main(sys.argv[1:])
