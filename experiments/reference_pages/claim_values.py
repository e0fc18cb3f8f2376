"""How is a claim of the article read off the means over the runs? With its mechanism on, frozen, and the statistic."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference_pages.claim_readings import PAIR

Floats = NDArray[np.float64]
Means = Mapping[str, float]
NAN = float("nan")
LEAST = 1e-9  # below which a quantity is nothing, and no ratio is taken of it


class Values(NamedTuple):
    """What a claim is tested by.

    Attributes
    ----------
    mechanism, frozen : float
        The quantity with the mechanism on and with it frozen; NaN where there is none.
    statistic : float
        What the rule of the claim speaks of.
    """

    mechanism: float
    frozen: float
    statistic: float


def over(above: float, below: float) -> float:
    """A ratio; NaN where there is nothing below.

    Examples
    --------
    >>> over(1.0, 2.0), over(1.0, 0.0)
    (0.5, nan)
    """
    return above / below if below > LEAST else NAN


def beside(means: Means, one: str, other: str, reading: str) -> tuple[float, float]:
    """A reading in two plays."""
    return means[f"{one}:{reading}"], means[f"{other}:{reading}"]


def frozen_over_on(means: Means, one: str, other: str, reading: str) -> Values:
    """A reading with the mechanism on, frozen, and the ratio of frozen to on."""
    on, frozen = beside(means, one, other, reading)
    return Values(on, frozen, over(frozen, on))


def remaining_fall(means: Means, other: str, before: str, after: str) -> Values:
    """A fall with the mechanism on, frozen, and the share that remains."""
    on, frozen = (means[f"{play}:{before}"] - means[f"{play}:{after}"] for play in ("history", other))
    return Values(on, frozen, over(frozen, on))


def less(means: Means, one: str, other: str, reading: str) -> Values:
    """A chance with the mechanism on, frozen, and the difference of frozen from on."""
    on, frozen = beside(means, one, other, reading)
    return Values(on, frozen, frozen - on)


def alone(value: float) -> Values:
    """A claim without a mechanism to freeze."""
    return Values(value, NAN, value)


def share_met(means: Means, which: str) -> Values:
    """Share of the settled requests that were met."""
    met, lapsed = means[f"autumn:{which}_met"], means[f"autumn:{which}_lapsed"]
    return alone(over(met, met + lapsed))


def bargains(means: Means) -> Values:
    """Levels that provoke, with the bargain as it is, frozen, and doubled over as it is."""
    on, frozen = beside(means, "open", "bargain frozen", "provoking")
    return Values(on, frozen, over(means["bargain doubled:provoking"], on))


def apart(means: Means, column: str) -> float:
    """Total variation distance between Russia's and China's first step-backs."""
    names = [name.split(f".{column}.")[1] for name in means if name.startswith(f"falls:russia.{column}.")]
    shares = [[means[f"falls:{patron}.{column}.{name}"] for name in names] for patron in PAIR]
    return float(np.abs(np.array(shares[0]) - np.array(shares[1])).sum() / 2.0)


def recovery(means: Means) -> float:
    """Share of the lost oil that is delivered again, mean of the two threats; a trade that lost nothing is left out."""
    shares = []
    for patron in PAIR:
        before, trough, after = (means[f"history:{patron}_{word}"] for word in ("before", "trough", "after"))
        shares.append(over(after - trough, before - trough))
    known = [min(max(share, 0.0), 1.0) for share in shares if share == share]
    return sum(known) / len(known) if known else NAN


def least_of_cuba(means: Means) -> float:
    """Least of the mean levels of Cuban people by rung."""
    return min(value for name, value in means.items() if name.startswith("history:cuba_"))


VALUES: dict[str, Callable[[Means], Values]] = {
    "C01": lambda m: frozen_over_on(m, "history", "unpressed", "material_pressed"),
    "C02": lambda m: remaining_fall(m, "unpressed", "material_2013", "material_2025"),
    "C03": lambda m: alone(over(m["history:gear_then"], m["history:gear_2025"])),
    "C04": lambda m: frozen_over_on(m, "history", "peaceful", "russia_at_war"),
    "C05": lambda m: alone(over(m["history:acts_high"], m["history:acts_low"])),
    "C06": lambda m: alone(over(m["autumn:russia_oil"], m["autumn:russia_all"])),
    "C07": lambda m: less(m, "open", "blind", "removed"),
    "C08": bargains,
    "C09": lambda m: Values(*beside(m, "chances", "calm", "russia_up"), m["chances:russia_up"] - m["calm:russia_up"]),
    "C10": lambda m: remaining_fall(m, "unpaid", "bought_rich", "bought_poor"),
    "C11": lambda m: frozen_over_on(m, "history", "solvent", "bought_2015_19"),
    "C12": lambda _: Values(NAN, NAN, NAN),
    "C13": lambda _: Values(NAN, NAN, NAN),
    "C14": lambda _: Values(NAN, NAN, NAN),
    "C15": lambda m: alone(m["iran:none_delivered"]),
    "C16": lambda m: alone(m["autumn:asked_both"]),
    "C17": lambda m: alone(over(m["autumn:arms_come"], m["autumn:arms_meant"])),
    "C18": lambda m: share_met(m, "china"),
    "C19": lambda m: share_met(m, "high"),
    "C20": lambda m: less(m, "open", "alone", "removed"),
    "C21": lambda m: alone((apart(m, "first_channel") + apart(m, "reason")) / 2.0),
    "C22": lambda m: alone(recovery(m)),
    "C23": lambda m: alone(least_of_cuba(m)),
}


def means_of(columns: Mapping[str, Floats]) -> dict[str, float]:
    """Mean of each column, NaN left out."""
    return next(weighted_means(columns, np.ones((1, len(next(iter(columns.values())))))))


def weighted_means(columns: Mapping[str, Floats], weights: Floats) -> Iterator[dict[str, float]]:
    """Means of the columns under each row of weights, shape (draws, runs); NaN is left out."""
    table = np.column_stack(list(columns.values()))
    known = ~np.isnan(table)
    sums, counts = weights @ np.where(known, table, 0.0), weights @ known
    rows = np.where(counts > 0.0, sums / np.maximum(counts, LEAST), np.nan)
    for row in rows.tolist():
        yield dict(zip(columns, row, strict=True))


def bootstrapped(columns: Mapping[str, Floats], rng: np.random.Generator, draws: int = 200) -> list[dict[str, float]]:
    """Means of the columns over runs drawn again with replacement, the same runs in all plays."""
    n = len(next(iter(columns.values())))
    return list(weighted_means(columns, rng.multinomial(n, np.full(n, 1.0 / n), draws).astype(np.float64)))
