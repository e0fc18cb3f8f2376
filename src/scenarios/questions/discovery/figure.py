"""How much denser does a box get for the cases that it gives up? The trade-off, and the box beside it."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scenarios.report import style
from scenarios.scenario.scenario import Scenario


@style.as_shown
def tradeoff(tables: Mapping[str, pd.DataFrame], scenario: Scenario, manifest: Mapping[str, Any]) -> style.Figure:
    """Density against coverage of every box, where it was found and on runs kept aside; limits of the chosen one."""
    limits = tables.get("limits")
    n = 0 if limits is None else len(limits)
    figure = style.sheet(4.6 + 0.42 * n)
    panels = figure.subplots(2 if n else 1, 1, squeeze=False, height_ratios=[3.2, 0.5 + 0.42 * n] if n else [1])[:, 0]
    _draw_boxes(panels[0], tables["boxes"], float(manifest["base_rate"]))
    if n:
        _draw_limits(panels[1], limits)
    text = (
        f"{manifest['sentence']} Each point is a box, the whole space at the right; bars: 95 % Monte Carlo interval on "
        f"runs kept aside. n = {manifest['n']:,} runs, {manifest['cases']:,} cases."
    )
    style.caption(figure, box_finding(tables["boxes"].iloc[-1].to_dict(), manifest), text, scenario, manifest)
    return figure


def box_finding(chosen: Mapping[Hashable, Any], manifest: Mapping[str, Any]) -> str:
    """How much of the cases the chosen box holds on runs kept aside, and how much denser they lie there."""
    happens = "does not happen" if manifest["is_absent"] else "happens"
    times = chosen["held_out_density"] / manifest["base_rate"]
    cases = f"{100 * chosen['held_out_coverage']:.0f} % of the worlds in which {manifest['of']} {happens}"
    return f"One box holds {cases}, {times:.1f} times as dense as all"


def _draw_boxes(panel: style.Panel, boxes: pd.DataFrame, base: float) -> None:
    """The trade-off."""
    way, chosen = boxes.iloc[:-1], boxes.iloc[-1:]
    panel.plot(
        way["coverage"], way["density"], color=style.GREY, ls="--", marker="o", ms=3.5, lw=1, mfc="white",
        label="where found",
    )  # fmt: skip
    value, low, high = (way[f"held_out_{name}"] for name in ("density", "low", "high"))
    aside: Any = {"color": style.BLUE, "marker": "s", "ms": 3.5, "lw": 1.2, "elinewidth": 0.8, "capsize": 1.5}
    bars = np.stack([value - low, high - value])
    panel.errorbar(way["held_out_coverage"], value, bars, **aside, label="on runs kept aside")
    panel.plot(
        chosen["held_out_coverage"], chosen["held_out_density"], ls="none", marker="*", ms=16, mfc=style.ORANGE,
        mec=style.BLACK, label="chosen, without unconfirmed limits", zorder=4,
    )  # fmt: skip
    panel.axhline(base, color=style.RED, lw=1.2, ls=":", label=f"all worlds ({base:.2f})")
    top = float(np.nanmax(np.r_[way["density"], high]))
    panel.set_xlim(-0.02, 1.05)
    panel.set_ylim(0, min(1.05, top * 1.12))
    panel.set_xlabel("coverage: share of all cases that lie in the box")
    panel.set_ylabel("density: share of the box\nthat are cases")
    panel.grid(color=style.FAINT, lw=0.6)
    panel.legend(loc="best")


def _draw_limits(panel: style.Panel, limits: Any) -> None:
    """The range of each limited number, and what the box leaves of it."""
    spots = np.arange(len(limits))[::-1]
    low, high = limits["range_low"].to_numpy(dtype=float), limits["range_high"].to_numpy(dtype=float)
    width = high - low
    left = np.nan_to_num((limits["low"].to_numpy(dtype=float) - low) / width, nan=0.0)
    right = np.nan_to_num((limits["high"].to_numpy(dtype=float) - low) / width, nan=1.0)
    # a box that leaves one whole number has no width, and would not be seen
    more = np.where(right - left < 0.02, 0.01, 0.0)
    left, right = left - more, right + more
    panel.barh(spots, 1.0, height=0.5, color=style.FAINT)
    panel.barh(spots, right - left, left=left, height=0.5, color=style.BLUE)
    small: Any = {"va": "center", "fontsize": 6.5, "color": style.GREY}
    for spot, row, a, b in zip(spots, limits.to_dict("records"), left, right, strict=True):
        panel.text(-0.01, spot - 0.42, f"{row['range_low']:.3g}", ha="left", **small)
        panel.text(1.01, spot - 0.42, f"{row['range_high']:.3g}", ha="right", **small)
        for value, at, side in ((row["low"], a, "left"), (row["high"], b, "right")):
            if value == value:
                panel.text(
                    at + (0.006 if side == "left" else -0.006), spot, f"{value:.3g}", ha=side, va="center",
                    fontsize=7.5, color="white", fontweight="bold",
                )  # fmt: skip
    panel.set_yticks(spots, list(limits["path"]), fontsize=7.5)
    panel.set_ylim(-0.8, len(limits) - 0.5)
    panel.set_xlim(-0.02, 1.02)
    panel.set_xticks([])
    panel.spines[["bottom", "left"]].set_visible(False)
    panel.set_title("The box: what it leaves (blue) of each number's range (grey)")
