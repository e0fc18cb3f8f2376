"""How do several versions of a scenario differ? Outcomes of named sides, one below the other, as a table and drawn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scenarios.questions.comparison.words import gap, who_of
from scenarios.report.curves import error_bars
from scenarios.report.style import BLACK, BLUE, FAINT, GREEN, GREY, ORANGE, PURPLE, RED, caption, sheet
from scenarios.report.wording import NOTHING, Cells, Section, is_missing, numbers_line, share, told_section, words
from scenarios.scenario.scenario import Scenario
from scenarios.significance import CHANGED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


Z95 = 1.96
CELLS = {"value": "", "se": "_se", "value_low": "_low", "value_high": "_high"}
COLUMNS = ("what", "side", *CELLS, "n", "difference", "difference_se", "low", "high", "verdict")
# black and round: the side that the others are held against
LOOKS = ((BLACK, "o"), (BLUE, "s"), (RED, "^"), (GREEN, "D"), (ORANGE, "v"), (PURPLE, "P"))
ROW_INCHES, SIDE_INCHES, LEAST_INCHES = 0.2, 0.17, 3.2
LABEL = 24  # letters of a line beside the axis
COMPARED = ("difference", "difference_se", "low", "high", "verdict")


def sides_of(
    compared: pd.DataFrame, sides: Sequence[str], outcomes: Sequence[str], scenario: Scenario, where: str = ""
) -> pd.DataFrame:
    """Some outcomes of a comparison, a row for each side, by name.

    Parameters
    ----------
    compared : DataFrame
        As `scenarios.compare` returns it.
    sides : sequence of str
        What A, B, C ... are called.
    outcomes : sequence of str
        Which, in this order.
    scenario : Scenario
        For the names of actors.
    where : str
        What is said of an outcome beside its name, to tell several comparisons in one table apart.

    Returns
    -------
    DataFrame
        Columns what, side, value with se, value_low and value_high, n, and, but for the first side, difference from
        it, difference_se, low, high (95 %), verdict.
    """
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        found = compared[compared["outcome"] == outcome].to_dict("records")
        what = {"what": side_name(outcome, scenario) + (f", {where}" if where else "")}
        first = found[0]
        rows.append(
            what | {"side": sides[0], "n": first["n"]} | {column: first[f"a{end}"] for column, end in CELLS.items()}
        )
        for side, row in zip(sides[1:], found, strict=True):
            said = {column: row[column] for column in COMPARED}
            cells = {column: row[f"b{end}"] for column, end in CELLS.items()}
            rows.append(what | {"side": side, "n": row["n"]} | cells | said)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def of_rules(values: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The first table of `scenarios.rule_shares` with the rules as sides, for `contrast`."""
    return values.rename(columns={"low": "value_low", "high": "value_high"}).assign(
        what=[side_name(outcome, scenario) for outcome in values["outcome"]],
        side=[words(rule) for rule in values["decision_rule"]],
        verdict=None,
    )


def by_outcome(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several tables of `sides_of` as one: the first outcome of each, then the second, and so on."""
    placed = [table.assign(place=pd.factorize(table["what"])[0]) for table in tables]
    joined = pd.concat(placed).sort_values("place", kind="stable", ignore_index=True)
    return joined.drop(columns="place")


def side_name(outcome: str, scenario: Scenario) -> str:
    """An outcome as people write it.

    Examples
    --------
    >>> from scenarios import load
    >>> side_name("redland.step_back", load("toy"))
    'Redland: step back'
    """
    return f"{who_of(outcome, scenario)}: {words(outcome.partition('.')[2])}"


def contrast_section(table: pd.DataFrame, heading: str) -> Section:
    """Outcomes of every side in words."""
    cells: Cells = {
        "what": "{what}",
        "": "{side}",
        "probability": lambda row: share(row["value"], row["se"], row["n"]),
        "difference (95 %)": gap,
        "verdict": lambda row: NOTHING if is_missing(row["difference"]) else str(row["verdict"]),
        "n": "{n:.0f}",
    }
    return told_section(heading, table, cells)


def contrast_notes(table: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the sides."""
    first = str(table["side"].iloc[0])
    return [
        f"Probabilities by the horizon, {scenario.steps} {scenario.step}s; ± is one Monte Carlo standard error. "
        f"Differences are from '{first}', run by run over the same worlds and the same luck. Verdicts account for all "
        "outcomes of a comparison (Holm), also those not shown; within Monte Carlo error: read it as no difference.",
        numbers_line(scenario, manifest),
        f"{manifest['replications']:,} matched runs of each side, seed {manifest['seed']}.",
    ]


def contrast_finding(table: pd.DataFrame) -> str:
    """The largest difference from the first side, if any is more than luck; without verdicts, the largest of all."""
    first = str(table["side"].iloc[0])
    others = table[table["side"] != first].copy()
    firsts = table[table["side"] == first].drop_duplicates("what").set_index("what")["value"]
    others["first"] = others["what"].map(firsts)
    others["gap"] = (others["value"] - others["first"]).abs()
    known = others[others["verdict"] == CHANGED] if others["verdict"].notna().any() else others
    known = known[known["gap"].notna()]
    if known.empty:
        return f"Nothing differs from '{first}' by more than Monte Carlo error"
    row = known.sort_values("gap").iloc[-1]
    return (
        f"{row['what']}: {100 * row['first']:.0f} % under '{first}', {100 * row['value']:.0f} % under '{row['side']}'"
    )


def contrast(table: pd.DataFrame, heading: str, scenario: Scenario, manifest: Mapping[str, Any]) -> "Figure":
    """The probability of each outcome on each side with its interval; filled where it differs from the first side.

    Parameters
    ----------
    table : DataFrame
        As `sides_of` returns it, or several of them one below the other; without verdicts every mark is filled.
    heading : str
    scenario : Scenario
    manifest : mapping
        How it was come by.
    """
    whats, sides = list(dict.fromkeys(table["what"])), list(dict.fromkeys(table["side"]))
    figure = sheet(max(LEAST_INCHES, 1.7 + (ROW_INCHES + SIDE_INCHES * len(sides)) * len(whats)))
    panel = figure.subplots()
    height = 0.8 / len(sides)
    for place, side in enumerate(sides):
        rows = table[table["side"] == side]
        spots = np.array([whats.index(what) for what in rows["what"]]) + height * (place - (len(sides) - 1) / 2)
        _draw_side(panel, rows, spots, side, LOOKS[place % len(LOOKS)])
    _finish(panel, whats, float(np.nanmax(table["value"] + Z95 * table["se"].fillna(0.0))))
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3 if len(sides) in (3, 5, 6) else 2)
    least, most = int(table["n"].min()), int(table["n"].max())
    n = f"{least}" if least == most else f"{least} to {most}"
    filled = (
        f" Filled: differs from '{sides[0]}' by more than Monte Carlo error, over the same worlds and the same luck; "
        "hollow: does not."
        if table["verdict"].notna().any()
        else ""
    )
    bars = "Bars: 95 % Monte Carlo interval of each by itself (rule of three at 0 and 1)"
    text = f"Chance by the horizon. {bars}, n = {n}.{filled}"
    caption(figure, heading, text, scenario, manifest)
    return figure


def _draw_side(panel: "Axes", rows: pd.DataFrame, spots: Any, side: str, look: tuple[str, str]) -> None:
    """The marks of one side; hollow where it does not differ from the first."""
    colour, marker = look
    bars = error_bars(rows[["value", "value_low", "value_high"]].set_axis(["probability", "low", "high"], axis=1))
    panel.errorbar(rows["value"], spots, xerr=bars, fmt="none", ecolor=colour, elinewidth=1.1, capsize=2)
    is_filled = (rows["verdict"].isna() | (rows["verdict"] == CHANGED)).to_numpy()
    for kept, face in ((is_filled, colour), (~is_filled, "white")):
        if not kept.any():  # an empty line that is not clipped would count as lying in the corner of the figure
            continue
        panel.plot(
            rows["value"][kept], spots[kept], ls="none", marker=marker, ms=5.5, mec=colour, mfc=face, clip_on=False
        )
    panel.plot([], [], ls="none", marker=marker, ms=5.5, color=colour, label=side)


def _in_lines(what: str) -> str:
    """A long label in two lines, where it has a comma."""
    return what if len(what) <= LABEL else what.replace(", ", ",\n", 1)


def _finish(panel: "Axes", whats: Sequence[str], top: float) -> None:
    """Names of the outcomes, lines between them, a scale from 0."""
    for edge in range(1, len(whats)):
        panel.axhline(edge - 0.5, color=FAINT, lw=0.8)
    panel.set_yticks(range(len(whats)), [_in_lines(what) for what in whats])
    panel.set_ylim(len(whats) - 0.5, -0.5)
    panel.tick_params(axis="y", length=0)
    panel.set_xlim(0.0, min(1.02, max(0.05, 1.06 * top)))
    panel.set_xlabel("probability by the horizon", color=GREY)
    panel.grid(axis="x", color=FAINT, lw=0.6)
    panel.set_axisbelow(True)
