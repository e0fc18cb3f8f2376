"""How does the client earn, hold on, ask for help and end? (docs/model.md, section 7.2)"""

from scenarios.rulebook.arithmetic import clip, exponential, logistic
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ClientTraits

MOST_PER_YEAR = 12.0  # no fate is quicker than a month on average
WEAK_HOLD = 0.35  # share, below which a client sells its friends
BARRELS = 0.365  # mb/d times dollars a barrel, in USD bn a year


@rule
def oil_exports(traits: ClientTraits, output: float) -> float:
    """Oil left to export [mb/d]: home use is fixed while output is high and a share of it when low."""
    high = output - traits.home_use
    low = output * (1.0 - traits.home_share)
    # the larger of the two, so that exports never jump as output falls
    exports = high if high > low else low
    return exports if exports > 0.0 else 0.0


@rule
def goods_available(traits: ClientTraits, exports: float, interdiction: float) -> float:
    """Share of what a buyer wants that reaches it: what is left to export, less what ships stop [share]."""
    shipped = exports * (1.0 - interdiction * traits.interdiction_reach)
    return shipped / (shipped + traits.goods_half)


@rule
def sanction_cut(traits: ClientTraits, rung: float, trade: float) -> float:
    """Share of oil revenue lost to sanctions, after what the oil channel restores [share].

    Notes
    -----
    Substitution: what exposed buyers give up, other agents recover (claim C22; Early 2015).
    """
    if rung < traits.sanction_rung:
        return 0.0
    return traits.sanction_loss * (1.0 - traits.restoring * trade)


@rule
def revenue(
    traits: ClientTraits, exports: float, price: float, rung: float, interdiction: float, trade: float
) -> float:
    """Revenue of the client [USD bn a year]."""
    oil = exports * price * BARRELS
    kept = (1.0 - sanction_cut(traits, rung, trade)) * (1.0 - interdiction * traits.interdiction_reach)
    return oil * kept + traits.other_revenue


@rule
def solvency_target(traits: ClientTraits, income: float, money: float) -> float:
    """Solvency to which the present revenue leads [share]: what is left after imports and debt service (claim C11).

    Notes
    -----
    A smooth step: .12 where revenue just covers the needs, .88 where it exceeds them by the ease. A sharp floor would
    make money dead weight for a client that is nearly broke.
    """
    surplus = (income - traits.needs) / traits.ease
    return clip(logistic(4.0 * (surplus - 0.5)) + traits.solvency_money * money, 0.0, 1.0)


@rule
def hold_target(traits: ClientTraits, support: float, solvency: float, rung: float, interdiction: float) -> float:
    """Hold on power to which support, solvency, pressure and a blockade lead [share]."""
    pressure = rung - 2.0 if rung > 2.0 else 0.0
    return (
        traits.hold_base
        + traits.hold_support * support
        + traits.hold_solvency * (solvency - 0.3)
        - traits.hold_pressure * pressure
        - traits.hold_blockade * interdiction
    )


@rule
def fading_rate(rate: float, hold: float, threshold: float, width: float) -> float:
    """Rate of an end that comes as hold falls to a threshold [per year], at most twelve."""
    return clip(rate * exponential((threshold - hold) / width), 0.0, MOST_PER_YEAR)


@rule
def collapse_rate(traits: ClientTraits, hold: float) -> float:
    """Rate of collapse from within [per year]."""
    return fading_rate(traits.collapse_rate, hold, traits.collapse_threshold, traits.collapse_width)


@rule
def concession_rate(traits: ClientTraits, hold: float, rung: float) -> float:
    """Rate of giving in to the coercer [per year]; with the square of the rung."""
    height = rung / 10.0
    return (
        height
        * height
        * fading_rate(traits.concession_rate, hold, traits.concession_threshold, traits.concession_width)
    )


@rule
def expulsion_rate(traits: ClientTraits, deal: float, hold: float, rung: float) -> float:
    """Rate at which the client sends a patron home [per year].

    Notes
    -----
    In full against a patron that took a deal over its head; in part as the price of easing for a client that is about
    to fall (client_choice in the codebook of cases).
    """
    if deal > 0.0:
        return traits.expulsion_rate
    return 0.5 * traits.expulsion_rate * rung / 10.0 if hold < WEAK_HOLD else 0.0


@rule
def can_hope(need: float, size: float, level: float, feasible: float, solvency: float, outstanding: float) -> bool:
    """Whether the client asks a patron for more on a channel.

    Notes
    -----
    It asks only for what it needs and the patron could give, and only if it can pay or has paid before.
    """
    return need * size > 0.0 and level < feasible and (solvency > 0.05 or outstanding > 0.0)


@rule
def level_asked(size: float, level: float, feasible: float) -> float:
    """Level that a request names: its size on the scale of levels, at least one more than now [level]."""
    asked = float(int(3.0 * size + 0.5))
    more = level + 1.0
    asked = asked if asked > more else more
    return asked if asked < feasible else feasible
