"""What does the model say of the claims of the article? The rule of each verdict, and the table of all of them.

The rules stand in `observations/claim_rules.csv` and were set before a single run was looked at. A claim may be
contradicted, never deleted. How each statistic is read off the runs stands in `claim_values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reference_pages.claim_readings import PAIR
from reference_pages.claim_values import VALUES, bootstrapped, means_of
from scenarios.history.observations import Claim, article_claims, rows_in

if TYPE_CHECKING:
    from pandas import DataFrame

SUPPORTED, PARTLY, CONTRADICTED = "supported", "partly supported", "contradicted"
UNDECIDED, UNTESTABLE = "undecided", "cannot tell"
AGREES, DISAGREES, CANNOT_TELL = "agrees", "disagrees", "model cannot tell"
Floats = NDArray[np.float64]
RARE = 0.05
# readings, by how their names begin, that are told beside the statistic
DETAILS = {
    "C02": ("history:material_2", "unpressed:material_2"),
    "C05": ("history:acts_",),
    "C08": ("open:provoking", "bargain doubled:provoking", "bargain frozen:provoking"),
    "C11": ("history:bought_", "solvent:bought_", "unpaid:bought_"),
    "C21": ("falls:",),
    "C22": tuple(f"history:{patron}_{word}" for patron in PAIR for word in ("before", "trough", "after")),
    "C23": ("history:cuba_", "history:iran_arms"),
}
# what the evidence says, in the three words of the model; what it leaves open is not there
EVIDENCE = {
    "supported": SUPPORTED,
    "supported with a caveat": SUPPORTED,
    "omitted": SUPPORTED,
    "omitted, well supported": SUPPORTED,
    "partly supported": PARTLY,
    "overstated": PARTLY,
    "mostly contradicted": CONTRADICTED,
    "contradicted": CONTRADICTED,
}


@dataclass(frozen=True)
class ClaimRule:
    """What is read off the runs to test a claim, and what it would have to be.

    Attributes
    ----------
    statistic : str
        What is tested, in words.
    frozen : str
        What stands in the place of the mechanism where it is frozen; empty if nothing is.
    supports, refutes : float
        The statistic that supports the claim, and the one that contradicts it; high supports if `supports` is the
        larger. Between them the claim is partly supported. NaN if it cannot be tested.
    untestable : str
        Why the model cannot tell; empty if it can.
    """

    id: str
    statistic: str
    frozen: str
    supports: float
    refutes: float
    untestable: str


def claim_rules() -> tuple[ClaimRule, ...]:
    """The rules of all claims.

    Examples
    --------
    >>> len(claim_rules()), len(article_claims())
    (23, 23)
    """
    return rows_in("claim_rules", ClaimRule)


def rule_in_words(rule: ClaimRule) -> str:
    """A rule as people read it.

    Examples
    --------
    >>> rule_in_words({rule.id: rule for rule in claim_rules()}["C02"])
    'supported up to 0.25, contradicted from 0.5'
    """
    if rule.untestable:
        return f"cannot tell: {rule.untestable}"
    first, second = ("from", "up to") if rule.supports > rule.refutes else ("up to", "from")
    return f"supported {first} {rule.supports:g}, contradicted {second} {rule.refutes:g}"


def verdict(rule: ClaimRule, low: float, high: float) -> str:
    """What the model says of a claim: a word only if the whole 95 % interval bears it out.

    Parameters
    ----------
    low, high : float
        Interval of the statistic.

    Examples
    --------
    >>> rule = {rule.id: rule for rule in claim_rules()}["C02"]
    >>> verdict(rule, 0.6, 0.7), verdict(rule, 0.3, 0.4), verdict(rule, 0.4, 0.6)
    ('contradicted', 'partly supported', 'undecided')
    """
    if rule.untestable:
        return UNTESTABLE
    sign = 1.0 if rule.supports > rule.refutes else -1.0
    least, most = sorted((sign * low, sign * high))
    if least >= sign * rule.supports:
        return SUPPORTED
    if most <= sign * rule.refutes:
        return CONTRADICTED
    if least > sign * rule.refutes and most < sign * rule.supports:
        return PARTLY
    return UNDECIDED


def agreement(model: str, claim: Claim) -> str:
    """Whether model and evidence say the same of a claim.

    Examples
    --------
    >>> agreement("contradicted", article_claims()[1])
    'agrees'
    """
    if model in (UNTESTABLE, UNDECIDED) or claim.verdict not in EVIDENCE:
        return CANNOT_TELL
    return AGREES if EVIDENCE[claim.verdict] == model else DISAGREES


def claims_table(columns: Mapping[str, Floats], seed: int = 1) -> "DataFrame":
    """The claims of the article one by one: the model's test, its verdict, the evidence's, and whether they agree.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (runs,)
        As `claim_plays.all_readings` returns them.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Columns id, claim, switch, statistic, mechanism, frozen, value, low, high, n, rule, model, evidence, agreement.
        `mechanism` and `frozen` are the quantity with the mechanism on and frozen, `value` is the statistic with its
        95 % interval (bootstrap of the runs).
    """
    import pandas as pd

    means, again = means_of(columns), bootstrapped(columns, np.random.default_rng(seed))
    rules = {rule.id: rule for rule in claim_rules()}
    runs, rows = len(next(iter(columns.values()))), []
    for claim in article_claims():
        test, rule = VALUES[claim.id], rules[claim.id]
        values = test(means)
        low, high = interval([test(each).statistic for each in again])
        model = verdict(rule, low, high)
        row: dict[str, Any] = {
            "id": claim.id,
            "claim": claim.claim,
            "switch": claim.switch,
            "statistic": rule.statistic,
            "mechanism": values.mechanism,
            "frozen": values.frozen,
            "value": values.statistic,
            "low": low,
            "high": high,
            "n": 0 if np.isnan(values.statistic) else runs,
            "rule": rule_in_words(rule),
            "model": model,
            "evidence": claim.verdict,
            "agreement": agreement(model, claim),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def details_table(columns: Mapping[str, Floats], seed: int = 1) -> "DataFrame":
    """The quantities behind the claims that one number does not do justice to, with their 95 % intervals.

    Returns
    -------
    DataFrame
        Columns id, play, quantity, value, low, high: acts by rung, levels by rung, the two patrons side by side.
        Shares of step-backs under one in twenty are left out.
    """
    import pandas as pd

    means, again = means_of(columns), bootstrapped(columns, np.random.default_rng(seed))
    rows = []
    for claim, beginnings in DETAILS.items():
        for name in [name for name in columns if name.startswith(beginnings)]:
            play, _, quantity = name.partition(":")
            if play == "falls" and means[name] < RARE:
                continue
            low, high = interval([each[name] for each in again])
            rows.append(
                {"id": claim, "play": play, "quantity": quantity, "value": means[name], "low": low, "high": high}
            )
    return pd.DataFrame(rows)


def interval(values: list[float]) -> tuple[float, float]:
    """The middle 95 % of some values; NaN if more than one in twenty cannot be read off."""
    known = np.array([value for value in values if not np.isnan(value)])
    if len(known) < 0.95 * len(values) or not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
