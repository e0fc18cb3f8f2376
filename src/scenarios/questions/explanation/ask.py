"""Which runs are meant, and why does it come? Reasons of moves over all runs; else the numbers that tell runs apart."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.engine.compiler import rulebook_hash
from scenarios.errors import RequestRefused, UnknownName
from scenarios.intervals import estimated
from scenarios.outcomes.outcome import CHANCE, Outcome, checked
from scenarios.outcomes.reading import NEVER, readings
from scenarios.outcomes.truth import Atom, atoms_of
from scenarios.results import Results
from scenarios.runs.job import per_point_of
from scenarios.runs.replay import replay
from scenarios.scenario.arrays import uncertain_paths
from scenarios.scenario.scenario import Scenario
from scenarios.significance import holm
from scenarios.vocabulary import Reason

# Words of the case codebook for what drives a retreat; a reason in none of them is `other`; nothing drives an edge.
DRIVERS = {
    "bargain": "pressure_cost",
    "secondary_sanctions": "pressure_cost",
    "entrapment": "pressure_cost",
    "payment": "client_collapse",
    "material_cost": "own_crisis",
    "budget": "own_crisis",
    "on_the_edge": "on_the_edge",
}
ALL = "all"
LEAST = 30  # runs of either kind
BACK = "step_back"
DOWN, UP = "level_down", "level_up"
# events that are a patron's own choice of levels, and how a level moves in them
MOVES = {
    **dict.fromkeys((BACK, "step_back_further", "abandonment", "notch", DOWN), DOWN),
    **dict.fromkeys(("step_up", UP), UP),
}
COLUMNS = ("patron", "channel", "by", "what", "share", "se", "low", "high", "count", "n")


@dataclass(frozen=True)
class Ensemble:
    """Runs by their address: whoever knows scenario, seed and size can play any of them again.

    Attributes
    ----------
    scenario : Scenario
    seed, replications : int
        Base seed, and runs (of each point, if there are points).
    points : int or None
        Draws of the uncertain numbers; None for one a run.
    """

    scenario: Scenario
    seed: int = 1
    replications: int = 2000
    points: int | None = None

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.replications * (self.points or 1)

    @property
    def per_point(self) -> int:
        """Runs in each draw of the uncertain numbers."""
        return per_point_of(self.scenario, self.replications, self.points)

    def at_most(self, runs: int) -> "Ensemble":
        """The same runs from the first, no more than so many; whole points, at least one."""
        if runs >= self.runs:
            return self
        if self.points is None and self.per_point == 1:
            return replace(self, replications=runs)
        return replace(self, replications=self.per_point, points=max(1, runs // self.per_point))

    def checked(self, run: int) -> int:
        """The number of a run, if there is such a run."""
        if isinstance(run, bool) or int(run) != run or not 0 <= run < self.runs:
            raise RequestRefused(
                f"run {run}: there is no such run. These are runs 0 to {self.runs - 1} of {self.scenario.name}, "
                f"seed {self.seed}. Choose one of them, or play more with --replications."
            )
        return int(run)


def ensemble_of(subject: Results | Ensemble) -> Ensemble:
    """The runs behind results."""
    if isinstance(subject, Ensemble):
        return subject
    said: dict[str, Any] = subject.manifest
    if said.get("rulebook_hash") != rulebook_hash():
        raise RequestRefused(
            f"These results were made by rule book {said.get('rulebook_hash')}, this is {rulebook_hash()}: their runs "
            "cannot be played again. Run the scenario again; the table of reasons needs no playing and still works."
        )
    replications, points = int(said["replications"]), said.get("points")
    per_point = per_point_of(subject.scenario, replications, points)
    if per_point > 1:
        replications, points = per_point, -(-len(subject.runs) // per_point)
    elif points is None:
        replications = len(subject.runs)  # fewer than asked for if the runs were interrupted
    ensemble = Ensemble(subject.scenario, int(said["seed"]), replications, points)
    for run in {0, len(subject.runs) - 1}:
        again = replay(ensemble.scenario, run, ensemble.seed, ensemble.per_point).runs.iloc[0]
        if again.astype(str).tolist() != subject.runs.iloc[run].astype(str).tolist():
            raise RequestRefused(
                f"Run {run} of these results does not come again from their scenario and seed: its numbers were given "
                "for each point, or have changed since. Explain a simulation of one scenario, or run it again."
            )
    return ensemble


def happened_in(ensemble: Ensemble, asked: list[Outcome], run: int) -> list[Outcome]:
    """What came in a run, if anything did."""
    again = replay(ensemble.scenario, ensemble.checked(run), ensemble.seed, ensemble.per_point)
    found = [outcome for outcome in asked if outcome.read(again)[0] == 1.0]
    if not found:
        raise RequestRefused(
            f"run {run}: {' or '.join(outcome.text for outcome in asked)} did not happen. Choose a run in which it "
            "did, or say with --of what is to be brought about."
        )
    return found


def material(scenario: Scenario) -> list[str]:
    """Channels that count for a step-back."""
    return [name for name in scenario.channels if scenario.numbers[f"channels.{name}.material"].value > 0.5]


def patrons_asked(scenario: Scenario, patron: str | None) -> tuple[str, ...]:
    """One patron, if there is one of that name; None stands for all."""
    if patron not in (None, *scenario.patrons):
        raise UnknownName("patron", str(patron), scenario.patrons)
    return scenario.patrons if patron is None else (patron,)


def explain(results: Results, patron: str | None = None, of: str | None = None) -> pd.DataFrame:
    """Why patrons step back, or why anything else that can be asked comes in some runs and not in others.

    Parameters
    ----------
    results : Results
    patron : str or None
        One patron, or all.
    of : str or None
        A question, as docs/how-to/ask.md has them; None for the step-backs.

    Returns
    -------
    DataFrame
        Columns patron, channel, by, what, share, se, count, n. ``by`` is ``reason``, ``driver`` or ``channel`` (the one
        that went first); ``channel`` is ``all``, or the channel to which the moves are narrowed down. Shares of
        a patron, channel and ``by`` sum to 1; what never occurred has no row. ``se`` is the Monte Carlo error. Of a
        question in which no patron moves a level of its own: one row a number, as docs/reference/tables.md has it.

    Raises
    ------
    UnknownName, QuestionRefused, RequestRefused

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> table = explain(simulate(load("toy"), 50, engine="agents"))
    >>> sorted(table["by"].unique())
    ['channel', 'driver', 'reason']
    """
    scenario = results.scenario
    names = patrons_asked(scenario, patron)
    asked = checked(of if of is not None else [f"{name}.{BACK}" for name in names], scenario, [CHANCE])
    moves = [(outcome, move) for outcome in asked for move in moves_in(outcome) if move.patron in names]
    if not moves:
        return told_apart(results, asked[0])
    backs = moves_of(results, moves)
    rows: list[dict[str, Any]] = []
    for name, mine in ((name, backs[backs["patron"] == name]) for name in names):
        for by in ("reason", "driver", "channel"):
            rows += [{"patron": name, "channel": ALL} | row for row in reason_shares(mine, by)]
        for channel in scenario.channels:
            first = mine[mine["channel"] == channel]
            rows += [{"patron": name, "channel": channel} | row for row in reason_shares(first, "reason")]
    return pd.DataFrame(rows, columns=list(COLUMNS))


class Move(NamedTuple):
    """A move of a patron's own levels, on one channel or any, within its window."""

    atom: Atom
    patron: str
    event: str
    channel: str = ""


def moves_in(outcome: Outcome) -> list[Move]:
    """The moves of patrons' own levels that a question asks about."""
    atoms = [(atom, atom.what.name.split(".")) for atom in atoms_of(outcome.meaning)]  # type: ignore[arg-type]
    return [Move(atom, *parts) for atom, parts in atoms if len(parts) in (2, 3) and parts[1] in MOVES]


def moves_of(results: Results, moves: list[tuple[Outcome, Move]]) -> pd.DataFrame:
    """The moves asked about in the runs in which each question is so: the first level that moves in the step of each.

    Notes
    -----
    A step-back has the reason of its row. Any other move has that of the level that the patron moves in its step, on
    the channel asked about, or on a material one; where none moves, as when the user sets it, there is no reason.
    """
    found = []
    for reading in readings(results):
        points = reading.results.runs["scenario_id"].to_numpy()
        for outcome, (atom, patron, event, channel) in moves:
            at = np.where(outcome.values(reading) == 1.0, atom.first_at(reading), NEVER)
            if event == BACK:
                rows = reading.patrons[patron][np.isfinite(at)].rename(columns={"first_channel": "channel"})
            else:
                levels = reading.whole.events
                levels = levels[(levels["actor"] == patron) & (levels["kind"] == MOVES[event])]
                levels = levels[levels["channel"].isin([channel] if channel else material(results.scenario))]
                place = reading.row_of(levels["run"].to_numpy(dtype=np.int64))
                rows = levels[at[place] == levels["step"].to_numpy()].drop_duplicates("run")
            own = points[reading.row_of(rows["run"].to_numpy(dtype=np.int64))]
            found.append(rows[["channel", "reason"]].astype(str).assign(patron=patron, point=own))
    table = pd.concat(found, ignore_index=True)
    return table.assign(driver=table["reason"].map(DRIVERS).fillna("other"))


def told_apart(results: Results, outcome: Outcome) -> pd.DataFrame:
    """How the numbers drawn differ between runs in which something is so and the others; the most telling first."""
    from scipy.stats import mannwhitneyu

    answers = outcome.read(results)[: len(results.runs)]
    paths = [path for path in uncertain_paths(results.scenario) if path in results.runs]
    drawn = results.runs[paths].to_numpy(dtype=np.float64)
    ones, others = (drawn[(answers == value) & ~np.isnan(drawn).any(axis=1)] for value in (1.0, 0.0))
    if min(len(ones), len(others)) < LEAST or not paths:
        raise RequestRefused(
            f"{outcome.text}: is so in {len(ones):,} runs and not in {len(others):,} whose numbers are kept, and "
            f"{len(paths)} numbers are drawn; {LEAST} runs of each and a number are needed to tell what differs. Ask "
            "for more runs, or --nearest for what turns a single run."
        )
    rank, p = mannwhitneyu(ones, others, axis=0)
    columns = {"path": paths, "unit": [results.scenario.numbers[path].unit for path in paths]}
    columns |= {"with": np.median(ones, axis=0), "without": np.median(others, axis=0)}
    table = pd.DataFrame(columns | {"higher": rank / (len(ones) * len(others)), "p": holm(p)})
    table = table.assign(question=outcome.text, count=len(ones), n=len(ones) + len(others))
    order = (table["higher"] - 0.5).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def reason_shares(backs: pd.DataFrame, by: str) -> list[dict[str, Any]]:
    """Share of each word among step-backs, the largest first; equal ones in the order of the vocabulary."""
    counts = backs[by].value_counts()
    order = [*Reason.words(), *counts.index]
    made = []
    for what in sorted(counts.index, key=lambda word: (-counts[word], order.index(word))):
        is_it = (backs[by] == what).to_numpy().astype(float)
        found = estimated(is_it, backs["point"].to_numpy())
        made.append({"by": by, "what": what, **found.named("share", ""), "count": int(counts[what]), "n": found.n})
    return made
