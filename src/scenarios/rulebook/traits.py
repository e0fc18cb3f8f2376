"""The sheets of traits: every number of a scenario that a rule may read, with its unit, its domain and its meaning.

A traits sheet holds a run's fixed numbers; they come from the scenario file, one path a number. One declaration feeds
the type checker, the arrays, the check of scenario files and the reference page.
"""

from typing import Annotated, NamedTuple, get_type_hints


class Number(NamedTuple):
    """Unit, domain and meaning of one number of a sheet."""

    unit: str
    low: float
    high: float
    meaning: str


class ModelTraits(NamedTuple):
    """General numbers, the same for every patron and channel (`model.`)."""

    precision: Annotated[float, Number("per utility", 0, 200, "how sharply a patron tells better from worse")]
    commitment: Annotated[float, Number("log-odds", 0, 10, "pull of the home posture, a level away from it")]
    commitment_by_stake: Annotated[float, Number("log-odds", 0, 10, "more of that pull for what is at stake")]
    startup_cost: Annotated[float, Number("utility", 0, 5, "cost of beginning with arms or loans")]
    habit_years: Annotated[float, Number("years", 0.1, 1000, "time over which a new posture becomes home")]
    thrift: Annotated[float, Number("utility", 0, 10, "utility of spending the whole support budget")]
    loss_cap: Annotated[float, Number("index", 0.01, 20, "largest loss that still tells, over risk tolerance")]
    sanction_weight: Annotated[float, Number("utility", 0, 50, "loss when all exposed business is cut off")]
    clash_probability: Annotated[float, Number("probability", 0, 1, "chance of a clash at rung 10, were strikes sure")]
    belief_in_strikes: Annotated[float, Number("probability", 0, 1, "belief that the coercer strikes as it says")]
    clash_power: Annotated[float, Number("index", 0, 20, "how late on the ladder a clash becomes likely")]
    bargain_floor: Annotated[
        float, Number("probability", 0, 1, "chance at rung 0 that full provocation costs a bargain")
    ]
    bargain_top: Annotated[float, Number("probability", 0, 1, "the same at rung 10")]
    credit_years: Annotated[float, Number("years", 0, 10, "years in a row in which a loan must be paid")]
    review_rate: Annotated[float, Number("per year", 0, 400, "reviews of a posture when nothing happens")]
    alerted_rate: Annotated[float, Number("per year", 0, 400, "reviews of an alerted patron")]
    threatened_rate: Annotated[float, Number("per year", 0, 400, "reviews of a patron whose firms are threatened")]
    rho: Annotated[float, Number("per year", 0, 12, "how often the luck behind a level is drawn afresh")]
    shield_growth: Annotated[float, Number("per year", 0, 52, "growth of the shielded share under threat")]
    shield_decay: Annotated[float, Number("per year", 0, 52, "decay of the shielded share without threat")]
    elusive: Annotated[float, Number("share", 0, 1, "how far what escapes sanctions escapes ships too")]
    words_rise: Annotated[float, Number("probability", 0, 1, "chance that words rise at a new high of pressure")]
    words_strikes: Annotated[float, Number("probability", 0, 1, "chance that words rise when strikes on land begin")]
    words_fade: Annotated[float, Number("per year", 0, 52, "how fast raised words return to those of the opening")]
    show_chance: Annotated[float, Number("probability", 0, 1, "chance in a year that ties are shown by force")]
    request_grace: Annotated[float, Number("years", 0, 5, "time beyond the lag within which a request counts as met")]
    loss_aversion: Annotated[float, Number("index", 1, 5, "weight of losses against gains (prospect rule)")]
    aspiration: Annotated[float, Number("utility", 0, 5, "loss that a satisfied patron puts up with (threshold rule)")]


class CoercerTraits(NamedTuple):
    """The coercer's numbers (`coercer.`)."""

    rung: Annotated[float, Number("rung", 0, 10, "rung of the ladder")]
    presence: Annotated[float, Number("share", 0, 1, "military presence")]
    interdiction: Annotated[
        float, Number("share", 0, 1, "share of cargo within reach that does not get past the ships")
    ]
    ships_stopped: Annotated[float, Number("flag", 0, 1, "1: ships are being seized; 0: not yet")]
    calm_years: Annotated[float, Number("years", 0, 50, "time since the last rise of the rung, at the opening")]
    rise_rate: Annotated[float, Number("per year", 0, 52, "rises in the first year after a rise")]
    memory: Annotated[float, Number("index", 0.05, 1, "below 1: rises come in bursts; 1: at a constant rate")]
    jump_chance: Annotated[float, Number("probability", 0, 0.95, "chance that a move goes one rung further")]
    easing_rate: Annotated[float, Number("per year", 0, 52, "falls at rung 8, with the square of the rung")]
    strikes_end: Annotated[float, Number("per year", 0, 52, "ends of strikes on land")]
    capture_chance: Annotated[float, Number("probability", 0, 1, "chance that an attempt on the leader succeeds")]
    isolation_sensitivity: Annotated[
        float, Number("index", 0, 20, "how much lost support of the client invites a rise")
    ]
    deployment_lag: Annotated[float, Number("years", 0, 5, "time for forces to reach what the rung asks for")]
    threat_rung: Annotated[float, Number("rung", 0, 10, "rung from which patrons' firms are threatened by name")]
    threat_rate: Annotated[float, Number("per year", 0, 52, "direct threats to a patron's firms at full weight")]
    threat_delay: Annotated[float, Number("years", 0.01, 5, "time from a threat to the day it falls due")]
    threat_decay: Annotated[float, Number("per year", 0, 52, "fading of a threat towards what the rung implies")]
    follow_through: Annotated[float, Number("probability", 0, 1, "chance that a direct threat is carried out")]
    seizure_rate: Annotated[float, Number("per year", 0, 52, "beginnings of seizures at rung 8")]
    seizure_fear: Annotated[
        float, Number("probability", 0.001, 1, "feared risk of a seizure at which half the ships stay away")
    ]
    fear_lag: Annotated[float, Number("years", 0.001, 5, "time over which shipowners learn the risk")]


class ClientTraits(NamedTuple):
    """The client's numbers (`client.`)."""

    oil_output: Annotated[float, Number("mb/d", 0, 20, "oil produced")]
    oil_price: Annotated[float, Number("USD per barrel", 0, 300, "price that the client gets")]
    home_use: Annotated[float, Number("mb/d", 0, 20, "oil used at home while output is high")]
    home_share: Annotated[float, Number("share", 0, 1, "share of output used at home while output is low")]
    goods_half: Annotated[float, Number("mb/d", 0.001, 20, "exports at which a buyer gets half of what it wants")]
    other_revenue: Annotated[float, Number("USD bn a year", 0, 1000, "revenue that is not from oil")]
    sanction_rung: Annotated[float, Number("rung", 0, 10, "rung from which sanctions cut oil revenue")]
    sanction_loss: Annotated[float, Number("share", 0, 1, "share of oil revenue lost to sanctions")]
    restoring: Annotated[float, Number("share", 0, 1, "share of that loss which a full oil channel restores")]
    interdiction_reach: Annotated[float, Number("share", 0, 1, "share of exports that ships could stop")]
    needs: Annotated[float, Number("USD bn a year", 0, 1000, "imports and debt service that come first")]
    ease: Annotated[float, Number("USD bn a year", 0.01, 1000, "revenue beyond the needs that makes it fully solvent")]
    solvency: Annotated[float, Number("share", 0, 1, "solvency")]
    solvency_lag: Annotated[float, Number("years", 0.01, 10, "time over which revenue becomes solvency")]
    solvency_money: Annotated[float, Number("share", 0, 1, "solvency gained from delivered money of one unit")]
    hold: Annotated[float, Number("share", 0.01, 0.99, "hold on power")]
    hold_revenue: Annotated[
        float, Number("log-odds", 0, 20, "hold lost when revenue falls e-fold below what people are used to")
    ]
    hold_support: Annotated[float, Number("log-odds", 0, 20, "hold gained from twice the support of the opening")]
    hold_pressure: Annotated[float, Number("log-odds", 0, 5, "hold lost per rung above that of the opening")]
    habit_years: Annotated[float, Number("years", 0.05, 100, "time over which people get used to a revenue")]
    unrest_lag: Annotated[float, Number("years", 0.01, 10, "time over which a shortfall becomes unrest")]
    end_rate: Annotated[float, Number("per year", 0, 12, "ends from within at a hold of one half")]
    concession_share: Annotated[float, Number("probability", 0, 1, "chance that an end at rung 8 is a concession")]
    exit_share: Annotated[
        float, Number("share", 0, 1, "share of concessions at rung 6 or more that are a negotiated exit")
    ]


class ChannelTraits(NamedTuple):
    """What a channel of support is like (`channels.<name>.`)."""

    material: Annotated[float, Number("flag", 0, 1, "1: goods, money or people; 0: words or acts")]
    acts: Annotated[float, Number("flag", 0, 1, "1: a level is a rate of acts (level 3: one a year)")]
    startup: Annotated[float, Number("flag", 0, 1, "1: a channel that must be begun: arms, loans")]
    convexity: Annotated[float, Number("index", 0.1, 10, "power with which the bill grows with the level")]
    visibility: Annotated[float, Number("share", 0, 1, "how well the world sees it")]
    provocation: Annotated[float, Number("share", 0, 1, "how much it provokes the coercer")]
    sanctionable: Annotated[float, Number("share", 0, 1, "how much of it secondary sanctions can reach")]
    exposed: Annotated[float, Number("share", 0, 1, "exposure to a clash with the coercer's forces")]
    paid: Annotated[float, Number("share", 0, 5, "what the client pays for it")]
    credit: Annotated[float, Number("share", 0, 1, "share paid later, so worth the client's solvency")]
    interdictable: Annotated[float, Number("share", 0, 1, "how much of it ships can stop")]
    lag: Annotated[float, Number("years", 0, 10, "time from decision to effect")]
    shield_limit: Annotated[float, Number("share", 0, 1, "most of it that agents out of reach can carry")]
    war_competition: Annotated[
        float, Number("index", 0, 100, "how much dearer a full war of the patron's own makes it")
    ]
    hold_effect: Annotated[float, Number("share", 0, 2, "effect of full support on the client's hold")]
    solvency_effect: Annotated[float, Number("share", 0, 2, "effect of full support on the client's solvency")]
    trade: Annotated[float, Number("share", 0, 1, "part of that effect by restoring oil sales, not by money")]
    weight: Annotated[float, Number("share", 0, 1, "weight in the support index")]
    need: Annotated[float, Number("share", 0, 1, "how much the client needs it")]
    request: Annotated[float, Number("share", 0, 1, "what a client asks for at a new high of pressure")]


class PatronTraits(NamedTuple):
    """A patron's numbers (`patrons.<name>.`)."""

    support_budget: Annotated[
        float, Number("USD bn a year", 0.0001, 1000, "what it is willing and able to spend on this client")
    ]
    risk_tolerance: Annotated[float, Number("utility", 0.05, 20, "loss that a fair gamble with it may hold")]
    payment_weight: Annotated[float, Number("index", 0, 50, "worth of what the client pays")]
    exposure: Annotated[float, Number("share", 0, 1, "share of its business that the coercer can hurt")]
    bargain: Annotated[float, Number("utility", 0, 20, "worth of its bargain with the coercer")]
    stake: Annotated[float, Number("share", 0, 1, "how much of its own fate hangs on the client's")]
    war_drain: Annotated[float, Number("share", 0, 0.995, "share of its means which its own war takes")]
    own_crisis: Annotated[float, Number("share", 0, 0.95, "standing domestic crisis")]
    peacetime_budget: Annotated[
        float, Number("USD bn a year", 0, 1000, "its budget in peace, read in a history; 0: not used")
    ]
    threat: Annotated[float, Number("share", 0, 1, "threat to its firms")]
    threat_weight: Annotated[float, Number("share", 0, 1, "how much the coercer aims at its firms")]
    visibility_weight: Annotated[float, Number("share", 0, 1, "how much its support counts with the coercer")]
    dependence: Annotated[float, Number("index", 0, 20, "rise of its crisis rate if the client's oil fails altogether")]
    crisis_rate: Annotated[float, Number("per year", 0, 12, "onsets of a domestic crisis")]
    crisis_size: Annotated[float, Number("share", 0, 0.95, "largest such crisis")]
    crisis_duration: Annotated[float, Number("years", 0.01, 50, "time over which it fades")]


class PairTraits(NamedTuple):
    """A patron's numbers on one channel (`patrons.<name>.channels.<channel>.`)."""

    opening: Annotated[float, Number("level", 0, 3, "level at the opening, the home posture")]
    feasible: Annotated[float, Number("level", 0, 3, "highest level within its reach")]
    cost: Annotated[float, Number("USD bn a year", 0, 1000, "cost of level 3")]
    shielded: Annotated[float, Number("share", 0, 1, "share carried by agents out of reach at the opening")]
    request: Annotated[float, Number("share", 0, 1, "size of a request that is open at the opening")]


class Pressure(NamedTuple):
    """What goes with one rung of the ladder (`ladder.`), a row for each rung 0-10."""

    presence: Annotated[float, Number("share", 0, 1, "military presence")]
    threat: Annotated[float, Number("share", 0, 1, "standing threat to patrons' firms")]
    seizure: Annotated[
        float, Number("probability", 0, 1, "risk that a voyage ends in a seizure, once ships are stopped")
    ]


TRAITS: dict[str, type] = {
    "model": ModelTraits,
    "coercer": CoercerTraits,
    "client": ClientTraits,
    "channels": ChannelTraits,
    "patrons": PatronTraits,
    "pairs": PairTraits,
    "ladder": Pressure,
}


def numbers(sheet: type) -> dict[str, Number]:
    """Unit, domain and meaning of every number of a traits sheet, in the order of the sheet.

    Examples
    --------
    >>> numbers(PairTraits)["cost"].unit
    'USD bn a year'
    """
    hints = get_type_hints(sheet, include_extras=True)
    return {name: hints[name].__metadata__[0] for name in sheet._fields}  # type: ignore[attr-defined]
