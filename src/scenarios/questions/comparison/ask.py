"""What changes from one scenario to another? Matched differences with verdicts, and what becomes of the same worlds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import signature
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.errors import RequestRefused, UnknownName, WrongArgument, known_names
from scenarios.intervals import estimated
from scenarios.moments import Floats
from scenarios.outcomes.outcome import CHANCE, answers, checked
from scenarios.questions.comparison.figure import sides_of
from scenarios.questions.comparison.inputs import inputs_of_sides
from scenarios.questions.comparison.words import Part
from scenarios.results import Results
from scenarios.runs.job import Progress
from scenarios.runs.play import simulate
from scenarios.scenario.scenario import Scenario
from scenarios.shown import MOST_ROWS, ShownTable
from scenarios.significance import CHANGED, NOT_AT_RISK, WITHIN, apart_gap, holm, matched_gap, verdicts
from scenarios.store.folder import read
from scenarios.store.manifest import numbers_drawn
from scenarios.summary import indicators
from scenarios.tally import ENDINGS, chance_names

Side = Results | Scenario | str | Path
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REPLICATIONS = 10_000
SEED = 1
OUTCOME_COLUMNS = (
    "versus", "outcome", "a", "a_se", "a_low", "a_high", "b", "b_se", "b_low", "b_high", "difference", "difference_se",
    "low", "high", "n", "now", "no_longer", "same", "p_adjusted", "verdict", "effect",
)  # fmt: skip
ENDS = ("step_back", *ENDINGS)  # of each patron's support; they compete and sum to 1
TRANSITION_COLUMNS = ("versus", "patron", "transition", "share", "se", "low", "high", "n")
TRANSITIONS = ("same", "now stays", "now steps back", "client now gone first", "client now lasts")
MOVES = {  # from the end of a patron's support in A to that in the other
    ("step_back", "neither"): "now stays",
    ("neither", "step_back"): "now steps back",
    ("client_gone_first", "step_back"): "now steps back",
    ("step_back", "client_gone_first"): "client now gone first",
    ("neither", "client_gone_first"): "client now gone first",
    ("client_gone_first", "neither"): "client now lasts",
}


class Match(NamedTuple):
    """Which runs of two results belong together."""

    is_matched: bool  # whether run k of one side has the luck of run k of the other
    n: int  # runs that both sides have; 0 if they are not matched
    notes: tuple[str, ...]  # what the reader must know of it


UNMATCHED = "the difference of their shares carries both errors, and no run can be followed from one to the other."


def matching(a: Results, b: Results, versus: str = "B") -> Match:
    """Whether, and over which runs, two results are matched."""
    notes = _reservations(a, b, versus)
    why = _why_not(a, b)
    if why:
        return Match(False, 0, (f"A and {versus} are not matched ({why}): {UNMATCHED}", *notes))
    mine, theirs = len(a.runs), len(b.runs)
    common = f"A has {mine} runs, {versus} {theirs}: compared over the {min(mine, theirs)} that they share."
    return Match(True, min(mine, theirs), (*([] if mine == theirs else [common]), *notes))


def _why_not(a: Results, b: Results) -> str:
    """Why runs of the same number have not the same luck; empty if they have."""
    seeds = [side.manifest["seed"] for side in (a, b)]
    sizes = [int((side.runs["scenario_id"] == 0).sum()) for side in (a, b)]
    if seeds[0] != seeds[1]:
        return f"seeds {seeds[0]} and {seeds[1]}"
    return "" if sizes[0] == sizes[1] else f"{sizes[0]} and {sizes[1]} runs in each draw of the uncertain numbers"


def _reservations(a: Results, b: Results, versus: str) -> list[str]:
    """What else stands between two results than their scenarios."""
    mine, theirs = a.scenario, b.scenario
    others = {
        "were run by different rule books: differences are of the rules as well.": (
            a.manifest.get("rulebook_hash") != b.manifest.get("rulebook_hash")
        ),
        "differ in the length of a step: luck falls at other dates, so matching gains little.": (
            mine.step_days != theirs.step_days
        ),
        "differ in the horizon: a probability by the horizon covers another time.": (
            mine.steps * mine.step_days != theirs.steps * theirs.step_days
        ),
    }
    return [f"A and {versus} {said}" for said, is_so in others.items() if is_so]


def size_beside(
    played: Sequence[Results], replications: int | None, rng: Any, points: int | None
) -> tuple[int, Any, int | None]:
    """Replications, seed and points of what is yet to be played: as asked for, else those of the first result.

    Examples
    --------
    >>> size_beside([], None, None, None)
    (10000, 1, None)
    """
    beside: Mapping[str, Any] = played[0].manifest if played else {"replications": REPLICATIONS, "seed": SEED}
    seed = beside["seed"] if rng is None else rng
    if replications is None and points is None:
        return int(beside["replications"]), seed, beside.get("points")
    return int(replications or beside["replications"]), seed, points


def read_sides(sides: Sequence[Side]) -> list[Results | Scenario]:
    """The sides, with the results that lie in folders."""
    return [read(side) if isinstance(side, (str, Path)) else side for side in sides]


def as_played(
    sides: Sequence[Side],
    replications: int | None = None,
    rng: Any = None,
    points: int | None = None,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> list[Results]:
    """Results of every side: given, read from a folder, or played."""
    if not 2 <= len(sides) <= len(LETTERS):
        raise RequestRefused(f"{len(sides)} sides to compare; allowed are 2 to {len(LETTERS)}.")
    there = read_sides(sides)
    size, seed, draws = size_beside([side for side in there if isinstance(side, Results)], replications, rng, points)
    return [
        simulate(side, size, seed, engine, draws, jobs, progress) if isinstance(side, Scenario) else side
        for side in there
    ]


def checked_how(called: str, how: dict[str, Any]) -> dict[str, Any]:
    """How what is yet to be played is played; refuses what nobody takes."""
    taken = list(signature(as_played).parameters)[1:]
    for name in how:
        if name not in taken:
            raise WrongArgument(f"{called}: unexpected argument {name!r}. {known_names(name, taken)}")
    return how


class Comparison(ShownTable):
    """The table of a comparison. What is taken out of it is a plain table; ``to_string()`` writes all of it."""

    _metadata = ["sides"]  # noqa: RUF012  # pandas reads it from the class
    heading = "Comparison, the rows that changed:"
    shown = ("versus", "outcome", "a", "b", "difference", "low", "high", "effect")
    sides: list[Results]

    @property
    def changed(self) -> pd.DataFrame:
        """The rows that changed by more than Monte Carlo error."""
        return self[self["verdict"] == CHANGED]

    def told(self) -> pd.DataFrame:
        """The rows that changed."""
        return self.changed

    def rest(self) -> str:
        """One line for the rows that are not shown."""
        same, n = len(self) - len(self.changed), len(self)
        cut = len(self.changed) - MOST_ROWS
        more = f"{cut} more that changed in .changed; " if cut > 0 else ""
        return f"{more}{same} of {n} rows did not change by more than Monte Carlo error. All: .to_string()"

    def plot(self, outcomes: str | Iterable[str] | None = None) -> Any:  # type: ignore[override]
        """Outcomes of every side with their intervals; filled where they differ from the first side."""
        from scenarios.report.contrast import contrast, contrast_finding

        both = self[self["a"].notna() & self["b"].notna()]
        known = list(dict.fromkeys(both["outcome"]))
        some = list(dict.fromkeys(self.changed["outcome"])) or known
        asked = [outcomes] if isinstance(outcomes, str) else list(outcomes) if outcomes is not None else some
        for name in asked:
            if name not in known:
                raise UnknownName("outcome", name, known)
        first, names = self.sides[0], side_names(self.sides)
        table = sides_of(pd.DataFrame(both), names, asked, first.scenario)
        return contrast(table, contrast_finding(table), first.scenario, first.manifest)


def side_names(sides: list[Results]) -> list[str]:
    """What each side is called: its letter and what was changed in it."""
    scenarios = [side.scenario for side in sides]
    return [f"{letter}: {changes_in(side) or side.name}" for letter, side in zip(LETTERS, scenarios, strict=False)]


def changes_in(scenario: Scenario) -> str:
    """What was laid over a scenario, believed and set, in one line."""
    return " ".join(text.removeprefix("--set ") for text in scenario.overlays)


def side_row(letter: str, results: Results, folder: Path) -> dict[str, Any]:
    """What a reader must know of a side."""
    scenario, manifest = results.scenario, results.manifest
    return {
        "side": letter,
        "scenario": scenario.name,
        "changes": changes_in(scenario),
        "numbers": numbers_drawn(scenario),
        "runs": len(results.runs),
        "points": manifest.get("points"),
        "seed": manifest["seed"],
        "folder": str(folder),
    }


def compare(a: Side, b: Side, *more: Side, of: str | Iterable[str] = (), **how: Any) -> Comparison:
    """Matched differences of every headline outcome, with a verdict: more than Monte Carlo error or not.

    Parameters
    ----------
    a, b, *more : Results, Scenario, str or Path
        Results, result folders, or scenarios, which are played with the size and the seed of the first result. Each
        is compared with the first.
    of : str or iterable of str
        Questions in the language of `ask`, beside the headline outcomes; every side must know them. Each is a row
        more for which the verdicts account.
    **how
        ``replications``, ``rng``, ``points``, ``engine``, ``jobs``, ``progress`` of what is yet to be played.

    Returns
    -------
    Comparison
        A DataFrame that prints the rows that changed and one line for the rest, and draws itself (`plot`). Columns
        versus (B, C ...), outcome, a and b, each with se, low and high (95 %), difference (b - a), difference_se, low,
        high, n (runs compared), now, no_longer, same (shares of matched runs in which it happens on the other side
        only, in A only, or alike), p_adjusted, verdict, effect. `attrs["notes"]` says over what it was compared.

    Notes
    -----
    Over runs in which the patron is at risk on both sides. Verdicts account for the number of rows by Holm's rule: if
    nothing differed at all, a table would hold a row called changed in at most 5 % of cases.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> table = compare(toy, toy, replications=20, engine="agents")
    >>> float(table["difference"].abs().max()), set(table["verdict"])
    (0.0, {'within Monte Carlo error'})
    """
    there = read_sides([a, b, *more])
    _, more_asked = questions_of(of, [side.scenario if isinstance(side, Results) else side for side in there])
    first, *others = as_played(there, **checked_how("compare", how))
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for versus, other, match in _matched(first, others):
        rows += outcome_rows(first, other, versus, match, more_asked)
        notes += match.notes
    table = Comparison(rows, columns=list(OUTCOME_COLUMNS))
    table["p_adjusted"] = holm(table["p_adjusted"].to_numpy(dtype=float))
    table["verdict"] = verdicts(table["p_adjusted"].to_numpy(), table["verdict"])
    table["effect"] = [effect(row) for row in table.to_dict("records")]  # type: ignore[arg-type]
    table.attrs["notes"] = notes
    table.sides = [first, *others]
    return table


def questions_of(of: str | Iterable[str], sides: Sequence[Scenario]) -> tuple[list[str], list[str]]:
    """What is asked for in its plainest form, and what of it no table holds by itself; every side must know that."""
    headlines = {name for scenario in sides for name in chance_names(scenario)}
    texts = [of] if isinstance(of, str) else list(of)
    more = [text for text in texts if text not in headlines]
    plain = {text: checked([text], scenario, [CHANCE])[0].text for scenario in sides for text in more}
    asked = list(dict.fromkeys(plain.get(text, text) for text in texts))
    return asked, [name for name in asked if name not in headlines]


def outcome_rows(a: Results, b: Results, versus: str, match: Match, more: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One row an outcome, without its verdict; outcomes of one side only at the end."""
    mine, theirs = indicators(a) | answers(a, more), indicators(b) | answers(b, more)
    names = [*more, *chance_names(a.scenario)]
    others = [*more, *chance_names(b.scenario)]
    rows = [_compared(name, mine[name], theirs[name], a, b, match) for name in names if name in others]
    rows += [_lone(name, mine[name], a, "A") for name in names if name not in others]
    rows += [_lone(name, theirs[name], b, versus) for name in others if name not in names]
    return [{"versus": versus, **row} for row in rows]


def _matched(first: Results, others: Sequence[Results]) -> Iterator[tuple[str, Results, Match]]:
    """Each other side with its letter, and which of its runs belong to those of the first."""
    for versus, other in zip(LETTERS[1:], others, strict=False):
        yield versus, other, matching(first, other, versus)


def _points_of(results: Results) -> NDArray[np.int64]:
    """Draw of the uncertain numbers that each run belongs to."""
    return results.runs["scenario_id"].to_numpy(dtype=np.int64)


def _compared(name: str, mine: Floats, theirs: Floats, a: Results, b: Results, match: Match) -> dict[str, Any]:
    """An outcome that both sides have."""
    moves: dict[str, float] = {}
    a_points, b_points = _points_of(a), _points_of(b)
    if match.is_matched:
        is_both = ~np.isnan(mine[: match.n]) & ~np.isnan(theirs[: match.n])
        mine, theirs = mine[: match.n][is_both], theirs[: match.n][is_both]
        a_points, b_points = a_points[: match.n][is_both], b_points[: match.n][is_both]
        gap = matched_gap(mine, theirs, a_points)
        happens = {"now": theirs > mine, "no_longer": theirs < mine, "same": theirs == mine}
        moves = {said: float(is_so.mean()) for said, is_so in happens.items() if len(is_so)}
    else:
        gap = apart_gap(mine, theirs, a_points, b_points)
    one, other = _side_cells("a", mine, a_points), _side_cells("b", theirs, b_points)
    n = min(one["n"], other["n"])
    between = dict(zip(("difference", "difference_se", "low", "high", "p_adjusted"), gap, strict=True))
    return {"outcome": name, **one, **other, "n": n, **between, **moves, "verdict": None if n else NOT_AT_RISK}


def _side_cells(column: str, values: Floats, points: NDArray[np.int64]) -> dict[str, float]:
    """An outcome on one side: its chance, error and limits, and the number of runs."""
    found = estimated(values, points)
    return found.named(column) | {"n": found.n}


def _lone(name: str, values: Floats, side: Results, letter: str) -> dict[str, Any]:
    """An outcome of one side only."""
    cells = _side_cells("a" if letter == "A" else "b", values, _points_of(side))
    return {"outcome": name, **cells, "verdict": f"only in {letter}"}


def effect(row: dict[str, Any]) -> str:
    """A row's effect in words."""
    if row["verdict"] == WITHIN:
        return "no difference to be seen"
    if row["verdict"] != CHANGED:
        return str(row["verdict"])
    digits = int(np.clip(np.ceil(-np.log10(np.fmax(row["difference_se"], 1e-9))) - 2, 0, 4))
    # two shares that differ must not read alike
    while f"{100 * row['a']:.{digits}f}" == f"{100 * row['b']:.{digits}f}":
        digits += 1
    direction = "more often" if row["b"] > row["a"] else "less often"
    return f"{direction}: {100 * row['a']:.{digits}f} % -> {100 * row['b']:.{digits}f} %"


def transitions(a: Side, b: Side, *more: Side, **how: Any) -> pd.DataFrame:
    """How each patron's support ends in matched runs, from A to each other side: who now stays, who now steps back.

    Parameters
    ----------
    a, b, *more, **how
        As in `compare`.

    Returns
    -------
    DataFrame
        Columns versus, patron, transition, share, se, n. Shares of a patron sum to 1: same, now stays (stepped back in
        A, is still there now), now steps back, client now gone first, client now lasts. No rows for sides that are not
        matched, or where a patron is never at risk on both.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> table = transitions(toy, toy, replications=20, engine="agents")
    >>> set(table.loc[table["share"] > 0, "transition"])
    {'same'}
    """
    first, *others = as_played([a, b, *more], **checked_how("transitions", how))
    rows = [
        {"versus": versus, **row}
        for versus, other, match in _matched(first, others)
        if match.is_matched
        for row in transition_rows(first, other, match.n)
    ]
    return pd.DataFrame(rows, columns=list(TRANSITION_COLUMNS))


def transition_rows(a: Results, b: Results, n: int) -> Iterator[dict[str, Any]]:
    """Shares of the first n matched runs by what became of each patron's support."""
    mine, theirs, points = indicators(a), indicators(b), _points_of(a)[:n]
    for patron in [patron for patron in a.scenario.patrons if patron in b.scenario.patrons]:
        found = {name: np.zeros(n) for name in TRANSITIONS}
        for old, new in product(ENDS, repeat=2):
            both = mine[f"{patron}.{old}"][:n] * theirs[f"{patron}.{new}"][:n]
            found[MOVES.get((old, new), "same")] += both
        for name, values in found.items():
            share = estimated(values, points)
            if share.n:
                yield {"patron": patron, "transition": name, **share.named("share", ""), "n": share.n}


def comparison_tables(results: Sequence[Results], of: Iterable[str] = ()) -> dict[Part, pd.DataFrame]:
    """The three tables of a comparison, with what is asked beside the headlines."""
    return {
        Part.INPUTS: inputs_of_sides([side.scenario for side in results]),
        Part.OUTCOMES: compare(*results, of=of),
        Part.TRANSITIONS: transitions(*results),
    }
