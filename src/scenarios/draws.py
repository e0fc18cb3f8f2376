"""Counter-based random numbers: an address in, four numbers out.

A draw is fixed by (seed, run, step, key, use) and by nothing else: not by the order of computation, the number of
threads, the position of an actor in a file or what other actors drew. So two scenarios with one seed are matched pairs.
The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011), checked against its published vectors.
"""

from hashlib import blake2b
from secrets import randbits

from scenarios.rulebook.conditions import Block

WORD = 0xFFFFFFFF
FIRST_MULTIPLIER = 0xD2511F53
SECOND_MULTIPLIER = 0xCD9E8D57
FIRST_WEYL = 0x9E3779B9
SECOND_WEYL = 0xBB67AE85
SCALE = 1.0 / 4294967296.0


def key_of(name: str) -> int:
    """The 32-bit key of an actor, a channel of an actor, or a dotted path.

    Examples
    --------
    >>> key_of("patrons.russia") == key_of("patrons.russia")
    True
    """
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little")


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four 32-bit words from a counter of four words and a key of two.

    Notes
    -----
    A product of two 32-bit words wraps in a signed 64-bit integer; shift and mask still give its two halves, so the
    same lines are right for Python's unbounded integers.
    """
    for _ in range(10):
        first = c0 * FIRST_MULTIPLIER
        second = c2 * SECOND_MULTIPLIER
        c0 = ((second >> 32) & WORD) ^ c1 ^ k0
        c1 = second & WORD
        c2 = ((first >> 32) & WORD) ^ c3 ^ k1
        c3 = first & WORD
        k0 = (k0 + FIRST_WEYL) & WORD
        k1 = (k1 + SECOND_WEYL) & WORD
    return c0, c1, c2, c3


def draw(seed: int, run: int, step: int, key: int, use: int) -> Block:
    """Four independent numbers, uniform on (0, 1), at an address.

    Parameters
    ----------
    seed : int
        Base seed, 0 to 2^63 - 1.
    run, step : int
        Run (or point, for parameters) and step, below 2^32.
    key : int
        `key_of` an actor, a pair or a path.
    use : int
        Member of `scenarios.vocabulary.Use`.
    """
    w0, w1, w2, w3 = philox(run & WORD, step & WORD, key, use, seed & WORD, (seed >> 32) & WORD)
    return (w0 + 0.5) * SCALE, (w1 + 0.5) * SCALE, (w2 + 0.5) * SCALE, (w3 + 0.5) * SCALE


def fresh_seed() -> int:
    """A seed that nobody has used: of 32 bits, so that it can be typed again.

    Examples
    --------
    >>> 0 <= fresh_seed() < 2**32
    True
    """
    return randbits(32)
