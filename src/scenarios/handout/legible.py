"""What of a name may stand in a file that is handed on? No control character, no mark that turns the text around."""

import re
import unicodedata

LOST = "\ufffd"
# marks that turn what follows around or hide it; joiners, which some scripts need, are left alone
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
KEPT = "\n\t"
FORMULA = re.compile(r"\s*[=+\-@\t\r]")


def legible(text: str) -> str:
    r"""A text in which what cannot be seen, or makes others look otherwise, is put as U+FFFD.

    Examples
    --------
    >>> legible("Caf\u00e9 & Co"), legible("a\x07b\u202ec") == f"a{LOST}b{LOST}c"
    ('Café & Co', True)
    """
    return "".join(LOST if is_unfit(letter) else letter for letter in text)


def is_unfit(letter: str) -> bool:
    """Whether a letter is a control character, half of one, no character, or turns the text around."""
    is_nothing = unicodedata.category(letter) in ("Cc", "Cs") or ord(letter) & 0xFFFE == 0xFFFE
    return letter in TURNING or (is_nothing and letter not in KEPT)


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula.

    Examples
    --------
    >>> looks_like_a_formula("=1+1"), looks_like_a_formula("oil")
    (True, False)
    """
    return FORMULA.match(text) is not None
