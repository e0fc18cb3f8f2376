"""How much of what differs between runs is numbers that nobody knows, how much chance, how much the decision rule?"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.intervals import ALPHA, estimated, of_chances
from scenarios.moments import Floats
from scenarios.outcomes.outcome import answers, texts_asked
from scenarios.questions.sensitivity.indices import RESAMPLES
from scenarios.runs.job import Play, Progress, seed_of
from scenarios.runs.play import simulate
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule

TINY = 1e-300
SPLIT_COLUMNS = (
    *("outcome", "value", "se", "low", "high", "unknown_share", "unknown_low", "unknown_high"),
    *("chance_share", "points", "replications"),
)
SHARE_COLUMNS = (
    *("outcome", "rule_share", "rule_low", "rule_high", "total_share", "total_low", "total_high"),
    *("lowest", "highest", "n"),
)


def variance_split(
    scenario: Scenario,
    of: str | Iterable[str] | None = None,
    points: int = 500,
    replications: int = 20,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
) -> pd.DataFrame:
    """Splits the variance of each outcome between runs into what we do not know and what is chance.

    Parameters
    ----------
    scenario : Scenario
    of : str or iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    points, replications : int
        Draws of all uncertain numbers, and runs in each, every one with luck of its own.
    rng : int, SeedSequence or None
        Base seed.
    engine, jobs
        As in `scenarios.simulate`.

    Returns
    -------
    DataFrame
        One row an outcome: value with se, low and high, its mean over the runs; unknown_share, the share of the
        variance that lies between points, with a 95 % interval; chance_share, the share within points. [0-1]

    Raises
    ------
    UnknownName, RequestRefused
        If an outcome does not exist, or there are fewer than two points or runs in each.

    Notes
    -----
    Chance is the mean variance within points; the variance of the points' means less chance / replications is what we
    do not know. Without the subtraction noise would be counted as knowledge to be had. Its limits: `limits_of_unknown`.

    Examples
    --------
    >>> from scenarios import load
    >>> table = variance_split(load("toy"), "client.holds", points=4, replications=3, engine="agents")
    >>> len(table)
    1
    """
    return split_over(scenario, texts_asked(of, scenario), points, Play(replications, seed_of(rng), engine, jobs))


def split_over(scenario: Scenario, asked: list[str], points: int, play: Play) -> pd.DataFrame:
    """The split of each outcome asked over some points."""
    replications, seed, engine, jobs, progress, _ = play
    if points < 2 or replications < 2:
        raise RequestRefused(
            f"{points} points x {replications} runs split nothing. At least 2 points x 2 runs are needed."
        )
    results = simulate(scenario, replications, seed, engine, points, jobs, progress)
    rows = [
        {"outcome": name, **split_of(values.reshape(-1, replications))}
        for name, values in answers(results, asked).items()
    ]
    return pd.DataFrame(rows, columns=list(SPLIT_COLUMNS))


def split_of(cells: Floats) -> dict[str, float]:
    """The split of one outcome with an interval, from cells of shape (points, replications); a point needs two runs."""
    counts = (~np.isnan(cells)).sum(axis=1)
    used = cells[counts >= 2]
    n = len(used)
    if n < 2:
        return {"value": np.nan, "points": n, "replications": cells.shape[1]}
    facts = np.stack([np.nanmean(used, axis=1), np.nanvar(used, axis=1, ddof=1), (~np.isnan(used)).sum(axis=1)])
    low, high = limits_of_unknown(facts, float(np.nanmin(used)), float(np.nanmax(used)))
    share = unknown_share(facts)
    return {
        **estimated(used.ravel(), np.repeat(np.arange(n), used.shape[1])).named("value", ""),
        "unknown_share": share,
        "unknown_low": low,
        "unknown_high": high,
        "chance_share": 1.0 - share,
        "points": n,
        "replications": cells.shape[1],
    }


def unknown_share(facts: Floats) -> float:
    """Share of the variance between points, from the mean, variance and number of runs of each, shape (3, points)."""
    means, within, counts = facts
    chance = float(within.mean())
    between = float(means.var(ddof=1) - (within / counts).mean())
    total = between + chance
    # an estimate below 0 says that nothing is known to differ between points
    return min(1.0, max(0.0, between / total)) if total > 0.0 else np.nan


def limits_of_unknown(facts: Floats, least: float, most: float) -> tuple[float, float]:
    """95 % limits of that share, from the same facts and the least and most that a run gave.

    Notes
    -----
    The share is made of F, the variance of the points' means over what chance alone would give them. The logarithm of F
    is near to normal; its error is that of a jackknife over points, in which a few points that differ from all others
    count for what they are: t has 2 n / (kurtosis - 1) degrees of freedom (Satterthwaite's, of the jackknife's
    pseudo-values). Where an outcome is 0 or 1 the error is also that of one pair of runs of one point that agree by
    luck, as no such pair may have been seen. Where the runs of fewer than two points differ, chance is at most what the
    limit of a count of such points allows, and the point that lies farthest does not count.

    References
    ----------
    J. N. Arvesen, Jackknifing U-statistics, Annals of Mathematical Statistics 40 (1969) 2076-2100; F. E. Satterthwaite,
    An approximate distribution of estimates of variance components, Biometrics Bulletin 2 (1946) 110-114.
    """
    from scipy.special import stdtrit

    means, within, counts = facts
    n, between, differing = len(means), float(means.var(ddof=1)), int((within > 0.0).sum())
    if between == 0.0 and not differing:
        return np.nan, np.nan
    if differing < 2:
        # runs of a point differ in half of all pairs at most
        chance = float(of_chances(differing / n, np.nan, n, n)[1]) / 2 * (most - least) ** 2
        spread = float(np.delete(means, np.abs(means - means.mean()).argmax()).var())
        return spread / (spread + chance), 1.0
    noise = within / counts
    runs = float(within.mean() / noise.mean())  # of a point, in the mean
    each = pseudo_values(means, noise)
    if not np.isfinite(each).all():
        return 0.0, 1.0
    apart = (each - each.mean()) ** 2
    freedom = 2 * n / max((apart**2).mean() / max(apart.mean() ** 2, TINY) - 1, 2 * n / (n - 1))
    pair = 2 / (runs * (runs - 1) * n * between) if (least, most) == (0.0, 1.0) else 0.0
    half = stdtrit(freedom, 1 - ALPHA / 2) * np.hypot((apart.sum() / (n - 1) / n) ** 0.5, pair)
    ratios = np.exp([each.mean() - half, each.mean() + half])
    low, high = np.clip((ratios - 1) / (ratios - 1 + runs), 0.0, 1.0)
    return float(low), float(high)


def pseudo_values(means: Floats, noise: Floats) -> Floats:
    """Jackknife's pseudo-values of log F, one a point, from its mean and the variance that chance gives this mean."""
    n, left = len(means), (means - means.mean()) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        # without a point, n - 1 of the others' squares and noises are left
        between = (left.sum() - left * n / (n - 1)) / (n - 2)
        without = np.log(between / ((noise.sum() - noise) / (n - 1)))
        found: Floats = n * np.log(left.sum() / (n - 1) / noise.mean()) - (n - 1) * without
    return found


def with_rule(scenario: Scenario, rule: str) -> Scenario:
    """The scenario in which every patron decides by one rule."""
    return scenario.with_values({f"decision.{word}": float(word == rule) for word in DecisionRule.words()})


def over_rules(scenario: Scenario, question: Callable[[Scenario], pd.DataFrame]) -> pd.DataFrame:
    """Asks a question of the scenario under each of the three decision rules.

    Parameters
    ----------
    scenario : Scenario
    question : callable
        Takes a scenario and returns a table; with the same seed inside, the runs are matched.

    Returns
    -------
    DataFrame
        The three answers one below the other, with the column ``decision_rule`` first.

    Examples
    --------
    >>> from scenarios import load, simulate, summarise
    >>> toy = load("toy")
    >>> table = over_rules(toy, lambda s: summarise(simulate(s, 3, engine="agents")))
    >>> table["decision_rule"].nunique()
    3
    """
    tables = []
    for rule in DecisionRule.words():
        table = question(with_rule(scenario, rule)).copy()
        table.insert(0, "decision_rule", rule)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def rule_shares(
    scenario: Scenario,
    of: str | Iterable[str] | None = None,
    replications: int = 4000,
    rng: Any = 1,
    engine: str = "batch",
    jobs: int = 0,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes under each decision rule, and the share of their variance that comes from the choice of rule.

    Parameters
    ----------
    scenario : Scenario
    of : str or iterable of str, optional
        Outcomes; both step-backs of each patron if None.
    replications : int
        Runs under each rule; run r has the same numbers and the same luck under all.
    rng : int, SeedSequence or None
        Base seed.
    engine, jobs
        As in `scenarios.simulate`.
    progress : callable or None
        Called with the number of finished runs and of all runs.

    Returns
    -------
    values : DataFrame
        One row an outcome and rule: value with se, low and high (95 %), n.
    shares : DataFrame
        One row an outcome, all rules taken as equally likely: rule_share, the share of the variance between runs that
        the choice of rule explains alone; total_share, the same with all its interactions with numbers and luck;
        both with a 95 % interval; the rules with the lowest and the highest value.

    Examples
    --------
    >>> from scenarios import load
    >>> values, shares = rule_shares(load("toy"), "client.holds", 4, engine="agents")
    >>> len(values), len(shares)
    (3, 1)
    """
    asked = texts_asked(of, scenario)
    if replications < 2:
        raise RequestRefused(f"{replications} run has no variance. At least 2 replications are needed.")
    rules, seed = DecisionRule.words(), seed_of(rng)
    found: dict[str, list[Floats]] = {name: [] for name in asked}
    for place, rule in enumerate(rules):
        results = simulate(with_rule(scenario, rule), replications, seed, engine, jobs=jobs)
        for name, values in answers(results, asked).items():
            found[name].append(values)
        if progress is not None:
            progress((place + 1) * replications, len(rules) * replications)
    each = np.arange(replications)  # run has numbers of its own
    rows = [
        {"outcome": name, "decision_rule": rule, **estimated(values, each)._asdict()}
        for name, columns in found.items()
        for rule, values in zip(rules, columns, strict=True)
    ]
    shares = [
        {"outcome": name, **rule_shares_of(np.column_stack(columns), rules, seed)} for name, columns in found.items()
    ]
    return pd.DataFrame(rows), pd.DataFrame(shares, columns=list(SHARE_COLUMNS))


def rule_shares_of(cells: Floats, rules: list[str], seed: int) -> dict[str, Any]:
    """Shares of the variance that the choice of rule explains, alone and in all; of matched runs, (runs, rules)."""
    kept = cells[~np.isnan(cells).any(axis=1)]
    n = len(kept)
    if n < 2 or kept.min() == kept.max():
        return {"n": n}
    rng = np.random.default_rng(seed)
    resampled = np.array([rule_and_total(kept[rng.integers(n, size=n)]) for _ in range(RESAMPLES)])
    (rule_low, total_low), (rule_high, total_high) = np.nanquantile(resampled, [0.025, 0.975], axis=0)
    rule, total = rule_and_total(kept)
    means = kept.mean(axis=0)
    found = (rule, rule_low, rule_high, total, total_low, total_high, rules[means.argmin()], rules[means.argmax()], n)
    return dict(zip(SHARE_COLUMNS[1:], found, strict=True))


def rule_and_total(cells: Floats) -> tuple[float, float]:
    """First and total order index of the choice among equally likely rules, from matched runs, shape (runs, rules).

    Notes
    -----
    Alone: the variance of the rules' means over the variance of all. It is taken without the noise in the means, which
    is the variance of what run and rule do not explain, divided by the runs. In all: the mean over the runs of the
    variance between rules.
    """
    n, k = cells.shape
    total = float(cells.var())
    if total == 0.0:
        return np.nan, np.nan
    left = cells - cells.mean(axis=1, keepdims=True) - cells.mean(axis=0) + cells.mean()
    noise = float((left**2).sum()) / (n - 1) / k / n
    return max(0.0, float(cells.mean(axis=0).var()) - noise) / total, float(cells.var(axis=1).mean()) / total
