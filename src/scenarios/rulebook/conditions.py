"""The sheets of conditions: what changes during a run, and what one rule hands to the next."""

from typing import NamedTuple

from scenarios.rulebook.traits import ChannelTraits, ClientTraits, CoercerTraits, ModelTraits, PairTraits, Pressure

NEVER = 1.0e9  # years
Block = tuple[float, float, float, float]  # of luck, from one address


class Coercer(NamedTuple):
    """The coercer's condition."""

    rung: float  # 0-10
    presence: float  # share
    interdiction: float  # share
    fatigue: float  # index; cost tolerance used so far
    move: float  # -1, 0 or 1: what it did this step


class Client(NamedTuple):
    """The client's condition."""

    solvency: float  # share
    hold: float  # share
    goods: float  # share of what a buyer wants that it can have
    exports: float  # mb/d
    revenue: float  # USD bn a year
    high_rung: float  # highest rung met so far
    fate: float  # Fate


class Purse(NamedTuple):
    """A patron's means."""

    money: float  # USD bn
    outstanding: float  # USD bn; debts and assets in the client


class Threat(NamedTuple):
    """The coercer's threat to a patron's firms."""

    height: float  # share
    seen: float  # share; at the patron's last alert
    due_at: float  # years; when a direct threat falls due, NEVER if none


class Watch(NamedTuple):
    """How awake a patron is."""

    alert: float  # Alert
    purse_low: float  # flag
    hold_low: float  # flag


class Leader(NamedTuple):
    """The weights of a patron's leader, and of the one before."""

    next_at: float  # years; next change
    changed_at: float  # years; last change, -1 if none
    stake: float  # factor
    prestige: float  # factor
    bargain: float  # factor
    stake_before: float  # factor
    prestige_before: float  # factor
    bargain_before: float  # factor


class Crisis(NamedTuple):
    """A passing domestic crisis, on top of the standing one."""

    depth: float  # share
    next_at: float  # years; next onset


class Deal(NamedTuple):
    """What coercer and patron have settled, or might."""

    offer: float  # utility; worth of an offer on the table, 0 if none
    worth: float  # utility; worth of the deal in force, 0 if none
    ends_at: float  # years
    first_at: float  # years; first deal of the run, NEVER if none


class Beliefs(NamedTuple):
    """Remembered events; the mean of two counts is a belief."""

    followed: float  # threats that the coercer carried out
    bluffed: float  # threats that it did not
    helped: float  # times that co-patrons helped
    stood_by: float  # times that they stood by


class Conduct(NamedTuple):
    """What a patron did last step, and whether it is still welcome."""

    expelled: float  # flag
    provoking: float  # share; provocation of what it gave
    met: float  # requests that it met
    lapsed: float  # requests that it let lapse


class Patron(NamedTuple):
    """A patron's condition."""

    purse: Purse
    threat: Threat
    watch: Watch
    leader: Leader
    crisis: Crisis
    deal: Deal
    beliefs: Beliefs
    conduct: Conduct


class Luck(NamedTuple):
    """The held number of a channel, now and when its level was chosen."""

    number: float  # 0-1, counted from the top; negative: from the bottom
    number_then: float  # the same when the level was chosen
    redraw_at: float  # years; when it is next drawn afresh
    chosen_at: float  # years; when the level was chosen


class Request(NamedTuple):
    """What the client has asked for on a channel."""

    force: float  # share; fades
    asked: float  # level asked for, 0 if no window is open
    asked_by: float  # years; when the window closes
    settled: float  # 1 met, -1 lapsed this step, else 0


class Pair(NamedTuple):
    """The condition of one channel of one patron."""

    level: float  # intended, 0-3
    sent: float  # 0-3; out of the pipeline, before ships or an empty purse stop it
    delivered: float  # 0-3
    shielded: float  # share
    luck: Luck
    request: Request


class Terms(NamedTuple):
    """The named parts of the utility of one channel, as coefficients of u = level / 3."""

    survival: float
    in_time: float  # chance that what is not yet in place comes in time
    in_place: float  # root of the share that is in place
    payment: float
    prestige: float
    refusal: float
    company: float
    crisis: float  # the patron's own crisis, 0-1
    cost: float
    bargain_chance: float
    bargain_loss: float
    deal: float
    sanction_chance: float
    sanction_loss: float
    clash_chance: float
    audience: float


class Backing(NamedTuple):
    """What coercer and client see of all patrons together."""

    visible: float  # share
    clash: float  # share; the most exposed support offered
    hold: float  # units of hold effect delivered
    trade: float  # 0-1; oil channel that restores sales
    money: float  # units of solvency effect delivered as money


class News(NamedTuple):
    """What happened last step and every patron learns from."""

    followed: float  # threats carried out
    bluffed: float  # threats that came to nothing
    met: float  # requests met
    lapsed: float  # requests that lapsed


class Inputs(NamedTuple):
    """The scenario's paths at one step that are not a patron's: factors on traits, or scripted pressure."""

    rung: float  # scripted rung, -1 if none
    presence: float  # scripted presence, -1 if none
    interdiction: float  # scripted interdiction, -1 if none
    oil_output: float  # factor
    oil_price: float  # factor


class PatronInputs(NamedTuple):
    """The scenario's paths at one step for one patron: factors on its traits, or a scripted threat."""

    war_drain: float  # factor
    own_crisis: float  # factor
    bargain: float  # factor
    threat: float  # scripted threat, -1 if none


class Switches(NamedTuple):
    """What the scenario does with each term: `vocabulary.Switch` as a number, in the order of `vocabulary.Term`."""

    survival: float
    payment: float
    prestige: float
    refusal: float
    company: float
    own_crisis: float
    material_cost: float
    bargain: float
    deal: float
    secondary_sanctions: float
    entrapment: float
    backing_down: float


class Chooser(NamedTuple):
    """All that a decision rule needs besides the terms."""

    rule: float  # DecisionRule
    rationality: float  # per utility
    tolerance: float  # utility; risk tolerance
    feasible: float  # level
    now: float  # level held
    others: float  # share; mean of the others' u
    visibility: float  # share, of the channel
    loss_aversion: float
    aspiration: float
    hysteresis: float
    domestic_floor: float
    anticipation: float  # probability of one more rung
    support_sensitivity: float  # of the coercer


class Pace(NamedTuple):
    """What one step means: chances and shares that are the same in every step of a run."""

    dt: float  # years
    root_dt: float  # root of years
    alerted: float  # chance of a review
    threatened: float  # chance of a review
    solvency: float  # share of the way to the target
    hold: float  # share of the way to the target
    deployment: float  # share of the way to what the rung asks for
    threat_kept: float  # share of the distance left
    belief_kept: float  # share
    request_kept: float  # share
    shield_growth: float  # share of the way
    shield_decay: float  # share of the way


class Freezes(NamedTuple):
    """Inputs that the scenario holds at their opening values [flags], in the order of `vocabulary.Freeze`."""

    pressure: float
    solvency: float
    war: float
    crisis: float


class Review(NamedTuple):
    """What one review of one channel decided."""

    number: float  # the held number
    redraw_at: float  # years
    level: float  # the new level
    target: float  # level
    reason: float  # Reason; -1 if the level stays


class Chances(NamedTuple):
    """Probabilities of the four levels."""

    none: float
    low: float
    middle: float
    high: float


class Values(NamedTuple):
    """Worth of the four levels [utility]."""

    none: float
    low: float
    middle: float
    high: float


class Frame(NamedTuple):
    """What is the same for everybody in every step of a run."""

    model: ModelTraits
    coercer: CoercerTraits
    client: ClientTraits
    pace: Pace
    freezes: Freezes


class Moment(NamedTuple):
    """What every patron sees of a step."""

    step: int
    t: float  # years
    mode: int  # how the coercer moves in this step
    coercer: Coercer
    client: Client
    pressure: Pressure  # what goes with the rung in force
    news: News  # of the last step
    is_new_high: bool  # of the rung, so that the client asks for help


class Link(NamedTuple):
    """One channel between a patron and the client."""

    channel: ChannelTraits
    reach: PairTraits
    pair: Pair
    need: float  # factor; the client's need of this patron here, in units of the opening of the present
    company: float  # share; mean of the other patrons' levels as of the last step, over 3


class View(NamedTuple):
    """How a patron sees one channel when it chooses."""

    now: Terms
    above: Terms  # one rung higher; as now unless the decision rule looks ahead
    chooser: Chooser
