"""Petri nets for the cross-check: made, walked, written as PNML. Independent of the nets of quytrinh on purpose."""

from collections import deque
from xml.sax.saxutils import escape, quoteattr


class Net:
    """Places are numbers; a transition is `(label or None, {place: weight}, {place: weight})`."""

    def __init__(self, name):
        self.name = name
        self.places = 0
        self.transitions = []
        self.initial = {}
        self.finals = []

    def place(self):
        """One more place."""
        self.places += 1
        return self.places - 1

    def transition(self, label, inputs, outputs):
        """One more transition; places in a list that repeats them have that weight."""
        self.transitions.append((label, weights(inputs), weights(outputs)))
        return len(self.transitions) - 1

    def labels(self):
        """The labels, each once, in the order of the transitions."""
        return list(dict.fromkeys(label for label, _, _ in self.transitions if label is not None))

    def start(self):
        """The initial marking."""
        return self.marking(self.initial)

    def marking(self, tokens):
        """A marking as a tuple of tokens by place."""
        return tuple(tokens.get(place, 0) for place in range(self.places))

    def is_final(self, marking):
        """Whether a case may end here."""
        return any(marking == self.marking(final) for final in self.finals)

    def enabled(self, marking):
        """The transitions that may fire."""
        return [
            number
            for number, (_, inputs, _) in enumerate(self.transitions)
            if all(marking[place] >= weight for place, weight in inputs.items())
        ]

    def fire(self, marking, number):
        """The marking after a transition."""
        _, inputs, outputs = self.transitions[number]
        after = list(marking)
        for place, weight in inputs.items():
            after[place] -= weight
        for place, weight in outputs.items():
            after[place] += weight
        return tuple(after)


def weights(places):
    """How often each place is named."""
    if isinstance(places, dict):
        return dict(places)
    found = {}
    for place in places:
        found[place] = found.get(place, 0) + 1
    return found


class Space:
    """The markings that a net reaches, as long as there are not more than a bound."""

    def __init__(self, net, most=20_000, most_tokens=8):
        self.net = net
        self.edges = {}
        self.is_whole = True
        queue = deque([net.start()])
        self.edges[net.start()] = None
        while queue:
            marking = queue.popleft()
            found = [(number, net.fire(marking, number)) for number in net.enabled(marking)]
            self.edges[marking] = found
            for _, after in found:
                if after in self.edges:
                    continue
                if len(self.edges) >= most or max(after) > most_tokens:
                    self.is_whole = False
                    continue
                self.edges[after] = None
                queue.append(after)
        self.to_end = self.distances()

    def distances(self):
        """The fewest transitions from each marking to a final one."""
        back = {}
        for marking, edges in self.edges.items():
            for _, after in edges or []:
                back.setdefault(after, []).append(marking)
        distances = {marking: 0 for marking in self.edges if self.net.is_final(marking)}
        queue = deque(distances)
        while queue:
            marking = queue.popleft()
            for before in back.get(marking, []):
                if before not in distances:
                    distances[before] = distances[marking] + 1
                    queue.append(before)
        return distances

    def is_easy_sound(self):
        """Whether the end can be reached at all."""
        return self.net.start() in self.to_end

    def is_sound(self):
        """Whether the end can be reached from everywhere, nothing is left over, and no transition is dead."""
        fired = {number for edges in self.edges.values() for number, _ in edges or []}
        ends = [self.net.marking(final) for final in self.net.finals]
        over = any(
            marking != end and all(own >= needed for own, needed in zip(marking, end))
            for marking in self.edges
            for end in ends
        )
        return (
            self.is_whole
            and len(self.to_end) == len(self.edges)
            and len(fired) == len(self.net.transitions)
            and not over
        )

    def walk(self, chance, length):
        """The labels of a run that is led by chance for about so many transitions, then goes the shortest way out."""
        marking = self.net.start()
        labels = []
        for step in range(100 * length):
            if marking in self.to_end and self.to_end[marking] == 0 and (step >= length or chance.happens(40)):
                break
            edges = [edge for edge in self.edges.get(marking) or [] if edge[1] in self.to_end]
            if step >= length:
                nearest = min(self.to_end[after] for _, after in edges)
                edges = [edge for edge in edges if self.to_end[edge[1]] == nearest]
            if not edges:
                break
            number, marking = chance.of(edges)
            label = self.net.transitions[number][0]
            if label is not None:
                labels.append(label)
        return labels


def walk_sound(net, chance, loops=30):
    """The labels of a run of a sound net that is too large to enumerate. A transition that has fired before fires
    again only so often in a hundred when something else is possible, so that loops end."""
    marking = net.start()
    labels = []
    fired = set()
    while not net.is_final(marking):
        possible = net.enabled(marking)
        fresh = [number for number in possible if number not in fired]
        number = chance.of(possible if not fresh or chance.happens(loops) else fresh)
        fired.add(number)
        marking = net.fire(marking, number)
        if net.transitions[number][0] is not None:
            labels.append(net.transitions[number][0])
    return labels


def pnml(net):
    """The net as PNML, in the form that ProM, PM4Py and rust4pm read."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<pnml>",
        '<net id="net1" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel">',
        f"<name><text>{escape(net.name)}</text></name>",
        '<page id="page1">',
    ]
    for place in range(net.places):
        tokens = net.initial.get(place, 0)
        marking = f"<initialMarking><text>{tokens}</text></initialMarking>" if tokens else ""
        lines.append(f'<place id="p{place}"><name><text>p{place}</text></name>{marking}</place>')
    for number, (label, _, _) in enumerate(net.transitions):
        silent = '<toolspecific tool="ProM" version="6.4" activity="$invisible$" localNodeID="0"/>'
        name = escape(label) if label is not None else f"silent {number}"
        lines.append(
            f'<transition id="t{number}"><name><text>{name}</text></name>{silent if label is None else ""}</transition>'
        )
    arcs = [
        (f"p{place}", f"t{number}", weight)
        for number, (_, inputs, _) in enumerate(net.transitions)
        for place, weight in inputs.items()
    ] + [
        (f"t{number}", f"p{place}", weight)
        for number, (_, _, outputs) in enumerate(net.transitions)
        for place, weight in outputs.items()
    ]
    for number, (source, target, weight) in enumerate(arcs):
        inscription = f"<inscription><text>{weight}</text></inscription>" if weight > 1 else ""
        lines.append(f'<arc id="a{number}" source={quoteattr(source)} target={quoteattr(target)}>{inscription}</arc>')
    lines.append("</page>")
    lines.append("<finalmarkings>")
    for final in net.finals:
        places = "".join(f'<place idref="p{place}"><text>{tokens}</text></place>' for place, tokens in final.items())
        lines.append(f"<marking>{places}</marking>")
    lines.extend(["</finalmarkings>", "</net>", "</pnml>"])
    return "\n".join(lines) + "\n"


def read_pnml(path):
    """A net back from PNML (any tool's); also gives the ids of its transitions."""
    import xml.etree.ElementTree as tree

    root = tree.parse(path).getroot()
    bare = lambda element: element.tag.rsplit("}", 1)[-1]
    inner = lambda element, name: [child for child in element.iter() if bare(child) == name]
    text = lambda element: "".join(word.text or "" for word in element.iter() if bare(word) == "text").strip()
    net, places, transitions = Net(path), {}, {}
    nodes = [element for element in root.iter() if element.get("id") is not None]
    for element in nodes:
        if bare(element) == "place":
            place = places[element.get("id")] = net.place()
            for marking in inner(element, "initialMarking"):
                net.initial[place] = int(text(marking))
    silent = lambda element: any(
        "invisible" in (tool.get("activity") or "") for tool in inner(element, "toolspecific")
    )
    for element in nodes:
        if bare(element) == "transition":
            name = "".join(text(child) for child in element if bare(child) == "name") or element.get("id")
            transitions[element.get("id")] = net.transition(None if silent(element) else name, [], [])
    for element in nodes:
        if bare(element) == "arc":
            weight = int("".join(text(child) for child in inner(element, "inscription")) or 1)
            source, target = element.get("source"), element.get("target")
            if source in places:
                side, place = net.transitions[transitions[target]][1], places[source]
            else:
                side, place = net.transitions[transitions[source]][2], places[target]
            side[place] = side.get(place, 0) + weight
    net.initial = {place: tokens for place, tokens in net.initial.items() if tokens}
    for marking in inner(root, "marking"):
        tokens = {places[place.get("idref")]: int(text(place)) for place in inner(marking, "place")}
        net.finals.append({place: count for place, count in tokens.items() if count})
    return net, transitions
