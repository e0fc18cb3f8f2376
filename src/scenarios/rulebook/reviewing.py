"""How does a patron review a channel, and where does its held number fall? (docs/model.md, section 7.4)"""

from scenarios.rulebook.arithmetic import waiting_time
from scenarios.rulebook.conditions import Chances, Chooser, Interval, Luck, Pair, Review
from scenarios.rulebook.traits import ChannelTraits, ModelTraits


def chooser_of(
    decision_rule: int, model: ModelTraits, channel: ChannelTraits, pair: Pair, commitment: float, feasible: float
) -> Chooser:
    """What the decision rule needs to know of the patron on this channel."""
    return Chooser(
        rule=float(decision_rule),
        precision=model.precision,
        commitment=commitment,
        startup=model.startup_cost if channel.startup > 0.5 else 0.0,
        feasible=feasible,
        now=pair.level,
        home=pair.home,
        loss_aversion=model.loss_aversion,
        aspiration=model.aspiration,
    )


def review(model: ModelTraits, chances: Chances, pair: Pair, t: float, u_number: float, u_wait: float) -> Review:
    """What a review of one channel decides: the level moves one step to where the held number falls.

    Parameters
    ----------
    u_number, u_wait : float
        Fresh luck, used only if the clock of the held number has run out.
    """
    is_redrawn = pair.luck.redraw_at <= t
    number = u_number if is_redrawn else pair.luck.number
    target = level_at(chances, number)
    return Review(
        number=number,
        redraw_at=t + waiting_time(model.rho, u_wait) if is_redrawn else pair.luck.redraw_at,
        level=one_step_towards(pair.level, target),
        target=target,
    )


def after_review(pair: Pair, decided: Review, t: float) -> Pair:
    """One channel after a review."""
    changed_at = t if decided.level != pair.level else pair.luck.changed_at
    luck = Luck(number=decided.number, redraw_at=decided.redraw_at, changed_at=changed_at)
    return pair._replace(level=decided.level, luck=luck)


def put_at(pair: Pair, level: float, t: float) -> Pair:
    """One channel whose level was set without a choice of levels: words, a show of force, what cannot be paid."""
    return pair._replace(level=level, luck=pair.luck._replace(changed_at=t))


def is_a_return(pair: Pair, new: float) -> bool:
    """Whether a change leads back towards home after an earlier one led away."""
    return pair.luck.changed_at >= 0.0 and abs(new - pair.home) < abs(pair.level - pair.home)


def level_at(chances: Chances, number: float) -> float:
    """Level where a held number falls in the chances [level].

    Examples
    --------
    >>> level_at(Chances(0.4, 0.3, 0.2, 0.1), 0.05), level_at(Chances(0.4, 0.3, 0.2, 0.1), 0.7)
    (3.0, 0.0)
    """
    reach = chances.high
    if number < reach:
        return 3.0
    reach = reach + chances.middle
    if number < reach:
        return 2.0
    reach = reach + chances.low
    return 1.0 if number < reach else 0.0


def chance_of(chances: Chances, level: float) -> float:
    """The chance of one level [probability]."""
    if level < 0.5:
        return chances.none
    if level < 1.5:
        return chances.low
    return chances.middle if level < 2.5 else chances.high


def interval_of(chances: Chances, level: float) -> Interval:
    """The held numbers that fall on a level."""
    above = (chances.high if level < 2.5 else 0.0) + (chances.middle if level < 1.5 else 0.0)
    above = above + (chances.low if level < 0.5 else 0.0)
    return Interval(above, above + chance_of(chances, level))


def narrowed(interval: Interval, other: Interval) -> Interval:
    """The held numbers in both intervals; those of the first if there are none.

    Notes
    -----
    A posture that was held under one condition after the other tells that its number lay in the interval of each.

    Examples
    --------
    >>> narrowed(Interval(0.1, 0.6), Interval(0.4, 0.9)), narrowed(Interval(0.0, 0.2), Interval(0.5, 0.9))
    (Interval(low=0.4, high=0.6), Interval(low=0.0, high=0.2))
    """
    low = interval.low if interval.low > other.low else other.low
    high = interval.high if interval.high < other.high else other.high
    return Interval(low, high) if high > low else interval


def number_within(interval: Interval, u: float) -> float:
    """A held number in an interval."""
    return interval.low + u * (interval.high - interval.low)


def one_step_towards(level: float, target: float) -> float:
    """The next level on the way to a target [level]."""
    if target > level:
        return level + 1.0
    return level - 1.0 if target < level else level
