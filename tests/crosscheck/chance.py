"""Chance with a seed: the same numbers on every machine and in every version of Python (splitmix64)."""

MASK = (1 << 64) - 1


class Chance:
    """A stream of numbers."""

    def __init__(self, *seed):
        """Begins a stream; the parts of the seed are numbers or texts."""
        self.state = 0
        for part in seed:
            for byte in str(part).encode() + b"/":
                self.state = (self.state ^ byte) * 0x100000001B3 & MASK
        self.next()

    def next(self):
        """64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & MASK
        return mixed ^ (mixed >> 31)

    def below(self, bound):
        """A number from 0 to `bound - 1`."""
        return self.next() % bound

    def between(self, least, most):
        """A number from `least` to `most`, both possible."""
        return least + self.below(most - least + 1)

    def happens(self, percent):
        """Whether something happens that happens so often in a hundred."""
        return self.below(10_000) < percent * 100

    def of(self, things):
        """One of a list."""
        return things[self.below(len(things))]

    def shuffled(self, things):
        """The list in another order."""
        things = list(things)
        for at in range(len(things) - 1, 0, -1):
            other = self.below(at + 1)
            things[at], things[other] = things[other], things[at]
        return things
