"""Random numbers are fixed by their address and by nothing else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.draws import WORD, draw, key_of, philox
from scenarios.vocabulary import Use

words = st.integers(0, WORD)
SPACING = 2.0**-32


# Salmon, Moraes, Dror and Shaw (2011), Random123, kat_vectors: philox4x32, 10 rounds
@pytest.mark.parametrize(
    ("counter", "key", "output"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((WORD,) * 4, (WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_generator_gives_the_published_vectors(counter, key, output):
    assert philox(*counter, *key) == output


@given(words, words, words, words, words, words)
def test_the_generator_is_the_same_where_whole_numbers_wrap_at_64_bits(c0, c1, c2, c3, k0, k1):
    with np.errstate(over="ignore"):
        wrapped = philox(*(np.int64(word) for word in (c0, c1, c2, c3, k0, k1)))
    assert tuple(int(word) for word in wrapped) == philox(c0, c1, c2, c3, k0, k1)


def test_a_draw_is_the_generator_at_its_address():
    seed, run, step, key, use = 0x1234567_89ABCDEF, 11, 22, 33, 5
    expected = philox(run, step, key, use, seed & WORD, seed >> 32)
    assert draw(seed, run, step, key, use) == tuple((word + 0.5) * SPACING for word in expected)


@given(st.integers(0, 2**63 - 1), words, words, words, st.sampled_from(list(Use)))
def test_every_draw_lies_strictly_between_nought_and_one(seed, run, step, key, use):
    assert all(SPACING / 2 <= u <= 1.0 - SPACING / 2 for u in draw(seed, run, step, key, int(use)))


def test_the_extreme_words_give_numbers_that_are_neither_nought_nor_one():
    assert 0.0 < 0.5 * SPACING < (WORD + 0.5) * SPACING < 1.0


@pytest.mark.parametrize("place", range(4))
def test_draws_are_uniform(place):
    us = np.array([draw(1, run, 3, key_of("patrons.russia"), 6)[place] for run in range(20_000)])
    counts = np.histogram(us, bins=50, range=(0.0, 1.0))[0]
    surprise = float(((counts - 400.0) ** 2 / 400.0).sum())
    # chi-square with 49 degrees of freedom: five standard deviations either way, so that evenness is suspicious too
    assert abs(surprise - 49.0) < 5.0 * math.sqrt(98.0)


ADDRESSES = {
    "seed": lambda i: (i, 0, 1, 7, 5),
    "the upper half of the seed": lambda i: (i << 32, 0, 1, 7, 5),
    "run": lambda i: (1, i, 1, 7, 5),
    "step": lambda i: (1, 0, i, 7, 5),
    "key": lambda i: (1, 0, 1, i, 5),
    "use": lambda i: (1, 0, 1, 7, i),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_neighbouring_addresses_have_nothing_to_do_with_each_other(name):
    n = 5_000
    blocks = np.array([draw(*ADDRESSES[name](i)) for i in range(n)])
    series = {(a, b): (blocks[:-1, a], blocks[1:, b]) for a in range(4) for b in range(4)}
    series |= {(a, b): (blocks[:, a], blocks[:, b]) for a in range(4) for b in range(a)}
    for first, second in series.values():
        assert abs(np.corrcoef(first, second)[0, 1]) < 5.0 / math.sqrt(n)
    assert len(np.unique(blocks)) == blocks.size


@given(st.tuples(*[st.integers(0, 1000)] * 5), st.tuples(*[st.integers(0, 1000)] * 5))
def test_two_addresses_give_the_same_numbers_only_if_they_are_the_same(first, second):
    assert (draw(*first) == draw(*second)) == (first == second)


# BLAKE2b with four bytes of digest, by coreutils: printf russia | b2sum -l 32; the digest is read little end first
@pytest.mark.parametrize(
    ("name", "digest"), [("russia", "191722ac"), ("russia/oil", "73a9cf6c"), ("decision", "6e218b97")]
)
def test_a_key_is_a_digest_of_the_name_that_never_changes_from_one_version_to_the_next(name, digest):
    assert key_of(name) == int.from_bytes(bytes.fromhex(digest), "little") <= WORD


def test_nine_thousand_names_share_no_key():
    names = [f"{kind}.{i}" for kind in ("patrons", "channels", "model") for i in range(3000)]
    assert len({key_of(name) for name in names}) == len(names)
