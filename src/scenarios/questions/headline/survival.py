"""When do patrons step back, and further? The share of runs that have, with the client's end competing."""

from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.questions.headline.findings import Ended, step_back_finding
from scenarios.report.style import (
    BLACK,
    BLUE,
    FAINT,
    GREY,
    RED,
    Room,
    caption,
    date_axis,
    days_of,
    grid,
    name_panel,
    panel_key,
    panel_width,
    share_axis,
)
from scenarios.report.tables import definition, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from scenarios.results import Results

Z95 = 1.96
BACK, FURTHER = "step_back", "step_back_further"
ROOM = Room(above=0.6, below=0.45, down=0.4)
SOLID: dict[str, Any] = {"color": BLUE, "ls": "-", "label": "stepped back"}
DOTTED: dict[str, Any] = {"color": RED, "ls": (0, (1, 1)), "label": "stepped back further"}
DASHED: dict[str, Any] = {"color": BLACK, "ls": (0, (5, 2)), "label": "stepped back, pressure frozen (control)"}
Incidence = tuple["NDArray[np.float64]", "NDArray[np.float64]", int]


def survival(results: "Results", control: "Results | None" = None) -> "Figure":
    """Share of runs in which each patron has stepped back, and further; the control dashed."""
    scenario, patrons = results.scenario, results.scenario.patrons
    n_columns = min(len(patrons), 2)
    figure, panels = grid(-(-len(patrons) // n_columns), n_columns, 1.9, ROOM)
    panels = panels.ravel()
    played, frozen = incidences(results), None if control is None else incidences(control)
    ended = {}
    for panel, patron in zip(panels, patrons, strict=False):
        ended[patron] = _draw_patron(panel, results, played, frozen, patron)
    for spare in panels[len(patrons) :]:
        spare.set_visible(False)
    for place, panel in enumerate(panels[: len(patrons)]):
        is_lowest, width = place + n_columns >= len(patrons), panel_width(n_columns, ROOM)
        date_axis(panel, scenario, has_dates=is_lowest, has_steps=place < n_columns, inches=width)
        share_axis(panel, "share of runs" if place % n_columns == 0 else "")
        panel.tick_params(labelleft=place % n_columns == 0)
    # a panel of a patron that is not at risk has nothing to explain
    key = max((panel_key(panel, 4) for panel in panels), key=lambda found: len(found.names))
    text = (
        f"{definition(scenario)} Further: two levels or more. Hatched from above: in the scenario the client was gone "
        "before the patron stepped back. What lies between is still open; runs are played on past the horizon, so that "
        "late losses are judged too. The shares are exact counts of n runs; pale bands: 95 % Monte Carlo interval."
    )
    caption(figure, step_back_finding(ended, scenario), text, scenario, results.manifest, key)
    return figure


def incidence(results: "Results", patron: str, event: str = BACK) -> Incidence:
    """Cumulative incidence of a patron's step-back and of the client's end before it, over the runs at risk.

    Returns
    -------
    stepped_back, gone_first : ndarray of float64, shape (steps + 1,)
        Share of runs by each step.
    n : int
        Runs in which the patron was at risk.
    """
    return incidences(results)[patron, event]


def incidences(results: "Results") -> dict[tuple[str, str], Incidence]:
    """The incidence of every patron's step-back, and of the one that goes further, in one reading of the runs."""
    size = results.scenario.steps + 1
    asked = [(patron, event) for patron in results.scenario.patrons for event in (BACK, FURTHER)]
    counts = {key: np.zeros((2, size), dtype=np.int64) for key in asked}
    sizes = dict.fromkeys(asked, 0)
    for part in results.parts():
        ends = part.runs.set_index("run")[["client_outcome", "client_outcome_at"]]
        for patron in results.scenario.patrons:
            rows = part.patrons[(part.patrons["patron"] == patron) & part.patrons["at_risk"].astype(bool)]
            ended = ends.loc[rows["run"]]
            gone_at = np.where(ended["client_outcome"] != "holds", ended["client_outcome_at"].astype(float), np.nan)
            for event in (BACK, FURTHER):
                back_at = rows[f"{event}_at"].to_numpy(dtype=float)
                counts[patron, event][0] += _count_at(back_at, size)
                counts[patron, event][1] += _count_at(gone_at[np.isnan(back_at)], size)
                sizes[patron, event] += len(rows)
    return {key: (*(counts[key].cumsum(axis=1) / max(sizes[key], 1)), sizes[key]) for key in asked}


def _count_at(at: "NDArray[np.float64]", n_steps: int) -> "NDArray[np.int64]":
    """How many times fall on each step; missing ones and those after the horizon on none."""
    kept = at[~np.isnan(at)].astype(np.int64)
    counts: NDArray[np.int64] = np.bincount(kept[kept < n_steps], minlength=n_steps)
    return counts


def _draw_patron(
    panel: "Axes",
    results: "Results",
    played: dict[tuple[str, str], Incidence],
    frozen: dict[tuple[str, str], Incidence] | None,
    patron: str,
) -> Ended:
    """One patron's curves with the control and the client's end; returns where they end."""
    scenario = results.scenario
    back, gone, n = played[patron, BACK]
    further = played[patron, FURTHER][0]
    name_panel(
        panel, f"{label(scenario, f'patrons.{patron}')} (n = {n})", pad=30.0 if _is_on_top(scenario, patron) else 5.0
    )
    if n == 0:
        panel.text(
            0.5, 0.6, "not at risk:\ngave nothing material at the opening", transform=panel.transAxes, ha="center"
        )
        return Ended(0.0, 0.0, 0)
    days = days_of(scenario, np.arange(scenario.steps + 1, dtype=float))
    panel.fill_between(
        days,
        1.0 - gone,
        1.0,
        step="post",
        facecolor=FAINT,
        edgecolor=GREY,
        hatch="///",
        lw=0,
        label="client gone first",
    )
    _draw_curve(panel, days, back, n, SOLID)
    _draw_curve(panel, days, further, n, DOTTED)
    if frozen is None:
        return Ended(back[-1], further[-1], n)
    held, _, n_held = frozen[patron, BACK]
    _draw_curve(panel, days, held, n_held, DASHED)
    return Ended(back[-1], further[-1], n, held[-1])


def _is_on_top(scenario: Any, patron: str) -> bool:
    """Whether a patron's panel is in the first row, below the steps."""
    return patron in scenario.patrons[:2]


def _draw_curve(
    panel: "Axes", days: "NDArray[np.float64]", share: "NDArray[np.float64]", n: int, look: dict[str, Any]
) -> None:
    """A step curve with its 95 % Monte Carlo band."""
    half = Z95 * np.sqrt(share * (1 - share) / max(n, 1))
    panel.fill_between(days, share - half, share + half, step="post", color=look["color"], alpha=0.2, lw=0)
    panel.step(days, share, where="post", lw=1.7, **look)
