"""How does another workbench ask the model its own questions? As a model of EMA's, or as a problem of SALib's."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.moments import Floats
from scenarios.outcomes.outcome import answers, checked, texts_asked
from scenarios.questions.design import outcomes_at, problem_of
from scenarios.questions.extras import quiet_workbench, require
from scenarios.questions.factors import Choices, chosen, factors_of
from scenarios.runs.job import Play, seed_of
from scenarios.runs.play import simulate
from scenarios.scenario.arrays import WHOLE_UNITS
from scenarios.scenario.scenario import Parameter, Scenario

STATUS = "status"
DONE, FAILED = 0, 1
# SALib takes no peak at the very end of a range
NEAREST_PEAK = 1.0 - 1e-9
QUANTILE = ("unif", [0.0, 1.0])


def identifier(name: str) -> str:
    """A dotted name as the workbench takes it: ``patrons.china.stake`` -> ``patrons__china__stake``."""
    return name.replace(".", "__")


def rounded_whole(number: Parameter, value: float) -> float:
    """A value as the scenario takes it: levels and rungs are whole."""
    return float(np.floor(value + 0.5)) if number.unit in WHOLE_UNITS else float(value)


def to_ema(
    scenario: Scenario,
    outcomes: Iterable[str] | None = None,
    over: Iterable[str] | None = None,
    replications: int = 100,
    rng: Any = 1,
    engine: str = "batch",
) -> Any:
    """The scenario as a model of the EMA workbench.

    Parameters
    ----------
    scenario : Scenario
    outcomes : iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    over : iterable of str, optional
        Numbers or groups that become uncertainties; also ``terms``, levels and rungs, and ``PATH=a,b,c``, as in
        `scenarios.questions.factors.factors_of`; all uncertain numbers if None. The others are drawn in each run. A
        value is a belief: the opening is inferred under it.
    replications : int
        Runs of an experiment; an outcome is their mean.
    rng : int, SeedSequence or None
        Base seed; the same luck in every experiment.
    engine : str

    Returns
    -------
    ema_workbench.Model
        An uncertainty for each number, with its own distribution, whole where it is whole; of categories where there
        are choices. A scalar outcome for each outcome, named as `identifier` does; and the outcome ``status``: 0 done,
        1 failed, with every other outcome NaN.

    Notes
    -----
    The model function lets no exception out: an experiment that raises hangs the workbench's pool of processes for
    ever, and with one process loses all experiments. Before version 3 the workbench's own samplers obey
    ``numpy.random.seed`` only.
    """
    require("ema_workbench", "to_ema")
    asked = texts_asked(outcomes, scenario)
    factors = factors_of(scenario, over)
    paths = {identifier(path): path for path in factors}
    seed = seed_of(rng)

    def experiment(**values: Any) -> dict[str, float]:
        try:
            pins = {paths[name]: value for name, value in values.items()}
            found = answers(simulate(scenario.believed(pins), replications, seed, engine, jobs=1), asked)
            return {identifier(name): _mean(runs) for name, runs in found.items()} | {STATUS: DONE}
        except Exception:  # the workbench would lose all other experiments; the status says that this one failed
            return {identifier(name): np.nan for name in asked} | {STATUS: FAILED}

    with quiet_workbench():
        from ema_workbench import Model, ScalarOutcome

        # the workbench allows letters and digits in a model's name
        model = Model(re.sub(r"\W|_", "", scenario.name) or "scenario", function=experiment)
        model.uncertainties = [_uncertainty(scenario, path, choices) for path, choices in factors.items()]
        model.outcomes = [ScalarOutcome(identifier(name)) for name in asked] + [ScalarOutcome(STATUS)]
    return model


def _mean(runs: Floats) -> float:
    """Mean of the runs that have an answer; NaN if none has."""
    known = runs[~np.isnan(runs)]
    return float(known.mean()) if len(known) else np.nan


def _uncertainty(scenario: Scenario, path: str, choices: Choices) -> Any:
    """A number with its distribution, or choices, as an uncertainty of the workbench."""
    from ema_workbench import CategoricalParameter, IntegerParameter, RealParameter

    name = identifier(path)
    if choices:
        return CategoricalParameter(name, list(choices))
    number = scenario.numbers[path]
    if number.unit in WHOLE_UNITS:
        return IntegerParameter.from_dist(name, whole_shape(number))
    return RealParameter.from_dist(name, _distribution(number))


def whole_shape(number: Parameter) -> Any:
    """A whole number's distribution, frozen: the chance of each value is that of what is rounded to it."""
    from scipy import stats

    shape = _distribution(number)
    values = np.arange(np.floor(number.low + 0.5), np.floor(number.high + 0.5) + 1.0)
    chances = shape.cdf(values + 0.5) - shape.cdf(values - 0.5)
    return stats.rv_discrete(values=(values.astype(int), chances / chances.sum()))()


def _distribution(number: Parameter) -> Any:
    """A number's distribution, before it is rounded."""
    from scipy import stats

    if number.distribution == "triangular":
        width = number.high - number.low
        return stats.triang((number.value - number.low) / width, loc=number.low, scale=width)
    if number.distribution == "loguniform":
        return stats.loguniform(number.low, number.high)
    return stats.uniform(number.low, number.high - number.low)


def to_salib(
    scenario: Scenario,
    outcome: str,
    over: Iterable[str] | None = None,
    replications: int = 100,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
) -> tuple[dict[str, Any], Callable[[Floats], Floats]]:
    """The scenario as a SALib problem and a function from a sample to its outcomes.

    Parameters
    ----------
    scenario : Scenario
    outcome : str
        For instance ``china.step_back_further``.
    over : iterable of str, optional
        Numbers or groups that become inputs; also ``terms``, levels and rungs, and ``PATH=a,b,c``, as in
        `scenarios.questions.factors.factors_of`; all uncertain numbers if None. The others are drawn in each run.
    replications : int
        Runs at each row of the sample; the outcome is their mean.
    rng : int, SeedSequence or None
        Base seed; the same luck at every row.
    engine, jobs
        As in `scenarios.simulate`.

    Returns
    -------
    problem : dict
        num_vars, names (dotted paths), bounds and dists, as SALib's samplers take them.
    evaluate : callable
        From an ndarray of float64, shape (rows, numbers), in the units of the numbers, to shape (rows,). SALib knows no
        categories: n choices are n equal parts of a quantile, uniform on 0 to 1.

    Raises
    ------
    RequestRefused
        From ``evaluate``, if the sample has another number of columns or an outcome is missing: SALib would make every
        index 0 of it.

    Examples
    --------
    >>> from scenarios import load
    >>> problem, evaluate = to_salib(load("toy"), "client.holds", ["client.hold"], replications=4, engine="agents")
    >>> problem["names"], evaluate(np.array([[0.4]])).shape
    (['client.hold'], (1,))
    """
    asked = checked(outcome, scenario)[0].text
    factors, seed = factors_of(scenario, over), seed_of(rng)
    paths = list(factors)
    shapes = [QUANTILE if choices else _shape(scenario.numbers[path]) for path, choices in factors.items()]
    dists, bounds = ([*each] for each in zip(*shapes, strict=True))
    problem = {**problem_of(paths), "bounds": bounds, "dists": dists}

    def evaluate(sample: Floats) -> Floats:
        if sample.ndim != 2 or sample.shape[1] != len(paths):
            raise RequestRefused(
                f"The sample has shape {sample.shape}; it must be (rows, {len(paths)}), one column a number."
            )
        columns = {
            path: [chosen(choices, u) if choices else rounded_whole(scenario.numbers[path], u) for u in column]
            for (path, choices), column in zip(factors.items(), sample.T, strict=True)
        }
        found = outcomes_at(scenario, pd.DataFrame(columns), [asked], Play(replications, seed, engine, jobs))[asked]
        means = np.array([_mean(runs) for runs in found])
        if np.isnan(means).any():
            raise RequestRefused(
                f"{asked}: {int(np.isnan(means).sum())} of {len(means)} rows have no outcome (the patron gave nothing "
                "at the opening). Pin the opening levels with believed, or leave them out with over."
            )
        return means

    return problem, evaluate


def _shape(number: Parameter) -> tuple[str, list[float]]:
    """A number's distribution in SALib's words."""
    if number.distribution == "triangular":
        peak = (number.value - number.low) / (number.high - number.low)
        return "triang", [number.low, number.high, min(peak, NEAREST_PEAK)]
    if number.distribution == "loguniform":
        return "logunif", [number.low, number.high]
    return "unif", [number.low, number.high]
