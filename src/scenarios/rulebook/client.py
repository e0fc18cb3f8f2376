"""How does the client earn, hold on to power and end? (docs/model.md, section 7.2)"""

from scenarios.rulebook.arithmetic import clip, happens, logarithm, logistic, moved
from scenarios.rulebook.conditions import Backing, Client, Coercer, Frame, Inputs
from scenarios.rulebook.traits import ClientTraits
from scenarios.vocabulary import Fate

HOLDS = float(Fate.HOLDS)
CONCEDES = float(Fate.CONCEDES)
COLLAPSES = float(Fate.COLLAPSES)
REMOVED = float(Fate.REMOVED)
EXITS = float(Fate.EXITS)
BARRELS = 0.365  # bn a year per mb/d
MOST_PER_YEAR = 12.0  # rate of an end
LEAST_REVENUE = 0.01  # USD bn a year; below, a logarithm would run away
MOST_BACKING = 2.0  # times that of the opening; more does not help more
EXIT_RUNG = 6.0  # rung from which a concession may be the leader's own exit


def oil_exports(traits: ClientTraits, output: float) -> float:
    """Oil left for export [mb/d]: at home a fixed amount is used while output is high, a share while it is low."""
    abundant = output - traits.home_use
    scarce = output * (1.0 - traits.home_share)
    most = abundant if abundant > scarce else scarce
    return most if most > 0.0 else 0.0


def past_the_blockade(traits: ClientTraits, exports: float, interdiction: float) -> float:
    """Exports that arrive [mb/d]: ships can stop only what is within their reach."""
    return exports * (1.0 - interdiction * traits.interdiction_reach)


def goods_available(traits: ClientTraits, exports: float, interdiction: float) -> float:
    """Share of what a buyer wants that the client can deliver [share]."""
    arriving = past_the_blockade(traits, exports, interdiction)
    return arriving / (arriving + traits.goods_half)


def sanction_cut(traits: ClientTraits, rung: float, trade: float) -> float:
    """Share of oil revenue lost to sanctions [share].

    Notes
    -----
    The channel that restores sales gives back a part: what exposed buyers give up, other agents recover (claim C22;
    Early 2015).
    """
    if rung < traits.sanction_rung:
        return 0.0
    return traits.sanction_loss * (1.0 - traits.restoring * trade)


def revenue(traits: ClientTraits, exports: float, price: float, coercer: Coercer, trade: float) -> float:
    """Revenue of the client [USD bn a year]."""
    oil = past_the_blockade(traits, exports, coercer.interdiction) * price * BARRELS
    return oil * (1.0 - sanction_cut(traits, coercer.rung, trade)) + traits.other_revenue


def solvency_target(traits: ClientTraits, income: float, money: float) -> float:
    """Solvency to which the present revenue leads [share]: what is left after imports and debt service (claim C11).

    Notes
    -----
    A smooth step: .12 where revenue just covers the needs, .88 where it exceeds them by the ease. A sharp floor would
    make money dead weight for a client that is nearly broke.
    """
    surplus = (income - traits.needs) / traits.ease
    return clip(logistic(4.0 * (surplus - 0.5)) + traits.solvency_money * money, 0.0, 1.0)


def log_revenue(income: float) -> float:
    """Logarithm of a revenue, as people feel changes of it [log of USD bn a year]."""
    return logarithm(income if income > LEAST_REVENUE else LEAST_REVENUE)


def backing_ratio(support: float, opening: float) -> float:
    """Support for the client's hold against that of the opening [factor], at most two; 1 if there was none."""
    if opening <= 0.0:
        return 1.0
    ratio = support / opening
    return ratio if ratio < MOST_BACKING else MOST_BACKING


def hold_now(traits: ClientTraits, unrest: float, ratio: float, rungs_above: float) -> float:
    """Hold on power [share]: that of the opening, less for unrest, lost support and pressure.

    Parameters
    ----------
    unrest : float
        Shortfall of revenue that people feel [log].
    ratio : float
        Support for the hold against that of the opening [factor].
    rungs_above : float
        Rung above that of the opening.
    """
    odds = logarithm(traits.hold / (1.0 - traits.hold)) - traits.hold_revenue * unrest
    return logistic(odds + traits.hold_support * (ratio - 1.0) - traits.hold_pressure * rungs_above)


def end_rate(traits: ClientTraits, hold: float) -> float:
    """Rate of an end from within [per year]: in proportion to the odds against the client."""
    return clip(traits.end_rate * (1.0 - hold) / hold, 0.0, MOST_PER_YEAR)


def end_of(traits: ClientTraits, rung: float, u: float) -> float:
    """How an end from within comes [vocabulary.Fate]: a concession under pressure, the leader's exit, a collapse."""
    concession = traits.concession_share * rung / 8.0
    if u >= concession:
        return COLLAPSES
    # given that u fell below the chance, u / chance is uniform again
    return EXITS if rung >= EXIT_RUNG and u < concession * traits.exit_share else CONCEDES


def client_fate(
    traits: ClientTraits, client: Client, coercer: Coercer, dt: float, u_end: float, u_kind: float
) -> float:
    """What becomes of the client in this step [vocabulary.Fate]; anything but `holds` ends the run."""
    if coercer.captured > 0.5:
        return REMOVED
    if happens(end_rate(traits, client.hold) * dt, u_end):
        return end_of(traits, coercer.rung, u_kind)
    return HOLDS


def client_turn(
    frame: Frame, client: Client, coercer: Coercer, backing: Backing, inputs: Inputs, is_solvency_frozen: float
) -> Client:
    """The client after it has sold oil, paid, and felt what revenue, support and pressure do to its hold."""
    traits, pace, opening = frame.client, frame.pace, frame.opening
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    earned = revenue(traits, exports, traits.oil_price * inputs.oil_price, coercer, backing.trade)
    solvency = client.solvency
    if is_solvency_frozen < 0.5:
        solvency = moved(solvency, solvency_target(traits, earned, backing.money), pace.solvency)
    felt = log_revenue(earned)
    habit = moved(client.habit, felt, pace.revenue_habit)
    unrest = moved(client.unrest, habit - felt, pace.unrest)
    arriving = exports * (1.0 - coercer.interdiction)
    lack = 1.0 - arriving / opening.supply if opening.supply > 0.0 else 0.0
    ratio = backing_ratio(backing.hold, opening.hold)
    return client._replace(
        solvency=solvency,
        hold=hold_now(traits, unrest, ratio, coercer.rung - opening.rung),
        goods=goods_available(traits, exports, coercer.interdiction),
        exports=exports,
        revenue=earned,
        habit=habit,
        unrest=unrest,
        high_rung=coercer.rung if coercer.rung > client.high_rung else client.high_rung,
        lack=lack if lack > 0.0 else 0.0,
    )


def opening_client(traits: ClientTraits, coercer: Coercer, backing: Backing, inputs: Inputs) -> Client:
    """The client at the opening; people are used to the revenue that it then has."""
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    earned = revenue(traits, exports, traits.oil_price * inputs.oil_price, coercer, backing.trade)
    return Client(
        solvency=traits.solvency,
        hold=traits.hold,
        goods=goods_available(traits, exports, coercer.interdiction),
        exports=exports,
        revenue=earned,
        habit=log_revenue(earned),
        unrest=0.0,
        high_rung=coercer.rung,
        lack=0.0,
        fate=HOLDS,
    )
