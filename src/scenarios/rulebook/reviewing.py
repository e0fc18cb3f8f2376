"""How does a patron review its posture and settle what is on the table? (docs/model.md, section 7.8)"""

from scenarios.rulebook.arithmetic import waiting_time
from scenarios.rulebook.bargain import deal_length, is_acceptable
from scenarios.rulebook.choice import chances_of, share_of
from scenarios.rulebook.conditions import (
    NEVER,
    Chooser,
    Coercer,
    Deal,
    Frame,
    Leader,
    Link,
    Luck,
    Pace,
    Pair,
    Patron,
    Review,
    Terms,
    View,
)
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.held import level_at, one_step_towards
from scenarios.rulebook.reasons import reason_of
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ModelTraits, PatronTraits
from scenarios.rulebook.utility import benefit_at
from scenarios.vocabulary import Alert

CALM = float(Alert.CALM)
ALERTED = float(Alert.ALERTED)


@rule
def reviews(alert: float, calm: float, pace: Pace, u: float) -> bool:
    """Whether the patron reviews its posture in this step.

    Parameters
    ----------
    calm : float
        Chance of a review in a step when nothing has happened.
    """
    if alert == CALM:
        return u < calm
    return u < (pace.alerted if alert == ALERTED else pace.threatened)


@rule
def one_rung_higher(coercer: Coercer) -> Coercer:
    """The coercer as it would be one rung higher."""
    return coercer._replace(rung=coercer.rung + 1.0 if coercer.rung < 10.0 else 10.0)


@rule
def chooser_of(decision_rule: int, frame: Frame, traits: PatronTraits, link: Link) -> Chooser:
    """What the decision rule needs to know of the patron on this channel."""
    model = frame.model
    return Chooser(
        rule=float(decision_rule),
        rationality=traits.rationality,
        tolerance=traits.risk_tolerance,
        feasible=nearest_level(link.reach.feasible),
        now=link.pair.level,
        others=link.company,
        visibility=link.channel.visibility,
        loss_aversion=model.loss_aversion,
        aspiration=model.aspiration,
        hysteresis=model.hysteresis,
        domestic_floor=model.domestic_floor,
        anticipation=model.anticipation,
        support_sensitivity=frame.coercer.support_sensitivity,
    )


@rule
def review(
    model: ModelTraits, view: View, then: Terms, leader: Leader, luck: Luck, t: float, u_number: float, u_wait: float
) -> Review:
    """What a review of one channel decides: the level moves one step to where the held number falls.

    Parameters
    ----------
    then : Terms
        In force when the level was chosen.
    u_number, u_wait : float
        Fresh luck, used only if the clock of the held number has run out.
    """
    chooser = view.chooser
    is_redrawn = luck.redraw_at <= t
    number = u_number if is_redrawn else luck.number
    target = level_at(chances_of(view.now, view.above, chooser), number)
    reason = -1.0
    if target != chooser.now:
        reason = reason_of(view.now, view.above, then, chooser, leader, luck, number, target)
    return Review(
        number=number,
        redraw_at=t + waiting_time(model.rho, u_wait) if is_redrawn else luck.redraw_at,
        level=one_step_towards(chooser.now, target),
        target=target,
        reason=reason,
    )


@rule
def after_review(pair: Pair, decided: Review, t: float) -> Pair:
    """One channel after a review."""
    # a move of several levels is one choice: it is dated and measured from where it began until it has arrived
    luck = pair.luck._replace(number=decided.number, redraw_at=decided.redraw_at)
    if decided.level != pair.level and decided.level == decided.target:
        luck = luck._replace(number_then=decided.number, chosen_at=t)
    return pair._replace(level=decided.level, luck=luck)


@rule
def after_the_table(deal: Deal, trust: float, worth_of_support: float, t: float, mean_years: float, u: float) -> Deal:
    """What becomes of an offer at a review: taken if it is worth more than the support it forbids, else gone."""
    if not is_acceptable(deal.offer, trust, worth_of_support):
        return deal._replace(offer=0.0)
    first = deal.first_at if deal.first_at < NEVER else t
    return Deal(offer=0.0, worth=deal.offer, ends_at=t + deal_length(mean_years, u), first_at=first)


@rule
def with_deal(patron: Patron, deal: Deal) -> Patron:
    """A patron with what it has now settled; a deal takes a threat that is not yet due off the table."""
    if deal.worth <= 0.0:
        return patron._replace(deal=deal)
    return patron._replace(deal=deal, threat=patron.threat._replace(due_at=NEVER))


@rule
def with_alert(patron: Patron, alert: float) -> Patron:
    """A patron after its review: calm, or alert as long as a level is not yet at its target."""
    return patron._replace(watch=patron.watch._replace(alert=alert))


@rule
def support_worth(terms: Terms, provocation: float, level: float) -> float:
    """Worth of one channel's support that a deal would forbid [utility]."""
    return provocation * (1.0 - terms.crisis) * benefit_at(terms, share_of(level))
