"""Writes docs/reference/numbers.md from the sheets of the rule book.

Run it: python docs/reference/make_numbers.py
"""

from pathlib import Path

from scenarios.rulebook.traits import TRAITS, numbers

PAGE = Path(__file__).parent / "numbers.md"
PATHS = {
    "model": "model.",
    "coercer": "coercer.",
    "client": "client.",
    "ladder": "ladder.RUNG.",
    "channels": "channels.CHANNEL.",
    "patrons": "patrons.PATRON.",
    "pairs": "patrons.PATRON.channels.CHANNEL.",
}


def page() -> str:
    """The page as markdown."""
    lines = ["# Numbers of a scenario", "", "Written by `python docs/reference/make_numbers.py`.", ""]
    for kind, prefix in PATHS.items():
        lines += [f"## `{prefix}`", "", (TRAITS[kind].__doc__ or "").strip(), ""]
        lines += ["| number | unit | domain | meaning |", "|---|---|---|---|"]
        for name, number in numbers(TRAITS[kind]).items():
            lines.append(f"| {name} | {number.unit} | {number.low:g} to {number.high:g} | {number.meaning} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
