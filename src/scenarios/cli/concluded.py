"""What may a reader conclude? Each line worked out of a result, with its error and a verdict."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from scenarios.intervals import Z95
from scenarios.questions.comparison.figure import side_name
from scenarios.questions.comparison.words import gap
from scenarios.questions.threshold.crossings import CLIMB, CROSSED, HELD, Threshold
from scenarios.report.wording import difference, is_missing, label, pm, share, words
from scenarios.scenario.scenario import Scenario
from scenarios.significance import CHANGED, WITHIN

RUNGS = (4, 8, 10)  # held rungs that a line names
NOUNS = {"step back further": "a further step back", "denied": "a denial", "abandonment": "an abandonment"}
MOVES_IT = "moves it"
FOREMOST = 3  # numbers that a line names
GAP = ("difference", "difference_se", "difference_high")
Row = Mapping[Any, Any]


def occurrence(what: str) -> str:
    """An outcome of a table as the subject of a sentence.

    Examples
    --------
    >>> occurrence("Russia: step back"), occurrence("client: holds, from August")
    ('a step back by Russia', 'that the client holds (from August)')
    """
    who, _, rest = what.partition(": ")
    event, _, where = rest.partition(", ")
    said = f"that the client {event}" if who == "client" else f"{NOUNS.get(event, f'a {event}')} by {who}"
    return f"{said} ({where})" if where else said


def _likelihood(verdict: str, value: float) -> str:
    """What a difference says of a chance.

    Examples
    --------
    >>> _likelihood("changed", -0.2), _likelihood("within Monte Carlo error", -0.2)
    ('less likely', 'as likely, as far as these runs show')
    """
    if verdict == CHANGED:
        return "likelier" if value > 0 else "less likely"
    return "as likely, as far as these runs show" if verdict == WITHIN else verdict


def side_lines(*told: tuple[str, str]) -> Callable[[pd.DataFrame], list[str]]:
    """Lines on some outcomes and sides of a table of `scenarios.questions.comparison.figure.sides_of`.

    Parameters
    ----------
    *told : (what, side)
        The outcome as the table writes it, and the side that is held against the first.
    """

    def lines(table: pd.DataFrame) -> list[str]:
        rows = {(row["what"], row["side"]): row for row in table.to_dict("records")}
        firsts = {row["what"]: row for row in reversed(table.to_dict("records"))}
        return [side_line(rows[what, side], firsts[what]) for what, side in told]

    return lines


def side_line(row: Row, first: Row) -> str:
    """One outcome on one side beside the first."""
    mine, other = (share(side["value"], side["se"], side["n"]) for side in (row, first))
    return (
        f"{row['side'][:1].upper()}{row['side'][1:]}: {occurrence(row['what'])} is "
        f"{_likelihood(row['verdict'], row['difference'])}: {mine} "
        f"beside {other} ('{first['side']}'); difference (95 %) {gap(row)}."
    )


def pressure_lines(summary: pd.DataFrame, of: Iterable[str], scenario: Scenario) -> list[str]:
    """What a pressure that moves adds to some outcomes, beside the control."""
    rows, lines = {row["outcome"]: row for row in summary.to_dict("records")}, []
    for outcome in of:
        row, what = rows[outcome], occurrence(side_name(outcome, scenario))
        mine, frozen = share(row["value"], row["se"], row["n"]), share(row["control"], row["control_se"], row["n"])
        lines.append(
            f"Where the pressure moves, {what} is {_likelihood(row['verdict'], row['difference'])}: {mine} beside "
            f"{frozen} where it is frozen, difference {difference(*(row[name] for name in GAP))}."
        )
    return lines


def rung_lines(found: Threshold, scenario: Scenario, of: Iterable[str]) -> list[str]:
    """How some patrons' step-backs grow with the rung that is held; by which rung of the climb the event is reached."""
    assert found.ladder is not None
    table = found.ladder[(found.ladder["kind"] == HELD) & (found.ladder["outcome"] == "step_back")]
    held = {(row["patron"], row["rung"]): row for row in table.to_dict("records")}
    lines = []
    for patron in of:
        low, *_, high = points = [held[patron, rung] for rung in RUNGS]
        said = ", ".join(f"{point_of(point)} at rung {point['rung']}" for point in points)
        lines.append(
            f"{label(scenario, f'patrons.{patron}')}, rung held: {said}; {growth(low, high)} from {RUNGS[0]} to "
            f"{RUNGS[-1]}."
        )
    return [*lines, climb_line(found)]


def climb_line(found: Threshold) -> str:
    """By which rung of the climb the event has its probability."""
    curve = found.curve[found.curve["kind"] == CLIMB]
    top = highest(curve, "probability")
    goal = f"{found.of} in {found.probability:g} of runs"
    if found.climb is None or found.climb.outcome != CROSSED:
        return f"A climb from rung 4 to 10 brings {goal} at no rung; the most is {point_of(top)} by {top['value']:g}."
    crossing = found.climb.crossings[0]
    return (
        f"A climb from rung 4 brings {goal} by rung {crossing.value:g} (95 %: {crossing.low:g} to {crossing.high:g}); "
        f"the most is {point_of(top)} by {top['value']:g}."
    )


def highest(table: pd.DataFrame, column: str) -> Row:
    """The row in which a column is highest."""
    return table.sort_values(column, ascending=False, kind="stable").to_dict("records")[0]


def point_of(row: Row) -> str:
    """A probability with its error."""
    return share(probability_of(row), row["se"], row["n"])


def probability_of(row: Row) -> float:
    """A probability, as tables of thresholds and of outcomes call it."""
    return float(row["probability"] if "probability" in row else row["value"])


def growth(low: Row, high: Row) -> str:
    """Whether a chance grows, by errors that add up as if the runs were not matched, which is cautious."""
    first, last = probability_of(low), probability_of(high)
    error = sum(row["se"] ** 2 for row in (low, high) if not is_missing(row["se"])) ** 0.5
    if abs(last - first) <= Z95 * error:
        return "no change that these runs show"
    return "it grows" if last > first else "it falls"


def map_lines(table: pd.DataFrame, across: str, up: str, outcome: str, probability: float = 0.5) -> list[str]:
    """What each of two numbers does while the other stays in the middle, and where on the map the outcome tips."""
    likely = (table["low"] > probability).sum()
    corner = highest(table, "value")
    return [
        map_edge_line(table, across, up, outcome),
        map_edge_line(table, up, across, outcome),
        f"At {likely} of the {len(table)} points {outcome} is likelier than {probability:g} beyond Monte Carlo error; "
        f"the most is {point_of(corner)}, at {across} {corner[across]:.3g} and {up} {corner[up]:.3g}.",
    ]


def map_edge_line(table: pd.DataFrame, moved: str, still: str, outcome: str) -> str:
    """From the lowest to the highest value of one number, the other in the middle."""
    values = sorted(table[still].unique())
    middle = values[len(values) // 2]
    low, *_, high = table[table[still] == middle].sort_values(moved).to_dict("records")
    return (
        f"{moved} from {low[moved]:.3g} to {high[moved]:.3g}, {still} at {middle:.3g}: {outcome} from {point_of(low)} "
        f"to {point_of(high)}; {growth(low, high)}."
    )


def weight_lines(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """How much of each outcome is luck, and which numbers move it most."""
    splits = ", ".join(luck_words(row) for row in tables["split"].to_dict("records"))
    kind, column = ("indices", "total_order") if "indices" in tables else ("screening", "mu_star")
    lines = [f"Share of the variance between runs that is luck, which no number moves: {splits}."]
    for outcome, rows in tables[kind].groupby("outcome", sort=False):
        moving = rows[rows["verdict"] == MOVES_IT].sort_values(column, ascending=False).head(FOREMOST)
        named = ", ".join(
            f"{row['path']} ({pm(row[column], row[f'{column}_conf'])})" for row in moving.to_dict("records")
        )
        lines.append(f"{outcome} hangs most on {named or 'none of these numbers beyond luck'}.")
    return lines


def luck_words(row: Row) -> str:
    """The share of luck in the variance of one outcome.

    Examples
    --------
    >>> luck_words({"outcome": "client.holds", "chance_share": 0.9, "unknown_low": 0.05, "unknown_high": 0.15})
    '0.90 (0.85 to 0.95) for client.holds'
    """
    low, high = 1 - row["unknown_high"], 1 - row["unknown_low"]
    return f"{row['chance_share']:.2f} ({low:.2f} to {high:.2f}) for {row['outcome']}"


def box_lines(boxes: pd.DataFrame, limits: pd.DataFrame, base_rate: float, outcome: str) -> list[str]:
    """What the box that was picked says on runs that it has not seen, and what limits it."""
    if not len(limits):
        return [f"No box of worlds holds {outcome} more often than the rest, beyond luck (in all {base_rate:.3f})."]
    box = boxes.to_dict("records")[-1]
    named = ", ".join(limit_of_box(row) for row in limits.to_dict("records"))
    is_denser = box["held_out_low"] > base_rate
    inside = share(box["held_out_density"], box["held_out_se"], box["held_out_n"])
    return [
        f"{outcome} happens in {base_rate:.3f} of all runs, and in {inside} of those in the box, on runs kept aside: "
        f"{'more often' if is_denser else 'no more often'} beyond luck.",
        f"The box holds {box['held_out_coverage']:.2f} of the cases kept aside.",
        f"The box: {named}.",
    ]


def limit_of_box(row: Row) -> str:
    """A limit of a box.

    Examples
    --------
    >>> limit_of_box({"path": "client.hold", "low": 0.4, "high": float("nan")})
    'client.hold at least 0.4'
    """
    ends = (("at least", row["low"]), ("at most", row["high"]))
    return f"{row['path']} " + " and ".join(f"{word} {end:.3g}" for word, end in ends if end == end)


def rule_lines(values: pd.DataFrame, shares: pd.DataFrame, of: Iterable[str]) -> list[str]:
    """How far some outcomes differ over the decision rules, and how much of the variance the rules explain."""
    lines = []
    for outcome in of:
        rows = values[values["outcome"] == outcome].sort_values("value").to_dict("records")
        low, high = rows[0], rows[-1]
        same = growth(low, high).startswith("no")
        lines.append(
            f"{outcome}: {point_of(low)} under {words(low['decision_rule'])}, {point_of(high)} under "
            f"{words(high['decision_rule'])}; "
            f"{'the rules agree within Monte Carlo error' if same else 'it hangs on the rule'}."
        )
    top = highest(shares, "rule_share")
    lines.append(
        f"The choice of rule by itself explains at most {top['rule_share']:.3f} ({top['rule_low']:.3f} to "
        f"{top['rule_high']:.3f}) of the variance between runs, for {top['outcome']}."
    )
    return lines
