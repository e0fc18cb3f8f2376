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
from scenarios.scenario.arrays import ordered, uncertain_paths
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule, EventKind, Fate, Reason

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from scenarios.engine.records import Records

N_LEVELS = 4
STEPS_OR_NEVER = tuple(name for name in PatronRow._fields if name.endswith("_at"))


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


def _words(kind: Any, codes: NDArray[Any]) -> Any:
    """Codes as words of a vocabulary, missing where negative."""
    import pandas as pd

    return pd.Categorical.from_codes(codes.astype(np.int64).clip(min=-1), kind)


def in_file(scenario: Scenario, kind: str) -> list[int]:
    """Where the patrons or channels, in the order of the file, lie in the arrays.

    Examples
    --------
    >>> from scenarios import load
    >>> toy = load("toy")
    >>> [ordered(toy, "patrons")[place] for place in in_file(toy, "patrons")] == list(toy.patrons)
    True
    """
    names = ordered(scenario, kind)
    return [names.index(name) for name in getattr(scenario, kind)]


def rows_of_patrons(scenario: Scenario, patrons: NDArray[Any]) -> NDArray[Any]:
    """Rows of `PatronRow`, patrons in the order of the file; shape (runs, patrons, fields)."""
    return patrons.reshape(-1, len(scenario.patrons), width(PatronRow))[:, in_file(scenario, "patrons")]


def runs_table(
    scenario: Scenario, runs: NDArray[np.float64], drawn: NDArray[np.float64], seed: int, per_point: int, first: int
) -> "DataFrame":
    """One row a run, from run `first` on."""
    import pandas as pd

    rows = columns(RunRow, runs.reshape(-1, width(RunRow)))
    numbers, paths = first + np.arange(len(rows.fate)), uncertain_paths(scenario)
    facts = {
        "scenario": _words([scenario.name], np.zeros(len(numbers))),
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
    table = pd.DataFrame(drawn.reshape(len(numbers), len(paths)), columns=paths, copy=False)
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
        cells[name] = _words(kinds, codes[of_path])
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


def patrons_table(scenario: Scenario, patrons: NDArray[np.float64], first: int) -> "DataFrame":
    """One row a run and patron, from run `first` on, patrons in the order of the file."""
    import pandas as pd

    cube = rows_of_patrons(scenario, patrons)
    n, n_patrons, fields = cube.shape
    table = pd.DataFrame(cube.reshape(-1, fields), columns=list(PatronRow._fields))
    has_stepped = table["step_back_at"] >= 0.0
    for name in STEPS_OR_NEVER:
        table[name] = or_nan(table[name].to_numpy())
        beside = list(table).index(name) + 1
        table.insert(beside, name.replace("_at", "_date"), dates_or_never(scenario, table[name].to_numpy()))
    table["at_risk"] = table["at_risk"] > 0.5
    table["rung_at_step_back"] = table["rung_at_step_back"].where(has_stepped)
    for name, kind in (("first_channel", ordered(scenario, "channels")), ("reason", Reason.words())):
        table[name] = _words(kind, np.where(has_stepped, table[name], -1.0))
    for name in ("requests", "requests_met"):
        table[name] = table[name].astype(np.int64)
    table.insert(0, "patron", _words(scenario.patrons, np.tile(np.arange(n_patrons), n)))
    table.insert(0, "run", np.repeat(first + np.arange(n), n_patrons))
    return table


def dates_of(scenario: Scenario, steps: NDArray[np.int64]) -> Any:
    """Calendar date of each step."""
    days = [scenario.start + timedelta(days=scenario.step_days * step) for step in range(scenario.steps + 1)]
    return np.array(days, dtype="datetime64[D]").astype("datetime64[s]")[steps]


def dates_or_never(scenario: Scenario, steps: NDArray[np.float64]) -> Any:
    """Calendar date of each step, missing where there is none."""
    has_happened = ~np.isnan(steps)
    days = dates_of(scenario, np.where(has_happened, steps, 0.0).astype(np.int64))
    return np.where(has_happened, days, np.datetime64("NaT")).astype("datetime64[ms]")  # as Parquet keeps them


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


def deliveries_table(scenario: Scenario, packed: NDArray[np.int64]) -> "DataFrame":
    """One row each time that another quarter of a level arrives on a channel; sorted by run and step."""
    import pandas as pd

    patrons, channels = ordered(scenario, "patrons"), ordered(scenario, "channels")
    rest, quarters = np.divmod(packed, N_QUARTERS)
    rest, channel = np.divmod(rest, len(channels))
    rest, patron = np.divmod(rest, len(patrons))
    run, step = np.divmod(rest, scenario.steps + 1)
    return pd.DataFrame(
        {
            "run": run.astype(np.int32),
            "step": step.astype(np.int32),
            "patron": _words(patrons, patron),
            "channel": _words(channels, channel),
            "delivered": quarters.astype(np.float32) / np.float32(QUARTERS),
        }
    )


def cross(**axes: Any) -> "DataFrame":
    """Every combination of some values, as columns; the first varies slowest."""
    import pandas as pd

    kept = [pd.CategoricalIndex(axis, list(axis)) if isinstance(axis, tuple) else axis for axis in axes.values()]
    return pd.MultiIndex.from_product(kept, names=list(axes)).to_frame(index=False)


def counts_table(scenario: Scenario, changes: NDArray[np.int64], **within: Any) -> "DataFrame":
    """Counts of runs by step, patron and what is within: channel and level, or bin of the support index."""
    sizes = (len(scenario.patrons), *map(len, within.values()), 2)
    cube = changes.reshape(scenario.steps + 1, *sizes).cumsum(axis=0)[:, in_file(scenario, "patrons")]
    if "channel" in within:
        cube = cube[:, :, in_file(scenario, "channels")]
    table = cross(step=range(scenario.steps + 1), patron=scenario.patrons, **within)
    return table.assign(intended=cube[..., 0].ravel(), delivered=cube[..., 1].ravel())


def paths_table(scenario: Scenario, paths: NDArray[np.float64], first: int) -> "DataFrame":
    """Some runs in full, from run `first` on; no rows after a client's end."""
    import pandas as pd

    channels = ordered(scenario, "channels")
    first_channel, of_channel = width(PathRow), width(PathChannel)
    size = first_channel + of_channel * len(channels)
    cube = paths.reshape(-1, scenario.steps + 1, len(scenario.patrons), size)[:, :, in_file(scenario, "patrons")]
    rows = cube.reshape(-1, size)
    found = columns(PathRow, rows)._asdict()
    table: dict[str, Any] = {"index" if field == "support" else field: column for field, column in found.items()}
    for c, name in enumerate(channels):
        found = columns(PathChannel, rows[:, first_channel + of_channel * c :])._asdict()
        table |= {f"{field}.{name}": column for field, column in found.items()}
    keys = cross(run=first + np.arange(len(cube)), step=range(scenario.steps + 1), patron=scenario.patrons)
    frame = pd.concat([keys, pd.DataFrame(table)], axis=1)
    frame.insert(2, "date", dates_of(scenario, frame["step"].to_numpy()))
    return frame[frame["rung"].notna()].reset_index(drop=True)


def as_results(
    scenario: Scenario, parts: "list[Records]", seed: int, per_point: int, manifest: dict[str, Any], first: int = 0
) -> Results:
    """Joins the records of consecutive chunks of runs into tables."""
    counts = parts[0]

    def taken(name: str) -> NDArray[Any]:
        # out of the parts one after the other, so that no table is held twice
        joined = np.concatenate([getattr(part, name) for part in parts])
        parts[:] = [part._replace(**{name: joined[:0]}) for part in parts]
        return joined

    return Results(
        scenario=scenario,
        manifest=manifest,
        events=events_table(scenario, taken("events")),
        deliveries=deliveries_table(scenario, taken("deliveries")),
        runs=runs_table(scenario, taken("runs"), taken("drawn"), seed, per_point, first),
        patrons=patrons_table(scenario, taken("patrons"), first),
        levels=counts_table(scenario, counts.levels, channel=scenario.channels, level=range(N_LEVELS)),
        support=counts_table(scenario, counts.support, bin=range(N_BINS)),
        paths=paths_table(scenario, taken("paths"), first),
    )
