"""The moves that quytrinh says: whether they are a way at all."""


def fault(net, ids, trace, case):
    """What is wrong with the moves of a case on a net, or None: they must spell the trace and a run of the net from
    its start to an end, and deviate as often as the cost says. `ids` gives the number of each transition."""
    marking, spelt, deviations = net.start(), [], 0
    for number, move in enumerate(case["moves"]):
        kind = move["move"]
        deviations += kind in ("log", "model")
        if kind in ("synchronous", "log"):
            if move["event"] != len(spelt):
                return f"move {number} is event {move['event']}, not {len(spelt)}"
            spelt.append(move["activity"])
        if kind == "log":
            continue
        transition = ids.get(move.get("transition"))
        if transition is None:
            return f"move {number} names no transition of the net: {move}"
        label = net.transitions[transition][0]
        if (label is None) != (kind == "silent") or label != move.get("activity"):
            return f"move {number} calls a transition {label!r} something else: {move}"
        if transition not in net.enabled(marking):
            return f"move {number} is not possible: {move}"
        marking = net.fire(marking, transition)
    if spelt != trace:
        return f"the moves spell {spelt}"
    if not net.is_final(marking):
        return "the moves do not lead to an end"
    if deviations != case["cost"]:
        return f"{deviations} deviations, but the cost is {case['cost']}"
    return None


def spelt(case):
    """The trace of a case by its moves; None when the case was not determined."""
    if case.get("cost") is None:
        return None
    return tuple(move["activity"] for move in case["moves"] if move["move"] in ("synchronous", "log"))


def costs_by_variant(cases):
    """The costs that each variant got."""
    found = {}
    for case in cases:
        trace = spelt(case)
        if trace is not None:
            found.setdefault(trace, set()).add(case["cost"])
    return found
