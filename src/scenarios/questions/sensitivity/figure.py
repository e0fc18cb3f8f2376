"""Which numbers move an outcome most? Bars beside what luck alone would give."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import UnknownName
from scenarios.questions.sensitivity.indices import LENGTHS
from scenarios.report import style
from scenarios.scenario.scenario import Scenario
from scenarios.store.answers import origin

MOST_BARS = 15
BAR_INCHES = 0.26
HATCHED: Any = {"hatch": "///", "edgecolor": "white", "lw": 0}


def tornados(
    tables: Mapping[str, pd.DataFrame], scenario: Scenario, manifest: Mapping[str, Any]
) -> dict[str, Callable[[], style.Figure]]:
    """What draws one figure an outcome, by the name of its file."""
    made = [tables[name] for name in PANELS if name in tables]
    outcomes = dict.fromkeys(str(outcome) for table in made for outcome in table["outcome"])
    return {f"tornado_{as_file(name)}": partial(tornado, name, tables, scenario, manifest) for name in outcomes}


def drawn_tornado(
    outcome: str | None, tables: Mapping[str, pd.DataFrame], scenario: Scenario, manifest: Mapping[str, Any]
) -> style.Figure:
    """The figure of an outcome for whoever holds the answer in hand; of the first one if none is named."""
    known = list(dict.fromkeys(str(name) for table in tables.values() for name in table["outcome"]))
    asked = outcome if outcome is not None else next(iter(known), "")
    if asked not in known:
        raise UnknownName("outcome", asked, known)
    return tornado(asked, tables, scenario, {**manifest, **origin(scenario)})


def as_file(outcome: str) -> str:
    """An outcome as part of a file's name."""
    said = outcome.replace(">=", "at_least").replace("<=", "at_most").replace(">", "above").replace("<", "below")
    return re.sub(r"[^\w.-]+", "_", said)


@style.as_shown
def tornado(
    outcome: str, tables: Mapping[str, pd.DataFrame], scenario: Scenario, manifest: Mapping[str, Any]
) -> style.Figure:
    """What moves one outcome, largest first: Sobol indices and Morris' effects, or shares read off runs."""
    asked = {name: tables[name][tables[name]["outcome"] == outcome] for name in PANELS if name in tables}
    parts = {name: rows.head(MOST_BARS) for name, rows in asked.items() if len(rows)}
    heights = [len(rows) for rows in parts.values()]
    figure = style.sheet(1.9 + sum(0.5 + BAR_INCHES * n for n in heights))
    panels = figure.subplots(len(parts), 1, squeeze=False, height_ratios=[n + 2 for n in heights])[:, 0]
    for panel, (name, rows) in zip(panels, parts.items(), strict=True):
        spots = np.arange(len(rows))[::-1]
        PANELS[name](panel, rows, spots)
        _finish(panel, rows, spots)
    style.caption(figure, tornado_finding(outcome, parts), _said(parts), scenario, manifest)
    return figure


def tornado_finding(outcome: str, parts: Mapping[str, pd.DataFrame]) -> str:
    """Which number has the longest bar, and whether it is longer than luck alone would make it."""
    name, rows = next(iter(parts.items()))
    longest = rows.sort_values(LENGTHS[name]).iloc[-1]
    if longest[LENGTHS[name]] > longest["luck"]:
        return f"{longest['path']} moves {outcome} most"
    return f"No number moves {outcome} more than luck alone would seem to"


def _said(parts: Mapping[str, pd.DataFrame]) -> str:
    """What the bars and ticks are, and from how many runs."""
    ticks = (
        "Black ticks: what luck alone would give none of the numbers if they did nothing; a bar that does not pass its "
        "tick is not told from luck. "
    )
    first = next(iter(parts.values())).iloc[0]
    if "given" in parts:
        return (
            "Share of the variance between single runs that knowing a number alone would explain, with 95 % intervals; "
            f"n = {first['n']:,} runs that were there. {ticks}Numbers may go together: shares overlap."
        )
    sizes = [
        f"{rows.iloc[0]['points']:.0f} points x {rows.iloc[0]['replications']:.0f} runs" for rows in parts.values()
    ]
    return (
        f"Bars with 95 % intervals over design and luck, n = {' and '.join(sizes)}. {ticks}"
        f"Of the variance between single runs, {first['chance_share']:.0%} is chance, which no number moves."
    )


def _draw_given(panel: style.Panel, rows: pd.DataFrame, spots: Any) -> None:
    """Shares read off runs."""
    share = rows["share"].clip(lower=0.0)
    panel.barh(spots, share, height=0.72, color=style.BLUE, label="share")
    _errors(panel, spots, share, share - rows["low"], rows["high"] - share)
    panel.set(title="What knowing one number alone would explain", xlabel="share of the variance between single runs")


def _draw_indices(panel: style.Panel, rows: pd.DataFrame, spots: Any) -> None:
    """Total order behind, first order before it."""
    total = rows["total_order"]
    panel.barh(spots, total, height=0.72, color=style.SKY, **HATCHED, label="total order")
    panel.barh(spots, rows["first_order"].clip(lower=0.0), height=0.36, color=style.BLUE, label="first order")
    _errors(panel, spots, total, rows["total_order_conf"], rows["total_order_conf"])
    panel.set(title="Sobol indices", xlabel="share of the variance between points")


def _draw_screening(panel: style.Panel, rows: pd.DataFrame, spots: Any) -> None:
    """Effects, by the direction in which the outcome goes when the number rises."""
    is_up = (rows["mu"] >= 0.0).to_numpy()
    looks = {"raises it": (is_up, style.BLUE, {}), "lowers it": (~is_up, style.ORANGE, HATCHED)}
    for kind, (keep, colour, look) in looks.items():
        if keep.any():
            panel.barh(spots[keep], rows["mu_star"][keep], height=0.72, label=kind, color=colour, **look)
    _errors(panel, spots, rows["mu_star"], rows["mu_star_conf"], rows["mu_star_conf"])
    panel.set_xlabel("change of the outcome over half of the number's distribution")
    panel.set_title("Morris' effects (a rise of the number, on average, ...)")


def _errors(panel: style.Panel, spots: Any, values: Any, below: Any, above: Any) -> None:
    """Intervals of bars, cut at 0."""
    bars = np.stack([np.minimum(below, values.clip(lower=0.0)), above])
    panel.errorbar(values, spots, xerr=bars, fmt="none", ecolor="#444444", elinewidth=1, capsize=2)


def _finish(panel: style.Panel, rows: pd.DataFrame, spots: Any) -> None:
    """Names, ticks of luck, legend."""
    panel.scatter(rows["luck"], spots, marker="|", s=130, color=style.BLACK, linewidths=2, zorder=3, label="luck alone")
    panel.set_yticks(spots, list(rows["path"]), fontsize=7.5)
    panel.set_xlim(left=0.0)
    panel.grid(axis="x", color=style.FAINT, lw=0.6)
    panel.set_axisbelow(True)
    panel.legend(loc="lower right")


PANELS = {"given": _draw_given, "indices": _draw_indices, "screening": _draw_screening}
