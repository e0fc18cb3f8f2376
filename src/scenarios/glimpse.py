"""What does a thing say of itself at a prompt or in a notebook? A title and a few facts, never a table."""

import sys
import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

from scenarios.legible import legible

LINE, MOST_LINES = 110, 24


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
