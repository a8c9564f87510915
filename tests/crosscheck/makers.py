"""Random nets of every kind that the cross-check compares."""

from petri import Net, Space

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROLES = ["motcua", "tphth", "cvkt", "ldvp", "ldubnd", "vanthu"]


def label(number):
    """A label for an activity: some with marks, spaces and signs that XML must escape."""
    special = {3: "ký duyệt", 7: "a & b", 11: "x < y", 13: 'nói "có"'}
    return special.get(number, f"{LETTERS[number % 26]}{number}")


# --- Process trees -------------------------------------------------------------------------------------------------


def tree(chance, size, names, duplicates=0, silent=10):
    """A random process tree with about so many leaves, as nested tuples."""
    if size <= 1:
        if chance.happens(silent):
            return ("silent",)
        if names and chance.happens(duplicates):
            return ("leaf", chance.of(names))
        names.append(label(len(names)))
        return ("leaf", names[-1])
    parts = chance.between(2, min(size, 4))
    kind = chance.of(["seq", "seq", "xor", "and", "loop"])
    if kind == "loop":
        parts = 2
    cuts = sorted(chance.between(1, size - 1) for _ in range(parts - 1))
    sizes = [after - before for before, after in zip([0, *cuts], [*cuts, size])]
    return (kind, *(tree(chance, max(1, part), names, duplicates, silent) for part in sizes))


def tree_net(name, root):
    """The net of a process tree: sound and safe, with silent splits, joins, skips and loop ends."""
    net = Net(name)
    first, last = net.place(), net.place()
    grow(net, root, first, last)
    net.initial = {first: 1}
    net.finals = [{last: 1}]
    return net


def grow(net, node, first, last):
    kind, *parts = node
    if kind == "silent":
        net.transition(None, [first], [last])
    elif kind == "leaf":
        net.transition(parts[0], [first], [last])
    elif kind == "seq":
        places = [first, *(net.place() for _ in parts[1:]), last]
        for part, before, after in zip(parts, places, places[1:]):
            grow(net, part, before, after)
    elif kind == "xor":
        for part in parts:
            # A loop may put its token back where it began, so each choice has a door of its own.
            if part[0] == "loop":
                inner, outer = net.place(), net.place()
                net.transition(None, [first], [inner])
                net.transition(None, [outer], [last])
                grow(net, part, inner, outer)
            else:
                grow(net, part, first, last)
    elif kind == "and":
        firsts, lasts = [net.place() for _ in parts], [net.place() for _ in parts]
        net.transition(None, [first], firsts)
        net.transition(None, lasts, [last])
        for part, before, after in zip(parts, firsts, lasts):
            grow(net, part, before, after)
    elif kind == "loop":
        do, redo = parts
        begun, done = net.place(), net.place()
        net.transition(None, [first], [begun])
        net.transition(None, [done], [last])
        grow(net, do, begun, done)
        grow(net, redo, done, begun)


def random_tree(chance, name):
    """A net of a process tree of 2 to 12 leaves, without labels twice."""
    return tree_net(name, tree(chance, chance.between(2, 12), []))


def random_duplicates(chance, name):
    """A net of a process tree in which labels stand at several places."""
    return tree_net(name, tree(chance, chance.between(3, 12), [], duplicates=45, silent=20))


# --- Tables of steps -----------------------------------------------------------------------------------------------


def table(chance):
    """A random valid table: rows and parallel parts. A row is `{code, optional, next}`; `next` lists codes, exits
    `END…`, or nothing for the row below; a part is a list of branches, each a list of rows."""
    parts, number = [], 0

    def row():
        nonlocal number
        number += 1
        return {"code": f"B{number}", "optional": chance.happens(20), "next": []}

    for _ in range(chance.between(1, 7)):
        if chance.happens(25):
            parts.append([[row() for _ in range(chance.between(1, 3))] for _ in range(chance.between(2, 3))])
        else:
            parts.append(row())
    first = lambda part: part["code"] if isinstance(part, dict) else part[0][0]["code"]
    firsts = [first(part) for part in parts]
    for at, part in enumerate(parts):
        below = firsts[at + 1] if at + 1 < len(parts) else "END"
        if isinstance(part, dict):
            jumps(chance, part, below, [*firsts, "END-REFUSED", "END-WITHDRAWN"])
            continue
        for branch in part:
            own = [step["code"] for step in branch]
            for place, step in enumerate(branch):
                if place + 1 < len(branch):
                    jumps(chance, step, own[place + 1], own)
                elif below != "END":
                    jumps(chance, step, below, own)
    return parts


def jumps(chance, step, below, targets):
    """Gives a row other ways than the row below; that one stays possible, so the table stays sound."""
    if step["optional"] or not chance.happens(45):
        return
    others = {chance.of(targets) for _ in range(chance.between(1, 2))} - {below}
    step["next"] = [below, *sorted(others)]


def table_net(name, parts):
    """The net of a table, by the words of docs/procedure-files.md and not by the code of quytrinh."""
    net = Net(name)
    before = [net.place() for _ in parts]
    end = net.place()
    doors = {}
    for part, place in zip(parts, before):
        for code in [part["code"]] if isinstance(part, dict) else [branch[0]["code"] for branch in part]:
            doors[code] = place
    for at, part in enumerate(parts):
        below = before[at + 1] if at + 1 < len(parts) else end
        if isinstance(part, dict):
            ways(net, part, before[at], below, lambda code: doors.get(code, end))
            continue
        branches = [[net.place() for _ in range(len(branch) + 1)] for branch in part]
        net.transition(None, [before[at]], [places[0] for places in branches])
        net.transition(None, [places[-1] for places in branches], [below])
        for branch, places in zip(part, branches):
            own = {step["code"]: place for step, place in zip(branch, places)}
            for place, step in enumerate(branch):
                ways(net, step, places[place], places[place + 1], lambda code: own.get(code, places[-1]))
    net.initial = {before[0]: 1}
    net.finals = [{end: 1}]
    return net


def ways(net, step, place, below, target):
    """The transitions of one row: one for each place it leads to, and a silent one beside each when it is optional."""
    for to in dict.fromkeys(target(code) for code in step["next"]) if step["next"] else [below]:
        net.transition(step["code"], [place], [to])
        if step["optional"]:
            net.transition(None, [place], [to])


def role_of(step):
    """The role that does a step, in tables and in logs."""
    return ROLES[sum(step.encode()) % len(ROLES)]


def procedure(name, parts):
    """The table as a procedure file. Times are so long that cases are late only by chance."""
    lines = ["+++", f'code = "{name}"', 'kind = "work_procedure"', f'title = "{name}"']
    lines += ['field = "Hộ tịch"', "[[tthc]]", 'code = "1.000001"', 'name = "Thử"']
    lines += ["[[durations]]", 'code = "thuong"', 'name = "Thông thường"', 'limit = "90 working_day"']
    for number, part in enumerate(parts, 1):
        rows = [(part, None)] if isinstance(part, dict) else [
            (step, f"P{number}/{chr(97 + branch)}") for branch, steps in enumerate(part) for step in steps
        ]
        for step, parallel in rows:
            lines += ["[[steps]]", f'code = "{step["code"]}"', f'name = "Bước {step["code"]}"']
            lines += [f'roles = ["{role_of(step["code"])}"]', 'time = "3 working_day"']
            if step["next"]:
                entries = ", ".join(
                    f'{{ outcome = "o{way}", to = "{code}" }}' for way, code in enumerate(step["next"])
                )
                lines.append(f"next = [{entries}]")
            if step["optional"]:
                lines.append("optional = true")
            if parallel:
                lines.append(f'parallel = "{parallel}"')
    return "\n".join([*lines, "+++", ""])


# --- Nets that are no trees ----------------------------------------------------------------------------------------


def random_machine(chance, name):
    """A state machine whose loops overlap as they like; some labels twice, some transitions silent."""
    net = Net(name)
    places = [net.place() for _ in range(chance.between(3, 9))]
    names = []

    def step(before, after):
        if chance.happens(15):
            net.transition(None, [before], [after])
            return
        if not (names and chance.happens(15)):
            names.append(label(len(names)))
        net.transition(chance.of(names) if chance.happens(20) else names[-1], [before], [after])

    for before, after in zip(places, places[1:]):
        step(before, after)
    for _ in range(chance.between(2, 7)):
        step(chance.of(places), chance.of(places))
    net.initial = {places[0]: 1}
    net.finals = [{places[-1]: 1}]
    return net


def random_dependent(chance, name):
    """A net that is not free of choice: what was chosen first decides what may be chosen later. Built from a tree by
    places between its transitions; kept when the end can still be reached."""
    while True:
        net = tree_net(name, tree(chance, chance.between(4, 10), [], duplicates=15))
        for _ in range(chance.between(1, 3)):
            place = net.place()
            for _ in range(chance.between(1, 2)):
                _, inputs, outputs = chance.of(net.transitions)
                other = chance.of(net.transitions)
                outputs[place] = 1
                other[1][place] = 1
            if chance.happens(20):
                net.initial[place] = 1
        if is_fit(net):
            return net


def random_mixed(chance, name):
    """A net as it falls: synchronising, unsound, sometimes not safe, with weights, several ends and places that begin
    with several tokens. It is built along one run, so the end can be reached."""
    while True:
        net = Net(name)
        now = [net.place() for _ in range(chance.between(1, 3))]
        net.initial = {place: chance.between(1, 2) if chance.happens(10) else 1 for place in now}
        tokens = [place for place, count in net.initial.items() for _ in range(count)]
        for number in range(chance.between(3, 9)):
            taken = chance.shuffled(tokens)[: chance.between(1, 3)]
            for place in taken:
                tokens.remove(place)
            put = [net.place() if chance.happens(60) else chance.below(net.places) for _ in range(chance.between(1, 2))]
            if not chance.happens(10):
                put = list(dict.fromkeys(put))
            tokens += put
            add_mixed(net, chance, number, taken, put)
        net.finals = [{place: tokens.count(place) for place in sorted(set(tokens))}]
        for number in range(chance.between(0, 3)):
            some = lambda: [chance.below(net.places) for _ in range(chance.between(1, 2))]
            add_mixed(net, chance, number, some(), some())
        if chance.happens(25):
            net.finals.append({chance.below(net.places): 1})
        if is_fit(net):
            return net


def add_mixed(net, chance, number, inputs, outputs):
    """A transition, silent one time in five, with a label that others may have too."""
    silent = chance.happens(20)
    net.transition(None if silent else label(chance.below(number + 2)), inputs, outputs)


def is_fit(net):
    """Whether the end can be reached, not at once, and all markings can be looked through."""
    space = Space(net, most=4_000)
    return space.is_whole and space.is_easy_sound() and space.to_end[net.start()] > 1


# --- Large and parallel --------------------------------------------------------------------------------------------


def leaves(names, count):
    """The next so many labels as a sequence."""
    first = len(names)
    names.extend(f"s{number + 1:02}" for number in range(first, first + count))
    return ("seq", *(("leaf", name) for name in names[first:]))


def skippable(part):
    """A part that may be left out."""
    return ("xor", part, ("silent",))


def parallel(size):
    """Nets with 12, 22, 32 or 42 steps; the last has more than a million markings."""
    names = []
    take = lambda count: leaves(names, count)
    pick = lambda count: ("xor", *(take(1) for _ in range(count)))
    if size == 12:
        root = ("seq", take(1), ("and", take(3), pick(3)), skippable(take(1)), ("loop", take(3), ("silent",)), take(1))
    elif size == 22:
        root = ("seq", take(1), ("and", take(4), ("seq", pick(3), take(2)), skippable(take(3))), take(1))
        root = (*root, ("and", pick(2), ("loop", take(2), take(1))), take(3))
    elif size == 32:
        root = ("seq", take(2), ("and", take(4), ("seq", pick(2), take(2)), skippable(take(4))), pick(2))
        root = (*root, ("and", ("loop", take(3), take(1)), take(3), ("seq", skippable(take(1)), take(2))), take(6))
    elif size == 42:
        branch = lambda: ("seq", ("and", take(2), skippable(take(2))), pick(2))
        root = ("seq", take(2), ("and", *(branch() for _ in range(6))), ("loop", take(2), take(1)), take(1))
    else:
        raise ValueError(size)
    return tree_net(f"a{size}", root)


def random_unstructured(chance, name):
    """Five to fourteen steps that wait for others as they fall."""
    return unstructured(chance, chance.between(5, 14), name)


def unstructured(chance, size, name=None):
    """A net of so many steps of which each waits for one or two others as they fall, so that no tree of blocks
    describes it; one in four may be left out. Sound and safe: all places lie between two steps."""
    net = Net(name or f"u{size}")
    first, last = net.place(), net.place()
    before, after = [[] for _ in range(size)], [[] for _ in range(size)]
    for step in range(4, size):
        for other in {chance.between(max(0, step - 20), step - 1) for _ in range(chance.between(1, 2))}:
            place = net.place()
            after[other].append(place)
            before[step].append(place)
    begins = [places for places in before if not places]
    ends = [places for places in after if not places]
    for places in [*begins, *ends]:
        places.append(net.place())
    net.transition(None, [first], [place for places in begins for place in places])
    net.transition(None, [place for places in ends for place in places], [last])
    for step in range(size):
        net.transition(f"s{step + 1:02}", before[step], after[step])
        if chance.happens(25):
            net.transition(None, before[step], after[step])
    net.initial, net.finals = {first: 1}, [{last: 1}]
    return net
