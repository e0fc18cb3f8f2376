"""What does a simulation return? Tables, made from the records that an engine filled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.legible import Glimpsed
from scenarios.moments import mean_and_error
from scenarios.recorded import N_QUARTERS, QUARTERS, EventRow, PathChannel, PathRow, PatronRow, RunRow, Swing, columns
from scenarios.rulebook.layout import width
from scenarios.rulebook.posture import N_BINS
from scenarios.scenario.arrays import Plan, ordered, uncertain_paths
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, EventKind, Fate, Reason

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.engine.records import Records

N_LEVELS = 4
STEPS_OR_NEVER = (
    "step_back_at",
    "step_back_further_at",
    "abandonment_at",
    "step_up_at",
    "denied_at",
    "notch_at",
    "pause_at",
)


@dataclass(repr=False)
class Results(Glimpsed):
    """The tables of a simulation; columns are described in docs/reference/tables.md.

    Attributes
    ----------
    scenario : Scenario
        What was played.
    manifest : dict
        Seed, size, engine, hash of the rule book, and whether the runs were interrupted.
    runs : DataFrame
        One row a run.
    patrons : DataFrame
        One row a run and patron.
    events : DataFrame
        One row an event, of the first 10^5 runs.
    deliveries : DataFrame
        One row each time that another quarter of a level arrives on a channel, of the same runs.
    levels, support : DataFrame
        Counts of runs by step, patron and level, or bin of the support index.
    paths : DataFrame
        The first runs in full.
    """

    scenario: Scenario
    manifest: dict[str, Any]
    runs: "DataFrame"
    patrons: "DataFrame"
    events: "DataFrame"
    deliveries: "DataFrame"
    levels: "DataFrame"
    support: "DataFrame"
    paths: "DataFrame"
    _summary: "DataFrame | None" = field(default=None, repr=False, compare=False)

    @property
    def summary(self) -> "DataFrame":
        """The summary of these runs without a control; see `scenarios.summary.summarise`."""
        if self._summary is None:
            from scenarios.summary import summarise

            self._summary = summarise(self)
        return self._summary

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What was played, and how often each patron steps back; tables that were not read yet stay unread."""
        said, there = self.manifest, vars(self)
        size = f"{said.get('replications', 0):,} runs" + (f" at {said['points']} points" if said.get("points") else "")
        cut = f"interrupted after {said.get('runs_done', 0):,} runs" if said.get("interrupted") else ""
        facts = {
            "changed": " ".join(self.scenario.overlays),
            "interrupted": cut,
            "folder": str(there.get("folder", "")),
        }
        if "patrons" in there and "runs" in there:
            facts |= {patron: steps_back_words(self, patron) for patron in self.scenario.patrons}
        facts["tables"] = "summary, runs, patrons, events, deliveries, levels, support, paths, numbers_long"
        facts["figures"] = '.plot("support"), "step_back", "levels", "reasons"'
        title = f"Results of {self.scenario.name}: {size}, seed {said.get('seed')}, engine {said.get('engine')}"
        return title, {name: fact for name, fact in facts.items() if fact}

    def plot(self, what: str = "support") -> "Figure":
        """A figure of these runs.

        Parameters
        ----------
        what : str
            ``support`` over time, ``step_back`` (how many have not yet), ``levels``, ``reasons``.

        Examples
        --------
        >>> from scenarios import load, simulate
        >>> type(simulate(load("toy"), 20, engine="agents").plot("step_back")).__name__
        'Figure'
        """
        # a method for the user's sake; figures are drawn far above
        from scenarios.questions.headline.figure import figure_of

        return figure_of(self, what)

    @property
    def numbers_long(self) -> "DataFrame":
        """The numbers that were drawn, one row a run and number: what ``runs`` has as a column each.

        Returns
        -------
        DataFrame
            Columns run, path, owner (a patron, model, coercer ...; empty for a channel itself), channel (empty for what
            has none), number, unit, value.

        Examples
        --------
        >>> from scenarios import load, simulate
        >>> simulate(load("toy"), 2, engine="agents").numbers_long.columns.tolist()
        ['run', 'path', 'owner', 'channel', 'number', 'unit', 'value']
        """
        return long_table(self.scenario, self.runs)

    def parts(self) -> Iterator["Results"]:
        """Consecutive blocks of the runs, each small enough to be held in memory; here there is one.

        Examples
        --------
        >>> from scenarios import load, simulate
        >>> [len(part.runs) for part in simulate(load("toy"), 5, engine="agents").parts()]
        [5]
        """
        yield self


def steps_back_words(results: Results, patron: str) -> str:
    """How often a patron steps back and steps back further, of the runs in which it is at risk."""
    rows = results.patrons[(results.patrons["patron"] == patron) & results.patrons["at_risk"]]
    points = results.runs["scenario_id"].to_numpy()[rows["run"].to_numpy() - results.runs["run"].iloc[0]]
    said = []
    for event in ("step_back", "step_back_further"):
        chance, error, n = mean_and_error(rows[f"{event}_at"].notna().to_numpy().astype(np.float64), points)
        share = f"{chance:.3f} ± {error:.3f}" if 0.0 < chance < 1.0 else f"{np.nan_to_num(chance * n):.0f} of {n:,}"
        said.append(f"{event.replace('_', ' ')} {share}")
    return ", ".join(said)


def or_nan(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steps with NaN in the place of -1, which means never."""
    return np.where(values < 0.0, np.nan, values)


def _words(kind: Any, codes: NDArray[np.float64]) -> Any:
    """Codes as words of a vocabulary, missing where negative."""
    import pandas as pd

    return pd.Categorical.from_codes(codes.astype(np.int64).clip(min=-1), kind)


def runs_table(
    scenario: Scenario,
    plan: Plan,
    runs: NDArray[np.float64],
    drawn: NDArray[np.float64],
    seed: int,
    per_point: int,
    first: int,
) -> "DataFrame":
    """One row a run, from run `first` on."""
    import pandas as pd

    rows = columns(RunRow, runs.reshape(-1, len(RunRow._fields)))
    numbers = first + np.arange(len(rows.fate))
    facts = {
        "scenario": pd.Categorical.from_codes(np.zeros(len(numbers), dtype=np.int8), [scenario.name]),  # type: ignore[call-overload]
        "scenario_id": numbers // per_point,
        "replication_id": numbers % per_point,
        "run": numbers,
        "seed": seed,
        "client_outcome": _words(Fate.words(), rows.fate),
        "client_outcome_at": np.where(rows.fate > 0.0, rows.ended_at, np.nan),
        "max_rung": rows.max_rung,
        "final_rung": rows.final_rung,
        "interdicted_at": or_nan(rows.interdicted_at),
        "decision_rule": _words(DecisionRule.words(), rows.decision_rule),
    }
    # columns are put before the numbers drawn, which are many and must not be copied
    table = pd.DataFrame(
        drawn.reshape(len(numbers), len(plan.uncertain.spot)), columns=uncertain_paths(scenario), copy=False
    )
    for place, (name, column) in enumerate(facts.items()):
        table.insert(place, name, column)
    return table


def long_table(scenario: Scenario, runs: "DataFrame") -> "DataFrame":
    """The numbers drawn in some runs, one row a run and number."""
    import pandas as pd

    paths = [path for path in uncertain_paths(scenario) if path in runs]
    of_path = np.tile(np.arange(len(paths)), len(runs))
    named = zip(("owner", "channel", "number"), zip(*map(parts_of_path, paths), strict=True), strict=False)
    words_of = {"path": paths, **dict(named), "unit": [scenario.numbers[path].unit for path in paths]}
    cells: dict[str, Any] = {"run": np.repeat(runs["run"].to_numpy(), len(paths))}
    for name, each in words_of.items():
        codes, kinds = pd.factorize(np.array(each, dtype=object))
        cells[name] = pd.Categorical.from_codes(codes[of_path], kinds)  # type: ignore[call-overload]
    return pd.DataFrame(cells | {"value": runs[paths].to_numpy().ravel()})


def parts_of_path(path: str) -> tuple[str, str, str]:
    """Whose number a dotted path names, on which channel, and which.

    Examples
    --------
    >>> parts_of_path("patrons.russia.channels.oil.cost"), parts_of_path("client.hold")
    (('russia', 'oil', 'cost'), ('client', '', 'hold'))
    >>> parts_of_path("channels.oil.weight"), parts_of_path("ladder.8.seizure")
    (('', 'oil', 'weight'), ('ladder.8', '', 'seizure'))
    """
    place, _, number = path.rpartition(".")
    owner, _, channel = f".{place}".partition(".channels.")
    return owner.removeprefix(".").removeprefix("patrons."), channel, number


def patrons_table(scenario: Scenario, plan: Plan, patrons: NDArray[np.float64], first: int) -> "DataFrame":
    """One row a run and patron, from run `first` on, patrons in the order of the file."""
    import pandas as pd

    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    cube = patrons.reshape(-1, plan.shape.n_patrons, len(PatronRow._fields))
    cube = cube[:, [names.index(name) for name in scenario.patrons], :]
    rows = cube.reshape(-1, len(PatronRow._fields))
    n = len(cube)
    table = pd.DataFrame(rows, columns=list(PatronRow._fields))
    has_stepped = table["step_back_at"] >= 0.0
    for name in STEPS_OR_NEVER:
        table[name] = or_nan(table[name].to_numpy())
        beside = list(table).index(name) + 1
        table.insert(beside, name.replace("_at", "_date"), dates_or_never(scenario, table[name].to_numpy()))
    table["at_risk"] = table["at_risk"] > 0.5
    table["rung_at_step_back"] = table["rung_at_step_back"].where(has_stepped)
    table["first_channel"] = _words(channels, np.where(has_stepped, table["first_channel"], -1.0))
    table["reason"] = _words(Reason.words(), np.where(has_stepped, table["reason"], -1.0))
    table["requests"] = table["requests"].astype(np.int64)
    table["requests_met"] = table["requests_met"].astype(np.int64)
    who = pd.Categorical.from_codes(np.tile(np.arange(plan.shape.n_patrons), n), list(scenario.patrons))  # type: ignore[call-overload]
    table.insert(0, "patron", who)
    table.insert(0, "run", np.repeat(first + np.arange(n), plan.shape.n_patrons))
    return table


def dates_of(scenario: Scenario, steps: NDArray[np.int64]) -> Any:
    """Calendar date of each step."""
    days = [scenario.start + timedelta(days=scenario.step_days * step) for step in range(scenario.steps + 1)]
    return np.array(days, dtype="datetime64[D]").astype("datetime64[s]")[steps]


def dates_or_never(scenario: Scenario, steps: NDArray[np.float64]) -> Any:
    """Calendar date of each step, missing where there is none."""
    has_happened = ~np.isnan(steps)
    days = np.full(len(steps), np.datetime64("NaT", "ms"))  # as Parquet keeps them
    days[has_happened] = dates_of(scenario, steps[has_happened].astype(np.int64))
    return days


def events_table(scenario: Scenario, events: Any) -> "DataFrame":
    """One row an event."""
    import pandas as pd

    rows = columns(EventRow, events.reshape(-1, width(EventRow)))
    terms = pd.DataFrame(np.ascontiguousarray(np.stack(rows.swing, axis=-1)), columns=list(Swing._fields), copy=False)
    actors = ["coercer", "client", *ordered(scenario, "patrons")]
    steps = rows.step.astype(np.int64)
    table = pd.DataFrame(
        {
            "run": rows.run.astype(np.int64),
            "step": steps,
            "date": dates_of(scenario, steps),
            "actor": _words(actors, rows.actor + 2.0),
            "kind": _words(EventKind.words(), rows.kind),
            "channel": _words(ordered(scenario, "channels"), rows.channel),
            "before": rows.before,
            "after": rows.after,
            "rung": rows.rung,
            "reason": _words(Reason.words(), rows.reason),
        }
    )
    return pd.concat([table, terms], axis=1)


def deliveries_table(scenario: Scenario, plan: Plan, packed: NDArray[np.int64]) -> "DataFrame":
    """One row each time that another quarter of a level arrives on a channel; sorted by run and step."""
    import pandas as pd

    shape = plan.shape
    rest, quarters = np.divmod(packed, N_QUARTERS)
    rest, channel = np.divmod(rest, shape.n_channels)
    rest, patron = np.divmod(rest, shape.n_patrons)
    run, step = np.divmod(rest, shape.steps + 1)
    return pd.DataFrame(
        {
            "run": run.astype(np.int32),
            "step": step.astype(np.int32),
            "patron": pd.Categorical.from_codes(patron, ordered(scenario, "patrons")),  # type: ignore[call-overload]
            "channel": pd.Categorical.from_codes(channel, ordered(scenario, "channels")),  # type: ignore[call-overload]
            "delivered": quarters.astype(np.float32) / np.float32(QUARTERS),
        }
    )


def cross(**columns: Any) -> dict[str, Any]:
    """Every combination of some values, as columns; the first varies slowest."""
    import pandas as pd

    lists = list(columns.values())
    sizes = [len(values) for values in lists]
    grids = np.indices(sizes).reshape(len(sizes), -1)
    made = {}
    for (name, values), codes in zip(columns.items(), grids, strict=True):
        is_text = isinstance(next(iter(values), None), str)
        made[name] = pd.Categorical.from_codes(codes, list(values)) if is_text else np.asarray(values)[codes]  # type: ignore[call-overload]
    return made


def levels_table(scenario: Scenario, plan: Plan, changes: NDArray[np.int64]) -> "DataFrame":
    """Counts of runs by step, patron, channel and level."""
    import pandas as pd

    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    cube = changes.reshape(plan.shape.steps + 1, plan.shape.n_patrons, plan.shape.n_channels, N_LEVELS, 2).cumsum(
        axis=0
    )
    cube = cube[:, [names.index(name) for name in scenario.patrons]]
    cube = cube[:, :, [channels.index(name) for name in scenario.channels]]
    keys = cross(
        step=np.arange(plan.shape.steps + 1),
        patron=scenario.patrons,
        channel=scenario.channels,
        level=np.arange(N_LEVELS),
    )
    counts = cube.reshape(-1, 2)
    return pd.DataFrame({**keys, "intended": counts[:, 0], "delivered": counts[:, 1]})


def support_table(scenario: Scenario, plan: Plan, changes: NDArray[np.int64]) -> "DataFrame":
    """Counts of runs by step, patron and bin of the support index."""
    import pandas as pd

    names = ordered(scenario, "patrons")
    cube = changes.reshape(plan.shape.steps + 1, plan.shape.n_patrons, N_BINS, 2).cumsum(axis=0)
    cube = cube[:, [names.index(name) for name in scenario.patrons]]
    keys = cross(step=np.arange(plan.shape.steps + 1), patron=scenario.patrons, bin=np.arange(N_BINS))
    counts = cube.reshape(-1, 2)
    return pd.DataFrame({**keys, "intended": counts[:, 0], "delivered": counts[:, 1]})


def paths_table(scenario: Scenario, plan: Plan, paths: NDArray[np.float64], first: int) -> "DataFrame":
    """Some runs in full, from run `first` on; no rows after a client's end."""
    import pandas as pd

    names, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    first_channel, of_channel = width(PathRow), width(PathChannel)
    cube = paths.reshape(
        -1, plan.shape.steps + 1, plan.shape.n_patrons, first_channel + of_channel * plan.shape.n_channels
    )
    cube = cube[:, :, [names.index(name) for name in scenario.patrons]]
    keys = cross(run=first + np.arange(len(cube)), step=np.arange(plan.shape.steps + 1), patron=scenario.patrons)
    rows = cube.reshape(-1, cube.shape[-1])
    step = columns(PathRow, rows)._asdict()
    table: dict[str, Any] = {"index" if field == "support" else field: column for field, column in step.items()}
    for c, name in enumerate(channels):
        found = columns(PathChannel, rows[:, first_channel + of_channel * c :])._asdict()
        table |= {f"{field}.{name}": column for field, column in found.items()}
    frame = pd.DataFrame(
        {"run": keys["run"], "step": keys["step"], "date": dates_of(scenario, keys["step"]), "patron": keys["patron"]}
        | table
    )
    return frame[frame["rung"].notna()].reset_index(drop=True)


def as_results(
    scenario: Scenario,
    plan: Plan,
    parts: "list[Records]",
    seed: int,
    per_point: int,
    manifest: dict[str, Any],
    first: int = 0,
) -> Results:
    """Joins the records of consecutive chunks of runs into tables."""
    counts = parts[0]
    # taken out of the parts one after the other, so that no table is held twice
    return Results(
        scenario=scenario,
        manifest=manifest,
        events=events_table(scenario, _taken(parts, "events")),
        deliveries=deliveries_table(scenario, plan, _taken(parts, "deliveries")),
        runs=runs_table(scenario, plan, _taken(parts, "runs"), _taken(parts, "drawn"), seed, per_point, first),
        patrons=patrons_table(scenario, plan, _taken(parts, "patrons"), first),
        levels=levels_table(scenario, plan, counts.levels),
        support=support_table(scenario, plan, counts.support),
        paths=paths_table(scenario, plan, _taken(parts, "paths"), first),
    )


def _taken(parts: "list[Records]", name: str) -> NDArray[Any]:
    """One array of all parts, joined and taken out of them."""
    joined = np.concatenate([getattr(part, name) for part in parts])
    parts[:] = [part._replace(**{name: joined[:0]}) for part in parts]
    return joined
