"""Which luck has a run for which nobody named a seed? That of a seed from outside, which is written down."""

from secrets import randbits


def fresh_seed() -> int:
    """A seed that nobody has used: of 32 bits, so that it can be typed again.

    Examples
    --------
    >>> 0 <= fresh_seed() < 2**32
    True
    """
    return randbits(32)
