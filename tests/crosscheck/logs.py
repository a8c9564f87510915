"""Traces, and logs as files. Everything is our own and comes from seeds."""

import gzip
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

UNKNOWN = ["not in the model", "ĐÓNG DẤU?"]
ZONE = timezone(timedelta(hours=7))


def edited(chance, trace, labels, edits):
    """A trace after so many edits: an event lost, repeated, moved, replaced, foreign or added."""
    trace = list(trace)
    for _ in range(edits):
        at = chance.below(len(trace) + 1)
        kind = chance.below(7)
        if kind <= 1 and at < len(trace):
            del trace[at]
        elif kind == 2 and at < len(trace):
            trace.insert(at, trace[at])
        elif kind == 3 and at + 1 < len(trace):
            trace[at], trace[at + 1] = trace[at + 1], trace[at]
        elif kind == 4 and at < len(trace):
            trace[at] = chance.of(labels)
        elif kind == 5:
            trace.insert(at, chance.of(UNKNOWN))
        else:
            trace.insert(at, chance.of(labels))
    return trace


def traces_of(chance, walk, labels, count):
    """Traces for one net: runs, runs with edits, parts of runs, noise, and the odd ones (empty, single, unknown,
    long). `walk` gives a run of about a length."""
    traces = [[], [UNKNOWN[0]] * chance.between(1, 4), [chance.of(labels)]]
    while len(traces) < count:
        kind = chance.below(10)
        run = walk(chance.between(1, 25))
        if kind <= 1:
            traces.append(run)
        elif kind <= 5:
            traces.append(edited(chance, run, labels, chance.between(1, 2 + len(run) // 3)))
        elif kind == 6:
            traces.append(run[: chance.below(len(run) + 1)])
        elif kind == 7:
            traces.append(run[chance.below(len(run) + 1) :])
        elif kind == 8:
            traces.append([chance.of(labels) for _ in range(chance.between(1, 14))])
        else:
            longer = run + walk(chance.between(10, 30))
            traces.append(edited(chance, longer, labels, chance.between(0, 6)))
    return traces


class LogFile:
    """A log that is written case by case as XES and, when wanted, as CSV with the same events."""

    def __init__(self, xes, csv=None):
        """Opens the files; the name of the XES may end in `.gz`."""
        self.xes = gzip.GzipFile(xes, "wb", mtime=0) if str(xes).endswith(".gz") else open(xes, "wb")
        self.csv = open(csv, "w", encoding="utf-8", newline="") if csv else None
        self.cases = 0
        self.xes.write(HEAD.encode())
        if self.csv:
            self.csv.write("case,activity,resource,role,time\r\n")

    def case(self, name, events):
        """Writes a case; an event is `(activity, resource, role, time)`."""
        self.cases += 1
        lines = [f'\t<trace>\n\t\t<string key="concept:name" value={quoted(name)}/>\n']
        for activity, resource, role, time in events:
            lines.append(
                f'\t\t<event>\n\t\t\t<string key="concept:name" value={quoted(activity)}/>\n'
                f'\t\t\t<string key="org:resource" value={quoted(resource)}/>\n'
                f'\t\t\t<string key="org:role" value={quoted(role)}/>\n'
                f'\t\t\t<date key="time:timestamp" value="{time}"/>\n\t\t</event>\n'
            )
            if self.csv:
                self.csv.write(",".join(cell(text) for text in (name, activity, resource, role, time)) + "\r\n")
        lines.append("\t</trace>\n")
        self.xes.write("".join(lines).encode())

    def plain(self, name, trace, start=0):
        """Writes a case of which only the order of the activities matters."""
        begun = datetime(2026, 3, 2, 8, tzinfo=ZONE) + timedelta(minutes=start)
        times = [(begun + timedelta(minutes=minute)).isoformat() for minute in range(len(trace))]
        self.case(name, [(activity, "người 1", "vai trò", time) for activity, time in zip(trace, times)])

    def close(self):
        """Ends the files."""
        self.xes.write(b"</log>\n")
        self.xes.close()
        if self.csv:
            self.csv.close()


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
\t<classifier name="Activity" keys="concept:name"/>
"""
known = {}


def quoted(text):
    """An XML attribute; most texts of a log come again and again."""
    found = known.get(text)
    if found is None:
        found = quoteattr(text)
        if len(known) < 10_000:
            known[text] = found
    return found


def cell(text):
    """A cell of a CSV file."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in '",\r\n') else text
