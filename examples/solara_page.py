"""One run, step by step, in Mesa's own SolaraViz: `solara run examples/solara_page.py`.

`PatronageModel` is a Mesa model like any other: its data collector feeds the plots, its public names the panel. Mesa's
plots and sliders come with `pip install 'scenarios[viz]'`. For thousands of runs at once: `scenarios page`.
"""

from datetime import timedelta
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz, make_plot_component

from scenarios import PatronageModel, load
from scenarios.scenario.arrays import ordered

SCENARIO = load("venezuela_2025")
PATHS = {
    "russia_budget": "patrons.russia.support_budget",
    "russia_tolerance": "patrons.russia.risk_tolerance",
    "china_budget": "patrons.china.support_budget",
    "oil_price": "client.oil_price",
}
SLIDERS = {  # each begins at the scenario's own value
    name: Slider(label, SCENARIO.numbers[PATHS[name]].value, *reach)
    for name, (label, *reach) in {
        "russia_budget": ("Russia's support budget [USD bn a year]", 0.02, 0.4, 0.02),
        "russia_tolerance": ("Russia's risk tolerance [utility]", 0.1, 2.0, 0.1),
        "china_budget": ("China's support budget [USD bn a year]", 0.2, 4.0, 0.2),
        "oil_price": ("Price of oil [USD a barrel]", 20.0, 100.0, 5.0),
    }.items()
}


class Run(PatronageModel):
    """A run of the scenario in which four numbers are set from the first step on."""

    def __init__(
        self, russia_budget: float, russia_tolerance: float, china_budget: float, oil_price: float, seed: int = 1
    ) -> None:
        values = (russia_budget, russia_tolerance, china_budget, oil_price)
        super().__init__(SCENARIO.with_values(dict(zip(PATHS.values(), values, strict=True))), rng=seed)


def levels(model: Run) -> Any:
    """Each patron's support and levels now."""
    rows = [
        f"| {patron.name} | {patron.support:.2f} | {patron.delivered:.2f} | "
        + " | ".join(f"{channel.pair.level:.0f}" for channel in patron.channels)
        + " |"
        for patron in model.patrons
    ]
    heads = ["patron", "intended", "delivered", *ordered(model.scenario, "channels")]
    day = model.scenario.start + timedelta(days=model.now * model.scenario.step_days)
    lines = [f"**{day}**, shares of full support, and levels from 0 to 3", "", f"| {' | '.join(heads)} |"]
    return solara.Markdown("\n".join([*lines, f"|{'---|' * len(heads)}", *rows]))


def as_shares(axes: Any) -> None:
    """A hold and a solvency are shares."""
    axes.set_ylim(0.0, 1.0)


page = SolaraViz(
    Run(**{name: slider.value for name, slider in SLIDERS.items()}),
    components=[
        (levels, 0),
        make_plot_component("rung"),
        make_plot_component(["hold", "solvency"], post_process=as_shares),
    ],
    model_params={**SLIDERS, "seed": Slider("Seed", 1, 1, 100, 1)},
    name=SCENARIO.title,
)
