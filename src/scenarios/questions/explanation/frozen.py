"""What remains of an event when a term, or an input, is held as it was at the opening? Matched twins, run by run.

A step-back that is gone in the twin was prevented, unless the twin's client was gone before it could happen; one that
is still there but later was merely delayed. The two are kept apart.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import UnknownName
from scenarios.intervals import estimated
from scenarios.moments import Floats, Integers, Truths
from scenarios.outcomes.events import FIRST_ON
from scenarios.outcomes.outcome import CHANCE, checked, outcome_named
from scenarios.questions.explanation.ask import Ensemble, ensemble_of, patrons_asked
from scenarios.recorded import Swing
from scenarios.results import Results
from scenarios.runs.job import Progress
from scenarios.runs.play import simulate
from scenarios.scenario.arrays import shape_of
from scenarios.scenario.scenario import Scenario
from scenarios.significance import NOT_AT_RISK, holm, matched_gap, verdicts
from scenarios.summary import median_and_error
from scenarios.tally import EVENTS
from scenarios.vocabulary import Freeze, Term

FATES = ("prevented", "client_gone", "delayed", "unchanged", "brought_forward", "added", "client_lasts", "neither")
ENDS = ("se", "low", "high")
COLUMNS = (
    *("patron", "event", "frozen", "kind", "share", *ENDS),
    *[f"{name}{end}" for name in ("share_frozen", "difference", *FATES) for end in ("", *(f"_{end}" for end in ENDS))],
    *("delay", "delay_se", "n", "p_adjusted", "verdict"),
)


def can_be_frozen(scenario: Scenario) -> list[str]:
    """Terms of a choice that are on, then inputs that move, in the order of the vocabulary."""
    terms = [term for term in Swing._fields if scenario.terms[term] == "on"]
    still = scenario.freeze | {word for word in ("war", "crisis") if not moves(scenario, word)}
    return terms + [f"freeze.{word}" for word in Freeze.words() if word not in still]


def moves(scenario: Scenario, what: str) -> bool:
    """Whether the wars, or the crises, of any patron can change during a run: by a path, or by crises that pass."""
    field = {"war": "war_drain", "crisis": "own_crisis"}[what]
    has_onsets = any(scenario.numbers[f"patrons.{name}.crisis_rate"].high > 0.0 for name in scenario.patrons)
    return any(path.endswith(f".{field}") for path in scenario.paths) or (what == "crisis" and has_onsets)


def frozen_twin(scenario: Scenario, what: str) -> Scenario:
    """The scenario with one term, or one input (``freeze.NAME``), held at its opening value."""
    kind, dot, name = what.partition(".")
    if dot and kind == "freeze" and name in Freeze.words():
        return replace(scenario, freeze=scenario.freeze | {name})
    if what not in Term.words():
        raise UnknownName("term or input", what, [*Term.words(), *[f"freeze.{word}" for word in Freeze.words()]])
    return replace(scenario, terms={**scenario.terms, what: "frozen"})


def frozen(
    subject: Results | Ensemble,
    of: str | None = None,
    patron: str | None = None,
    what: Iterable[str] | None = None,
    runs: int = 2000,
    jobs: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Shares with everything on and with one term or input frozen, and what became of each run.

    Parameters
    ----------
    subject : Results or Ensemble
        Which runs.
    of : str or None
        A question that has a day on which it comes, as docs/how-to/ask.md has them; None for step_back and
        step_back_further of every patron. Of one that is no ``PATRON.EVENT``, patron is empty and event the question.
    patron : str or None
        Only this patron; None for all.
    what : iterable of str or None
        Terms, and inputs as ``freeze.NAME``; None for all that are not frozen or off already.
    runs : int
        At most so many of the runs, from the first.
    jobs, progress
        As in `simulate`; progress counts twins.

    Returns
    -------
    DataFrame
        One row a patron, event and thing frozen; columns in docs/reference/tables.md. Shares are of the runs at risk;
        the eight shares from ``prevented`` to ``neither`` sum to 1; ``delay`` is the median of the delayed [steps].
    """
    ensemble = ensemble_of(subject).at_most(runs)
    scenario = ensemble.scenario
    cells = _asked(scenario, of, patron)
    names = can_be_frozen(scenario) if what is None else list(what)
    twins = [frozen_twin(scenario, name) for name in names]  # all names are checked before anything runs
    base = play_twin(ensemble, scenario, jobs)
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {cell: [] for cell in cells}
    for done, (name, twin) in enumerate(zip(names, twins, strict=True)):
        other = play_twin(ensemble, twin, jobs)
        kind = "input" if name.startswith("freeze.") else "term"
        for who, event in cells:
            label = {"patron": who, "event": event, "frozen": name.removeprefix("freeze."), "kind": kind}
            rows[who, event].append(label | _compared(base, other, who, event))
        if progress is not None:
            progress(done + 1, len(twins))
    table = pd.DataFrame([row for some in rows.values() for row in some], columns=list(COLUMNS))
    table["p_adjusted"] = holm(table["p_adjusted"].to_numpy(dtype=float))
    table["verdict"] = verdicts(table["p_adjusted"].to_numpy(), table["verdict"])
    return table


def _asked(scenario: Scenario, of: str | None, patron: str | None) -> list[tuple[str, str]]:
    """The patrons and events that are asked about."""
    if of is not None:
        text = checked(of, scenario, [CHANCE])[0].text
        who, _, event = text.partition(".")
        return [(who, event) if who in scenario.patrons and event in EVENTS else ("", text)]
    return [(name, event) for name in patrons_asked(scenario, patron) for event in FIRST_ON]


def play_twin(ensemble: Ensemble, scenario: Scenario, jobs: int) -> Results:
    """The runs of an ensemble, of its scenario or of a twin."""
    return simulate(scenario, ensemble.replications, ensemble.seed, points=ensemble.points, jobs=jobs)


def times(results: Results, patron: str, event: str) -> tuple[Floats, Floats, Truths]:
    """Step of the event, step of the client's end (infinity for never), and whether it could happen."""
    outcome = outcome_named(f"{patron}.{event}" if patron else event, results.scenario)
    at = np.nan_to_num(outcome.first_at(results), nan=np.inf)
    ended = results.runs["client_outcome_at"].fillna(np.inf).to_numpy(dtype=float)
    return at, ended, ~np.isnan(outcome.read(results))


def _compared(base: Results, twin: Results, patron: str, event: str) -> dict[str, Any]:
    """One row: what happened in the base, in the twin, and between the two, run by run."""
    at, ended, is_at_risk = times(base, patron, event)
    at_twin, ended_twin, _ = times(twin, patron, event)
    least = shape_of(base.scenario).least
    points = base.runs["scenario_id"].to_numpy()
    fates = fates_of(at, ended, at_twin, ended_twin, least)
    happened, happened_twin = np.isfinite(at).astype(float), np.isfinite(at_twin).astype(float)

    def share(values: Floats, name: str) -> dict[str, float]:
        found = estimated(np.where(is_at_risk, values, np.nan), points)
        return found.named(name, "" if name == "share" else None)

    row: dict[str, Any] = share(happened, "share") | share(happened_twin, "share_frozen")
    for code, fate in enumerate(FATES):
        row |= share((fates == code).astype(float), fate)
    is_later = is_at_risk & (fates == FATES.index("delayed"))
    delay = median_and_error(at_twin[is_later] - at[is_later])
    gap = matched_gap(happened[is_at_risk], happened_twin[is_at_risk], points[is_at_risk])
    row |= {"difference": gap.value, "difference_se": gap.se, "difference_low": gap.low, "difference_high": gap.high}
    row |= {"delay": delay["value"], "delay_se": delay["se"], "n": int(is_at_risk.sum()), "p_adjusted": gap.p}
    return row | {"verdict": None if row["n"] else NOT_AT_RISK}


def fates_of(at: Floats, ended: Floats, at_twin: Floats, ended_twin: Floats, least: int) -> Integers:
    """What became of an event in each run, as a place in `FATES`, from steps of event and end; infinity is never."""
    did, does = np.isfinite(at), np.isfinite(at_twin)
    gap = np.where(did & does, at_twin, 0.0) - np.where(did & does, at, 0.0)
    conditions = [
        did & ~does & (ended_twin > at + least),
        did & ~does,
        did & does & (gap > 1.0),
        did & does & (gap >= -1.0),
        did & does,
        ~did & does & (ended > at_twin + least),
        ~did & does,
    ]
    return np.select(conditions, range(len(conditions)), default=len(conditions))
