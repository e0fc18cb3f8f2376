"""What of a text of somebody else's may be shown, and what does a thing say of itself at a prompt?

Of the first no control character, no mark that turns text around, no formula; of the second a title and a few facts.
"""

import re
import sys
import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

LOST = "\ufffd"
# C0 but for tab and line break, C1; marks that turn text around; line ends that only some programs know; halves of
# characters; letters that no screen shows. Joiners, which some scripts need, are left alone.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)) + "]"
)
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
LINE, MOST_LINES = 110, 24


def legible(text: str) -> str:
    r"""A text in which what cannot be seen, or makes others look otherwise, is put as U+FFFD.

    Examples
    --------
    >>> legible("Caf\u00e9 & Co"), legible("a\x07b\u202ec") == f"a{LOST}b{LOST}c"
    ('Café & Co', True)
    """
    return UNFIT.sub(LOST, text)


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula.

    Examples
    --------
    >>> looks_like_a_formula("=1+1"), looks_like_a_formula("oil")
    (True, False)
    """
    return FORMULA.match(text) is not None


def inert(cell: object) -> object:
    """A cell of a table for other programs: a text that a spreadsheet would work out begins with an apostrophe.

    Examples
    --------
    >>> inert("=1+1"), inert("-0.5"), inert(-0.5)
    ("'=1+1", '-0.5', -0.5)
    """
    if not isinstance(cell, str):
        return cell
    is_formula = looks_like_a_formula(cell) and NUMBER.fullmatch(cell) is None
    return legible(f"'{cell}" if is_formula else cell)


def notebook() -> Any:
    """The shell of the notebook whose kernel runs this program; None elsewhere, a terminal of IPython included."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = ask() if ask is not None else None
    return shell if hasattr(shell, "kernel") else None


class Glimpsed:
    """A thing that says a title and some facts of itself; `glimpse` gives them."""

    def glimpse(self) -> tuple[str, Mapping[str, str]]:
        """The title, and facts by name; plain text."""
        raise NotImplementedError

    def __repr__(self) -> str:
        title, facts = self.glimpse()
        width = max(map(len, facts), default=0) + 2
        lines = [f"  {name.ljust(width)}{textwrap.shorten(fact, LINE - width)}" for name, fact in facts.items()]
        return legible("\n".join([title, *lines][:MOST_LINES]))

    def _repr_html_(self) -> str:
        title, facts = self.glimpse()
        rows = [
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(fact)}</td></tr>"
            for name, fact in facts.items()
        ]
        return legible(f"<b>{escape(title)}</b><table>{''.join(rows)}</table>")
