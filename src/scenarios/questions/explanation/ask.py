"""Why do patrons step back? Shares of the reasons over all runs, gathered into drivers and by channel."""

from typing import TYPE_CHECKING, Any

from scenarios.intervals import estimated
from scenarios.questions.explanation.ensemble import checked_patron
from scenarios.results import Results
from scenarios.vocabulary import Reason

if TYPE_CHECKING:
    from pandas import DataFrame

# Words of the case codebook for what drives a retreat; a reason in none of them is `other`.
DRIVERS = {
    "bargain": "pressure_cost",
    "secondary_sanctions": "pressure_cost",
    "entrapment": "pressure_cost",
    "payment": "client_collapse",
    "material_cost": "own_crisis",
    "budget": "own_crisis",
    "on_the_edge": "on_the_edge",
}
OTHER = "other"
ALL = "all"
COLUMNS = ("patron", "channel", "by", "what", "share", "se", "low", "high", "count", "n")


def driver_of(reason: str) -> str:
    """The codebook's driver that a reason belongs to; `on_the_edge` stays apart, for nothing drove it.

    Examples
    --------
    >>> driver_of("secondary_sanctions"), driver_of("commitment")
    ('pressure_cost', 'other')
    """
    return DRIVERS.get(reason, OTHER)


def explain(results: Results, patron: str | None = None) -> "DataFrame":
    """Reasons of the step-backs in some runs.

    Parameters
    ----------
    results : Results
    patron : str or None
        One patron, or all.

    Returns
    -------
    DataFrame
        Columns patron, channel, by, what, share, se, count, n. ``by`` is ``reason``, ``driver`` or ``channel`` (the one
        that went first); ``channel`` is ``all``, or the channel to which the step-backs are narrowed down. Shares of
        a patron, channel and ``by`` sum to 1; what never occurred has no row. ``se`` is the Monte Carlo error.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> table = explain(simulate(load("toy"), 50, engine="agents"))
    >>> sorted(table["by"].unique())
    ['channel', 'driver', 'reason']
    """
    import pandas as pd

    names = results.scenario.patrons if patron is None else (checked_patron(results.scenario, patron),)
    rows: list[dict[str, Any]] = []
    for name in names:
        backs = step_backs(results, name)
        rows += [{"patron": name, "channel": ALL} | row for row in reason_shares(backs, "reason")]
        rows += [{"patron": name, "channel": ALL} | row for row in reason_shares(backs, "driver")]
        rows += [{"patron": name, "channel": ALL} | row for row in reason_shares(backs, "channel")]
        for channel in results.scenario.channels:
            first = backs[backs["channel"] == channel]
            rows += [{"patron": name, "channel": channel} | row for row in reason_shares(first, "reason")]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def step_backs(results: Results, patron: str) -> "DataFrame":
    """A patron's step-backs: reason, driver, channel and draw of the uncertain numbers."""
    import pandas as pd

    rows = results.patrons[results.patrons["patron"] == patron]
    rows = rows[rows["step_back_at"].notna() & rows["at_risk"]]
    reasons = rows["reason"].astype(str)
    points = results.runs.set_index("run")["scenario_id"].loc[rows["run"]].to_numpy()
    return pd.DataFrame(
        {
            "reason": reasons.to_numpy(),
            "driver": reasons.map(driver_of).to_numpy(),
            "channel": rows["first_channel"].astype(str).to_numpy(),
            "point": points,
        }
    )


def reason_shares(backs: "DataFrame", by: str) -> list[dict[str, Any]]:
    """Share of each word among step-backs, the largest first; equal ones in the order of the vocabulary."""
    counts = backs[by].value_counts()
    order = [*Reason.words(), *counts.index]
    made = []
    for what in sorted(counts.index, key=lambda word: (-counts[word], order.index(word))):
        is_it = (backs[by] == what).to_numpy().astype(float)
        found = estimated(is_it, backs["point"].to_numpy())
        made.append({"by": by, "what": what, **found.named("share", ""), "count": int(counts[what]), "n": found.n})
    return made
