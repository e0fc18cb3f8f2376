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

    rho: Annotated[float, Number("per year", 0, 12, "how often the luck behind a level is drawn afresh")]
    company: Annotated[float, Number("utility", -2, 2, "pull of other patrons' levels; below 0 they are free rides")]
    sanction_weight: Annotated[float, Number("utility", 0, 20, "loss when all exposed business is cut off")]
    clash_probability: Annotated[float, Number("probability", 0, 1, "chance of a clash at rung 10, fleet present")]
    cost_scale: Annotated[float, Number("utility", 0, 20, "utility of spending one peacetime year of the budget")]
    price_elasticity: Annotated[float, Number("index", 0, 5, "how steeply money gets dear as the purse empties")]
    war_price: Annotated[float, Number("index", 0, 10, "how the patron's own war raises the price of what it needs")]
    credit_years: Annotated[float, Number("years", 0, 10, "years in a row in which a loan must be paid")]
    bargain_floor: Annotated[float, Number("share", 0, 1, "chance at rung 0 that a full provocation costs the bargain")]
    outlive: Annotated[float, Number("years", 0.01, 50, "how long a client at rung 0 is expected to last")]
    alerted_rate: Annotated[float, Number("per year", 0, 400, "reviews of an alerted patron")]
    threatened_rate: Annotated[float, Number("per year", 0, 400, "reviews of a patron whose firms are threatened")]
    deal_rate: Annotated[float, Number("per year", 0, 12, "offers when bargain and provocation are both at 1")]
    deal_worth: Annotated[float, Number("index", 0, 20, "largest offer, in units of the patron's bargain")]
    deal_duration: Annotated[float, Number("years", 0.05, 100, "mean life of a deal")]
    belief_kept: Annotated[float, Number("share", 0.01, 1, "share of past evidence still believed a year later")]
    followed: Annotated[float, Number("events", 0.01, 100, "threats that were carried out, in memory at the opening")]
    bluffed: Annotated[float, Number("events", 0.01, 100, "threats that were not, in memory at the opening")]
    helped: Annotated[float, Number("events", 0.01, 100, "times that co-patrons helped, in memory at the opening")]
    stood_by: Annotated[float, Number("events", 0.01, 100, "times that co-patrons stood by, in memory at the opening")]
    precedent: Annotated[float, Number("share", 0, 1, "likeness of the last precedent, one event for each belief")]
    bluff_weight: Annotated[float, Number("share", 0, 1, "weight of a bluff against a threat carried out")]
    request_fade: Annotated[float, Number("per year", 0, 52, "how fast an open request loses its force")]
    request_grace: Annotated[float, Number("years", 0, 5, "time beyond the lag within which a request counts as met")]
    shield_growth: Annotated[float, Number("per year", 0, 52, "growth of the shielded share under threat")]
    shield_decay: Annotated[float, Number("per year", 0, 52, "decay of the shielded share without threat")]
    elusive: Annotated[float, Number("share", 0, 1, "how far what escapes sanctions escapes ships too")]
    recovery: Annotated[float, Number("index per USD bn", 0, 10, "stake in survival per bn that is outstanding")]
    leader_spread: Annotated[float, Number("share", 0, 1, "how far a new leader's weights may lie from the old")]
    anticipation: Annotated[float, Number("probability", 0, 1, "expected chance of one more rung (strategic rule)")]
    loss_aversion: Annotated[float, Number("index", 1, 5, "weight of losses against gains (prospect rule)")]
    aspiration: Annotated[float, Number("utility", 0, 5, "gain over no support that satisfies (threshold rule)")]
    hysteresis: Annotated[float, Number("utility", 0, 5, "extra gain needed to move (threshold rule)")]
    domestic_floor: Annotated[float, Number("share", 0, 10, "cost over benefit that home tolerates (poliheuristic)")]


class CoercerTraits(NamedTuple):
    """The coercer's numbers (`coercer.`)."""

    rung: Annotated[float, Number("rung", 0, 10, "rung of the ladder at the opening")]
    presence: Annotated[float, Number("share", 0, 1, "military presence at the opening")]
    interdiction: Annotated[float, Number("share", 0, 1, "share of cargo stopped at the opening")]
    escalation_rate: Annotated[float, Number("per year", 0, 52, "rises at middling resolve against faint support")]
    ramp_rate: Annotated[float, Number("per year", 0, 52, "rises in ramp mode")]
    ramp_top: Annotated[float, Number("rung", 0, 10, "highest rung of the ramp")]
    easing_rate: Annotated[float, Number("per year", 0, 52, "falls of a coercer as tired as its cost tolerance")]
    resolve: Annotated[float, Number("share", 0, 1, "will to go on; 0.5 is middling")]
    cost_tolerance: Annotated[float, Number("index", 0.05, 10, "fatigue at which easing comes at its full rate")]
    support_sensitivity: Annotated[float, Number("index", 0, 10, "how much weak visible support invites a rise")]
    support_reference: Annotated[float, Number("share", 0, 1, "visible support at which the rate stands as given")]
    clash_sensitivity: Annotated[float, Number("index", 0, 20, "how much a likely clash with a patron deters")]
    fatigue_sensitivity: Annotated[float, Number("index", 0, 20, "how much fatigue weighs in a rise or fall")]
    fatigue_growth: Annotated[float, Number("per year", 0, 20, "growth of fatigue at rung 10")]
    fatigue_decay: Annotated[float, Number("per year", 0, 20, "recovery from fatigue")]
    fatigue_rung: Annotated[float, Number("rung", 0, 9, "rung from which pressure tires the coercer")]
    deployment_lag: Annotated[float, Number("years", 0, 5, "time for forces to reach what the rung asks for")]
    threat_rung: Annotated[float, Number("rung", 0, 10, "rung from which patrons' firms are threatened by name")]
    threat_rate: Annotated[float, Number("per year", 0, 52, "direct threats to a patron's firms at full weight")]
    threat_delay: Annotated[float, Number("years", 0.01, 5, "time from a threat to the day it falls due")]
    threat_decay: Annotated[float, Number("per year", 0, 52, "fading of a threat towards what the rung implies")]
    follow_through: Annotated[float, Number("probability", 0, 1, "chance that a direct threat is carried out")]
    interdiction_rung: Annotated[float, Number("rung", 0, 10, "rung from which cargo may be stopped")]
    interdiction_rate: Annotated[float, Number("per year", 0, 52, "starts of interdiction at or above that rung")]
    interdiction_end: Annotated[float, Number("per year", 0, 52, "ends of interdiction")]
    interdiction_strength: Annotated[float, Number("share", 0, 1, "share of cargo stopped when it is on")]
    removal_rate: Annotated[float, Number("per year", 0, 12, "removals of the client's leader at rung 10")]
    removal_rung: Annotated[float, Number("rung", 0, 9, "rung above which a removal is possible")]


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
    solvency: Annotated[float, Number("share", 0, 1, "solvency at the opening")]
    solvency_lag: Annotated[float, Number("years", 0.01, 10, "time over which revenue becomes solvency")]
    solvency_money: Annotated[float, Number("share", 0, 1, "solvency gained from delivered money of one unit")]
    hold: Annotated[float, Number("share", 0, 1, "hold on power at the opening")]
    hold_base: Annotated[float, Number("share", -1, 2, "hold at solvency 0.3, without support or pressure")]
    hold_support: Annotated[float, Number("share", 0, 2, "hold gained from delivered support of one unit")]
    hold_solvency: Annotated[float, Number("share", 0, 2, "hold gained from full solvency")]
    hold_pressure: Annotated[float, Number("share per rung", 0, 0.5, "hold lost per rung above 2")]
    hold_blockade: Annotated[float, Number("share", 0, 1, "hold lost when ships stop all exports within their reach")]
    hold_speed: Annotated[float, Number("per year", 0, 52, "speed at which hold moves to its target")]
    hold_noise: Annotated[float, Number("share per root year", 0, 1, "unrest and luck in hold")]
    collapse_rate: Annotated[float, Number("per year", 0, 12, "collapse at the collapse threshold")]
    collapse_threshold: Annotated[float, Number("share", 0, 1, "hold at which collapse comes at its rate")]
    collapse_width: Annotated[float, Number("share", 0.005, 1, "fall in hold that multiplies the rate by e")]
    concession_rate: Annotated[float, Number("per year", 0, 12, "concession at its threshold and rung 10")]
    concession_threshold: Annotated[float, Number("share", 0, 1, "hold at which concession comes at its rate")]
    concession_width: Annotated[float, Number("share", 0.005, 1, "fall in hold that multiplies the rate by e")]
    expulsion_rate: Annotated[float, Number("per year", 0, 12, "expulsion of a patron that sold the client out")]


class ChannelTraits(NamedTuple):
    """What a channel of support is like (`channels.<name>.`)."""

    material: Annotated[float, Number("flag", 0, 1, "1: goods, money or people; 0: words or acts")]
    acts: Annotated[float, Number("flag", 0, 1, "1: a level is a rate of acts (level 3: one a year)")]
    visibility: Annotated[float, Number("share", 0, 1, "how well the world sees it")]
    provocation: Annotated[float, Number("share", 0, 1, "how much it provokes the coercer")]
    sanctionable: Annotated[float, Number("share", 0, 1, "how much of it secondary sanctions can reach")]
    clash: Annotated[float, Number("share", 0, 1, "exposure to a clash with the coercer's forces")]
    prestige_base: Annotated[float, Number("share", 0, 5, "prestige at rung 0")]
    rung_slope: Annotated[float, Number("share", 0, 5, "prestige gained from rung 0 to rung 10")]
    presence_effect: Annotated[float, Number("share", 0, 1, "prestige lost when the coercer's fleet is there")]
    paid: Annotated[float, Number("share", 0, 5, "what the client pays for it")]
    credit: Annotated[float, Number("share", 0, 1, "share paid later, so worth the client's solvency")]
    interdictable: Annotated[float, Number("share", 0, 1, "how much of it ships can stop")]
    lag: Annotated[float, Number("years", 0, 10, "time from decision to effect")]
    shield_limit: Annotated[float, Number("share", 0, 1, "most of it that agents out of reach can carry")]
    war_competition: Annotated[float, Number("share", 0, 1, "how much the patron's own war wants the same things")]
    hold_effect: Annotated[float, Number("share", 0, 2, "effect of full support on the client's hold")]
    solvency_effect: Annotated[float, Number("share", 0, 2, "effect of full support on the client's solvency")]
    trade: Annotated[float, Number("share", 0, 1, "part of that effect by restoring oil sales, not by money")]
    weight: Annotated[float, Number("share", 0, 1, "weight in the support index")]
    need: Annotated[float, Number("share", 0, 1, "how much the client needs it")]
    request: Annotated[float, Number("share", 0, 1, "what a client asks for at a new high of pressure")]


class PatronTraits(NamedTuple):
    """A patron's numbers (`patrons.<name>.`)."""

    risk_tolerance: Annotated[float, Number("utility", 0.05, 20, "loss that a fair gamble with it may hold")]
    stake: Annotated[float, Number("index", 0, 20, "worth of the client's survival")]
    payment_weight: Annotated[float, Number("index", 0, 20, "worth of what the client pays")]
    prestige: Annotated[float, Number("index", 0, 20, "worth of being seen to stand by a client")]
    audience_cost: Annotated[float, Number("index", 0, 20, "cost of being seen to back down")]
    exposure: Annotated[float, Number("share", 0, 1, "share of its business that the coercer can hurt")]
    bargain: Annotated[float, Number("utility", 0, 20, "worth of its bargain with the coercer")]
    refusal: Annotated[float, Number("index", 0, 20, "cost of leaving a request unanswered")]
    capacity: Annotated[float, Number("USD bn a year", 0.001, 1000, "peacetime budget for support")]
    war_drain: Annotated[float, Number("share", 0, 0.995, "share of that budget which its own war takes")]
    own_crisis: Annotated[float, Number("share", 0, 0.95, "standing domestic crisis")]
    rationality: Annotated[float, Number("per utility", 0, 1000, "precision of its choice")]
    review_rate: Annotated[float, Number("per year", 0, 400, "reviews of its posture when nothing happens")]
    trust: Annotated[float, Number("share", 0, 1, "trust that the coercer keeps a deal")]
    threat: Annotated[float, Number("share", 0, 1, "threat to its firms at the opening")]
    threat_weight: Annotated[float, Number("share", 0, 1, "how much the coercer aims at its firms")]
    visibility_weight: Annotated[float, Number("share", 0, 1, "how much its support counts with the coercer")]
    outstanding: Annotated[float, Number("USD bn", 0, 1000, "debts and assets in the client at the opening")]
    repayment_rate: Annotated[float, Number("per year", 0, 12, "share of them repaid by a fully solvent client")]
    leader_rate: Annotated[float, Number("per year", 0, 12, "changes of leader")]
    crisis_rate: Annotated[float, Number("per year", 0, 12, "onsets of a domestic crisis")]
    crisis_size: Annotated[float, Number("share", 0, 0.95, "largest such crisis")]
    crisis_duration: Annotated[float, Number("years", 0.01, 50, "time over which it fades")]


class PairTraits(NamedTuple):
    """A patron's numbers on one channel (`patrons.<name>.channels.<channel>.`)."""

    opening: Annotated[float, Number("level", 0, 3, "level at the opening, the reference posture")]
    feasible: Annotated[float, Number("level", 0, 3, "highest level within its reach")]
    cost: Annotated[float, Number("USD bn a year", 0, 1000, "cost of level 3")]
    shielded: Annotated[float, Number("share", 0, 1, "share carried by agents out of reach at the opening")]
    request: Annotated[float, Number("share", 0, 1, "size of a request that is open at the opening")]


class Pressure(NamedTuple):
    """What goes with one rung of the ladder (`ladder.`), a row for each rung 0-10."""

    presence: Annotated[float, Number("share", 0, 1, "military presence")]
    threat: Annotated[float, Number("share", 0, 1, "standing threat to patrons' firms")]
    interdiction: Annotated[float, Number("share", 0, 1, "share of cargo stopped when the rung is held or scripted")]


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
