"""What does a comparison say? What differs, what changes because of it, and in which of the same worlds."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scenarios.errors import UnknownName
from scenarios.report import wording
from scenarios.report.answer import Answer, section_of
from scenarios.vocabulary import Fate

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

TRANSITIONS = ("now stays", "now steps back", "client now gone first", "client now lasts", "same")


class Part(StrEnum):
    """Which table of a comparison."""

    OUTCOMES = "outcomes"
    INPUTS = "inputs"
    TRANSITIONS = "transitions"


class Focus(NamedTuple):
    """Which rows of a comparison are told."""

    of: tuple[str, ...] = ()  # outcomes; empty for all, else people are shown all rows of these
    patrons: tuple[str, ...] = ()  # empty for all
    is_whole: bool = False  # whether people are shown the rows, too, that did not change

    def check(self, outcomes: "DataFrame") -> None:
        """Refuses names that the comparison does not have."""
        known = set(outcomes["outcome"])
        patrons = {name.partition(".")[0] for name in known if is_headline(name) and not name.startswith("client.")}
        for kind, names, those in (("outcome", self.of, known), ("patron", self.patrons, patrons)):
            for name in names:
                if name not in those:
                    raise UnknownName(kind, name, those)

    def told(self, part: Part, table: "DataFrame") -> "DataFrame":
        """The rows of a table that were asked for."""
        if part is Part.OUTCOMES and self.of:
            table = table[table["outcome"].isin(self.of)]
        if part is Part.OUTCOMES and self.patrons:
            is_told = table["outcome"].str.partition(".")[0].isin(self.patrons) | table["outcome"].isin(self.of)
            return table[is_told]
        return table[table["patron"].isin(self.patrons)] if part is Part.TRANSITIONS and self.patrons else table

    def shown(self, part: Part, table: "DataFrame") -> "DataFrame":
        """The rows of what was asked for that people are shown."""
        from scenarios.significance import CHANGED

        if part is not Part.OUTCOMES or self.is_whole or self.of:
            return table
        return table[table["verdict"] == CHANGED]


ALL = Focus(is_whole=True)


def comparison_answer(
    tables: Mapping[Part, "DataFrame"],
    sides: Sequence[Mapping[str, Any]],
    scenario: "Scenario",
    only: Part | None = None,
    focus: Focus = ALL,
    folder: Path | None = None,
) -> Answer:
    """A comparison as an answer."""
    chosen = {part: focus.told(part, table) for part, table in tables.items() if only in (None, part)}
    seen = {part: focus.shown(part, table) for part, table in chosen.items()}
    said = list(dict.fromkeys([*tables[Part.OUTCOMES].attrs.get("notes", []), *reading_notes(tables, scenario)]))
    left = sum(map(len, chosen.values())) - sum(map(len, seen.values()))
    said += [f"Not shown are {left} rows within Monte Carlo error; --all shows them."] if left else []
    shown = [section for part, table in seen.items() for section in sections_of(part, table, scenario)]
    named = {part.value: chosen[part] for part in Part if part in chosen}
    sections = shown if only else [section_of(sides, "What is compared"), *shown]
    return Answer("", sections, said, named, folder=folder, facts={"sides": list(sides)})


def sections_of(part: Part, table: "DataFrame", scenario: "Scenario") -> list[wording.Section]:
    """One table of a comparison in words, for each other side."""
    made = {Part.OUTCOMES: _outcomes, Part.INPUTS: _inputs, Part.TRANSITIONS: _transitions}[part]
    return [made(str(versus), rows, scenario) for versus, rows in table.groupby("versus", sort=False)]


def _inputs(versus: str, rows: "DataFrame", _: "Scenario") -> wording.Section:
    """What differs between two scenarios."""
    cells: wording.Cells = {"path": "{path}", "what": "{what}"}
    cells |= {"A": lambda row: row["a"] or wording.NOTHING, versus: lambda row: row["b"] or wording.NOTHING}
    return wording.told_section(f"What differs between A and {versus}", rows, cells)


def _outcomes(versus: str, rows: "DataFrame", scenario: "Scenario") -> wording.Section:
    """Every outcome with its difference, interval and verdict."""
    # imported here: it needs numpy, and ``scenarios --help`` must not wait for it
    from scenarios.significance import CHANGED

    cells: wording.Cells = {
        "who": lambda row: who_of(row["outcome"], scenario),
        "outcome": lambda row: what_of(row["outcome"], scenario),
        "A": lambda row: _share(row, "a"),
        versus: lambda row: _share(row, "b"),
        "difference (95 %)": gap,
        "verdict": lambda row: f"changed, {row['effect']}" if row["verdict"] == CHANGED else str(row["verdict"]),
        "now / no more (%)": _moves,
    }
    return wording.told_section(f"What changes from A to {versus} (probabilities by the horizon)", rows, cells)


def who_of(outcome: str, scenario: "Scenario") -> str:
    """Whose outcome it is, as people write it; nobody's for a question of the user's own."""
    if not is_headline(outcome):
        return ""
    who = outcome.partition(".")[0]
    return "client" if who == "client" else wording.label(scenario, f"patrons.{who}")


def what_of(outcome: str, scenario: "Scenario") -> str:
    """What it is, as people write it."""
    # imported here: it needs numpy, and ``scenarios --help`` must not wait for it
    from scenarios.outcomes.outcome import outcome_named

    return wording.words(outcome.partition(".")[2]) if is_headline(outcome) else outcome_named(outcome, scenario).words


def is_headline(outcome: str) -> bool:
    """Whether it is one of those that every comparison has: two words with a dot, no event of another kind."""
    # imported here: it needs numpy, and ``scenarios --help`` must not wait for it
    from scenarios.tally import ENDINGS, EVENTS

    who, _, what = outcome.partition(".")
    return what in (Fate.words() if who == "client" else (*EVENTS, *ENDINGS))


def _share(row: Mapping[Any, Any], side: str) -> str:
    """A probability on one side in words."""
    return wording.share(row[side], row[f"{side}_se"], row["n"], row[f"{side}_{'high' if row[side] == 0.0 else 'low'}"])


def gap(row: Mapping[Any, Any]) -> str:
    """A difference with its 95 % interval."""
    if wording.is_missing(row["low"]):
        return wording.NOTHING
    if wording.is_missing(row["difference_se"]) and row["difference"] == 0.0:
        return f"0 (no run differs: below {row['high']:.4f})"
    digits = wording.places(row["difference_se"])
    return f"{row['difference']:+.{digits}f} ({row['low']:+.{digits}f} to {row['high']:+.{digits}f})"


def _moves(row: Mapping[Any, Any]) -> str:
    """Shares of matched worlds in which an outcome now happens, and in which it no longer does."""
    if wording.is_missing(row["now"]):
        return wording.NOTHING
    return " / ".join(_percent(row[name]).removesuffix(" %") for name in ("now", "no_longer"))


def _percent(value: float) -> str:
    """A share of worlds as a percentage."""
    return f"{100 * value:.1f} %" if value == 0 or value >= 0.0005 else "< 0.05 %"


def _transitions(versus: str, rows: "DataFrame", scenario: "Scenario") -> wording.Section:
    """What becomes of each patron in the same worlds."""
    cells = []
    for patron, found in rows.groupby("patron", sort=False, observed=True):
        shares = found.set_index("transition")
        cells.append(
            (
                wording.label(scenario, f"patrons.{patron}"),
                *(wording.share(*shares.loc[name, ["share", "se", "n"]]) for name in TRANSITIONS),
                f"{shares['n'].iloc[0]:.0f}",
            )
        )
    heading = f"The same worlds in A and {versus} (sums to 1)"
    return wording.Section(heading, ("patron", *TRANSITIONS, "matched runs"), tuple(cells))


def reading_notes(tables: Mapping[Part, "DataFrame"], scenario: "Scenario") -> list[str]:
    """How the tables are to be read."""
    from scenarios.significance import CHANGED

    outcomes, moves = tables[Part.OUTCOMES], tables[Part.TRANSITIONS]
    n_rows, n_changed = int(outcomes["p_adjusted"].notna().sum()), int((outcomes["verdict"] == CHANGED).sum())
    alike = "The scenarios do not differ in any number, switch or path."
    return [
        *_worlds(moves, scenario),
        *([] if len(tables[Part.INPUTS]) else [alike]),
        "± is one Monte Carlo standard error; differences are the other side less A, each with its own 95 % interval.",
        f"{n_changed} of {n_rows} differences are more than Monte Carlo error. {wording.account(f'all {n_rows} rows')}",
    ]


def _worlds(moves: "DataFrame", scenario: "Scenario") -> list[str]:
    """Who now stays and who now steps back, as sentences."""
    lines = []
    for (versus, patron), found in moves.groupby(["versus", "patron"], sort=False, observed=True):
        shares = found.set_index("transition")["share"]
        if shares["now stays"] > 0 or shares["now steps back"] > 0:
            stays, leaves = (_percent(float(shares[name])) for name in ("now stays", "now steps back"))
            who = wording.label(scenario, f"patrons.{patron}")
            lines.append(f"{versus}: in {stays} of matched worlds {who} now stays, in {leaves} it now steps back.")
    return lines
