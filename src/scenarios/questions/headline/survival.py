"""When do patrons step back? The share of runs not yet stepped back, with the client's end competing."""

from typing import TYPE_CHECKING

import numpy as np

from scenarios.report.style import BLACK, BLUE, FAINT, GREY, caption, date_axis, days_of, share_axis, sheet
from scenarios.report.tables import definition, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from scenarios.results import Results

Z95 = 1.96


def survival(results: "Results", control: "Results | None" = None) -> "Figure":
    """Share of runs in which each patron has not yet stepped back: scenario solid, control dashed."""
    scenario = results.scenario
    n_columns = min(len(scenario.patrons), 2)
    n_rows = -(-len(scenario.patrons) // n_columns)
    figure = sheet(1.6 + 2.5 * n_rows)
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).ravel()
    for panel, patron in zip(panels, scenario.patrons, strict=False):
        _draw_patron(panel, results, control, patron)
    for spare in panels[len(scenario.patrons) :]:
        spare.set_visible(False)
    for place, panel in enumerate(panels[: len(scenario.patrons)]):
        is_lowest = place + n_columns >= len(scenario.patrons)
        date_axis(panel, scenario, has_dates=is_lowest, has_steps=place < n_columns)
        share_axis(panel, "share of runs" if place % n_columns == 0 else "")
    # a panel of a patron that is not at risk has nothing to explain
    handles, names = max((panel.get_legend_handles_labels() for panel in panels), key=lambda pair: len(pair[1]))
    figure.legend(handles, names, loc="outside upper right", ncols=max(len(names), 1))
    text = (
        f"Line: share of runs in which the patron has not stepped back. {definition(scenario)} Shaded from below: in "
        "the scenario the client was gone first. What lies between is still open, what lies above has stepped back; "
        "runs are played on past the horizon, so that late losses are judged too. The shares are exact counts; pale "
        "bands: 95 % Monte Carlo interval."
    )
    caption(figure, "Runs with no step-back yet", text, scenario, results.manifest)
    return figure


def incidence(results: "Results", patron: str) -> tuple["NDArray[np.float64]", "NDArray[np.float64]", int]:
    """Cumulative incidence of a patron's step-back and of the client's end before it, over the runs at risk.

    Returns
    -------
    stepped_back, gone_first : ndarray of float64, shape (steps + 1,)
        Share of runs by each step.
    n : int
        Runs in which the patron was at risk.
    """
    back, gone = (np.zeros(results.scenario.steps + 1, dtype=np.int64) for _ in range(2))
    n = 0
    for part in results.parts():
        rows = part.patrons[(part.patrons["patron"] == patron) & part.patrons["at_risk"].astype(bool)]
        ended = part.runs.set_index("run").loc[rows["run"], ["client_outcome", "client_outcome_at"]]
        is_gone = (ended["client_outcome"] != "holds").to_numpy()
        back_at = rows["step_back_at"].to_numpy(dtype=float)
        back += _count_at(back_at, len(back))
        gone += _count_at(ended["client_outcome_at"].to_numpy(dtype=float)[is_gone & np.isnan(back_at)], len(gone))
        n += len(rows)
    return back.cumsum() / max(n, 1), gone.cumsum() / max(n, 1), n


def _count_at(at: "NDArray[np.float64]", n_steps: int) -> "NDArray[np.int64]":
    """How many times fall on each step; missing ones and those after the horizon on none."""
    kept = at[~np.isnan(at)].astype(np.int64)
    counts: NDArray[np.int64] = np.bincount(kept[kept < n_steps], minlength=n_steps)
    return counts


def _draw_patron(panel: "Axes", results: "Results", control: "Results | None", patron: str) -> None:
    """One patron's curve with its control and the client's end."""
    scenario = results.scenario
    back, gone, n = incidence(results, patron)
    panel.set_title(f"{label(scenario, f'patrons.{patron}')} (n = {n})")
    if n == 0:
        panel.text(
            0.5, 0.6, "not at risk:\ngave nothing material at the opening", transform=panel.transAxes, ha="center"
        )
        return
    days = days_of(scenario, np.arange(scenario.steps + 1, dtype=float))
    panel.fill_between(
        days, 0, gone, step="post", facecolor=FAINT, edgecolor=GREY, hatch="///", lw=0, label="client gone first"
    )
    _draw_curve(panel, days, 1 - back, n, BLUE, "-", "scenario")
    if control is not None:
        back, _, n = incidence(control, patron)
        _draw_curve(panel, days, 1 - back, n, BLACK, (0, (4, 2)), "control (pressure frozen)")


def _draw_curve(
    panel: "Axes",
    days: "NDArray[np.float64]",
    kept: "NDArray[np.float64]",
    n: int,
    colour: str,
    dashes: "str | tuple[int, tuple[int, int]]",
    name: str,
) -> None:
    """A step curve with its 95 % Monte Carlo band."""
    half = Z95 * np.sqrt(kept * (1 - kept) / max(n, 1))
    panel.fill_between(days, kept - half, kept + half, step="post", color=colour, alpha=0.25, lw=0)
    panel.step(days, kept, where="post", color=colour, lw=1.7, ls=dashes, label=name)
