"""The cheapest alignment by trying everything: the judge when the oracles disagree. Only for small nets."""

from collections import deque


def costs(net, traces, most=3_000_000):
    """The cost of each trace; None where more states than `most` would be looked at."""
    moves = {}

    def enabled(marking):
        found = moves.get(marking)
        if found is None:
            found = [(net.transitions[number][0], net.fire(marking, number)) for number in net.enabled(marking)]
            moves[marking] = found
        return found

    return [cost(net, enabled, trace, most) for trace in traces]


def cost(net, enabled, trace, most):
    """The fewest deviations, by a search that takes free moves first; None when it does not find an end."""
    start = (net.start(), 0)
    found = {start: 0}
    queue = deque([(start, 0)])
    while queue and len(found) < most:
        (marking, at), spent = queue.popleft()
        if found[marking, at] < spent:
            continue
        if at == len(trace) and net.is_final(marking):
            return spent
        ways = [((after, at), 0 if label is None else 1) for label, after in enabled(marking)]
        if at < len(trace):
            ways.append(((marking, at + 1), 1))
            ways += [((after, at + 1), 0) for label, after in enabled(marking) if label == trace[at]]
        for state, more in ways:
            if spent + more < found.get(state, 1 << 60):
                found[state] = spent + more
                if more:
                    queue.append((state, spent + more))
                else:
                    queue.appendleft((state, spent + more))
    return None
