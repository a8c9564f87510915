"""The random (net, trace) pairs, written as files and as jobs for the oracles."""

from pathlib import Path

import makers
from chance import Chance
from logs import LogFile, traces_of
from petri import Space, pnml

# How many nets in a hundred are of each kind.
KINDS = {
    "tree": 22,
    "duplicates": 18,
    "table": 20,
    "machine": 11,
    "dependent": 12,
    "mixed": 10,
    "unstructured": 7,
}
TRACES = 24


def make(kind, number):
    """One net, and the text of its table if it comes from one."""
    name = f"{kind}-{number:04}"
    chance = Chance(name)
    if kind == "table":
        parts = makers.table(chance)
        return makers.table_net(name, parts), makers.procedure(f"QT.{number}", parts), chance
    return getattr(makers, f"random_{kind}")(chance, name), None, chance


def write(into, count):
    """Writes nets and logs for so many pairs, and gives the jobs in order. A job is `{id, kind, net, log, text?,
    traces, weighted, finals?}`."""
    into = Path(into)
    into.mkdir(parents=True, exist_ok=True)
    nets = -(-count // TRACES)
    jobs = []
    for kind, share in KINDS.items():
        for number in range(-(-nets * share // 100)):
            jobs.append(job(into, kind, number))
    return jobs


def job(into, kind, number):
    """Writes one net with its log."""
    net, text, chance = make(kind, number)
    space = Space(net)
    labels = net.labels() or ["a"]
    traces = traces_of(chance, lambda length: space.walk(chance, length), labels, TRACES)
    found = {"id": net.name, "kind": kind, "traces": traces}
    found["net"] = str(into / f"{net.name}.pnml")
    Path(found["net"]).write_text(pnml(net), encoding="utf-8")
    found["log"] = write_log(into / f"{net.name}.xes", traces)
    if text:
        found["text"] = str(into / f"{net.name}.md")
        Path(found["text"]).write_text(text, encoding="utf-8")
    found["weighted"] = any(max([*ins.values(), *outs.values()]) > 1 for _, ins, outs in net.transitions)
    if len(net.finals) > 1:
        found["finals"] = [{f"p{place}": tokens for place, tokens in final.items()} for final in net.finals]
    return found


def write_log(path, traces):
    """A log of traces; the name of a case is the number of its trace."""
    log = LogFile(path)
    for number, trace in enumerate(traces):
        log.plain(str(number), trace, start=100 * number)
    log.close()
    return str(path)
