"""How does a patron review one channel of its posture? (docs/model.md, section 7.4)"""

from scenarios.rulebook.arithmetic import waiting_time
from scenarios.rulebook.conditions import Chances, Chooser, Luck, Pair, Review
from scenarios.rulebook.held import level_at, one_step_towards
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, ModelTraits


@rule
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


@rule
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


@rule
def after_review(pair: Pair, decided: Review, t: float) -> Pair:
    """One channel after a review."""
    changed_at = t if decided.level != pair.level else pair.luck.changed_at
    luck = Luck(number=decided.number, redraw_at=decided.redraw_at, changed_at=changed_at)
    return pair._replace(level=decided.level, luck=luck)


@rule
def put_at(pair: Pair, level: float, t: float) -> Pair:
    """One channel whose level was set without a choice of levels: words, a show of force, what cannot be paid."""
    return pair._replace(level=level, luck=pair.luck._replace(changed_at=t))


@rule
def is_a_return(pair: Pair, new: float) -> bool:
    """Whether a change leads back towards home after an earlier one led away."""
    away, then = pair.level - pair.home, new - pair.home
    return pair.luck.changed_at >= 0.0 and (then if then > 0.0 else -then) < (away if away > 0.0 else -away)
