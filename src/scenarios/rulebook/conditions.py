"""The sheets of conditions: what changes during a run, and what one rule hands to the next."""

from typing import NamedTuple

from scenarios.rulebook.traits import ClientTraits, CoercerTraits, ModelTraits, Pressure

NEVER = 1.0e9  # years
Block = tuple[float, float, float, float]  # of luck, from one address


class Coercer(NamedTuple):
    """The coercer's condition."""

    rung: float  # 0-10
    presence: float  # share
    interdiction: float  # share of cargo within reach that does not get past the ships
    move: float  # rungs that it moved in this step
    calm: float  # years since the last rise or failed attempt on the leader
    seizing: float  # flag; ships are being seized
    risk: float  # probability that a voyage ends in a seizure
    fear: float  # probability; what shipowners believe of that risk
    attempted: float  # flag; it has tried for the client's leader in this step
    captured: float  # flag; the client's leader has been taken


class Client(NamedTuple):
    """The client's condition."""

    solvency: float  # share
    hold: float  # share
    goods: float  # share of what a buyer wants that it can have
    exports: float  # mb/d
    revenue: float  # USD bn a year
    habit: float  # log of USD bn a year; the revenue that people are used to
    unrest: float  # log; the shortfall that people feel
    high_rung: float  # highest rung met so far
    lack: float  # share of its oil exports of 2025 that does not arrive
    fate: float  # Fate


class Opening(NamedTuple):
    """What a run is measured against; computed from the opening numbers, fixed for the run."""

    rung: float  # rung
    threat: float  # share; of the ladder at that rung
    visible: float  # share; visible material support
    hold: float  # units of hold effect delivered
    supply: float  # mb/d; oil exports that would arrive were no ship stopped


class Threat(NamedTuple):
    """The coercer's threat to a patron's firms."""

    height: float  # share
    seen: float  # share; at the patron's last alert
    due_at: float  # years; when a direct threat falls due, NEVER if none


class Watch(NamedTuple):
    """How awake a patron is, and what it knew when it was last alerted."""

    alert: float  # Alert
    budget_seen: float  # USD bn a year
    bargain_seen: float  # utility


class Crisis(NamedTuple):
    """A passing domestic crisis, on top of the standing one."""

    depth: float  # share
    next_at: float  # years; next onset


class Patron(NamedTuple):
    """A patron's condition."""

    savings: float  # USD bn
    budget: float  # USD bn a year; what it is willing and able to spend now
    threat: Threat
    watch: Watch
    crisis: Crisis


class Luck(NamedTuple):
    """The held number of a channel."""

    number: float  # 0-1, counted from the highest level down
    redraw_at: float  # years; when it is next drawn afresh
    changed_at: float  # years; when the level last changed


class Request(NamedTuple):
    """What the client has asked for on a channel."""

    asked: float  # level asked for, 0 if no window is open
    asked_by: float  # years; when the window closes
    settled: float  # 1 met, -1 lapsed this step, else 0


class Pair(NamedTuple):
    """The condition of one channel of one patron."""

    level: float  # intended, 0-3
    home: float  # 0-3; the posture that it is used to
    sent: float  # 0-3; out of the pipeline, before ships stop it
    delivered: float  # 0-3
    shielded: float  # share
    luck: Luck
    request: Request


class Terms(NamedTuple):
    """The named parts of the worth of one level against giving nothing [utility]; costs are negative."""

    payment: float
    bargain: float
    secondary_sanctions: float
    entrapment: float
    material_cost: float


class Worth(NamedTuple):
    """The terms of the three levels above nothing, of one channel."""

    low: Terms
    middle: Terms
    high: Terms


class Fear(NamedTuple):
    """What a patron fears to lose, and how heavily that weighs with one of its risk tolerance."""

    loss: float  # utility
    weight: float  # loss over risk tolerance, capped
    growth: float  # e^weight - 1


class Outlook(NamedTuple):
    """All that is the same on every channel when a patron weighs its posture."""

    bargain: Fear
    business: Fear
    peace: Fear
    provoked: float  # probability that full provocation costs the bargain
    threat: float  # share; threat to its firms
    clash: float  # probability of a clash for what is fully exposed
    payment_weight: float  # index
    credit: float  # share of what is paid later on which it counts
    goods: float  # share of what it wants that the client can pay with now
    budget: float  # USD bn a year
    thrift: float  # utility of spending all of it
    drain: float  # share that its own war takes


class Beside(NamedTuple):
    """What the patron's other channels risk and cost, each at its present level."""

    bargain_kept: float  # probability that none of them costs the bargain
    business_kept: float  # probability that none of them brings sanctions
    peace_kept: float  # probability that none of them leads to a clash
    spent: float  # USD bn a year


class Backing(NamedTuple):
    """What coercer and client see of all patrons together."""

    visible: float  # share; of material support
    hold: float  # units of hold effect delivered
    trade: float  # 0-1; oil channel that restores sales
    money: float  # units of solvency effect delivered as money


class Inputs(NamedTuple):
    """The scenario's paths at one step that are not a patron's: factors on traits, or scripted pressure."""

    rung: float  # scripted rung, -1 if none
    presence: float  # scripted presence, -1 if none
    interdiction: float  # scripted interdiction, -1 if none
    oil_output: float  # factor
    oil_price: float  # factor
    ultimatum: float  # probability of one extra rise in this step


class PatronInputs(NamedTuple):
    """The scenario's paths at one step for one patron: factors on its traits, or a scripted threat."""

    war_drain: float  # factor
    own_crisis: float  # factor
    bargain: float  # factor
    threat: float  # scripted threat, -1 if none


class Switches(NamedTuple):
    """What the scenario does with each term: `vocabulary.Switch` as a number, in the order of `vocabulary.Term`."""

    payment: float
    bargain: float
    secondary_sanctions: float
    entrapment: float
    material_cost: float
    commitment: float
    words: float


class Chooser(NamedTuple):
    """All that a decision rule needs besides what the levels are worth."""

    rule: float  # DecisionRule
    precision: float  # per utility
    commitment: float  # log-odds a level away from home
    startup: float  # utility; cost of beginning, 0 where nothing is begun
    feasible: float  # level
    now: float  # level held
    home: float  # level
    loss_aversion: float
    aspiration: float  # utility


class Pace(NamedTuple):
    """What one step means: chances and shares that are the same in every step of a run."""

    dt: float  # years
    calm: float  # chance of a review
    alerted: float  # chance of a review
    threatened: float  # chance of a review
    solvency: float  # share of the way to the target
    revenue_habit: float  # share of the way
    unrest: float  # share of the way
    deployment: float  # share of the way to what the rung asks for
    fear: float  # share of the way
    threat_kept: float  # share of the distance left
    shield_growth: float  # share of the way
    shield_decay: float  # share of the way
    habit: float  # share of the way from home to the present posture
    words_fade: float  # chance that raised words fall


class Freezes(NamedTuple):
    """Inputs that the scenario holds at their opening values [flags], in the order of `vocabulary.Freeze`."""

    pressure: float  # step; the last in which it moves, 0 if it is held from the opening on, NEVER if it is not
    solvency: float
    war: float
    crisis: float


class Frame(NamedTuple):
    """What is the same for everybody in every step, until something is set."""

    model: ModelTraits
    coercer: CoercerTraits
    client: ClientTraits
    pace: Pace
    opening: Opening


class Moment(NamedTuple):
    """What every patron sees of a step."""

    step: int
    t: float  # years
    mode: int  # how the coercer moves in this step
    coercer: Coercer
    client: Client
    pressure: Pressure  # what goes with the rung in force
    is_new_high: bool  # of the rung, so that the client asks for help


class Review(NamedTuple):
    """What one review of one channel decided."""

    number: float  # the held number
    redraw_at: float  # years
    level: float  # the new level
    target: float  # level


class Chances(NamedTuple):
    """Probabilities of the four levels."""

    none: float
    low: float
    middle: float
    high: float


class Values(NamedTuple):
    """Worth of the four levels [utility, or log-odds]."""

    none: float
    low: float
    middle: float
    high: float


class Interval(NamedTuple):
    """Held numbers that fall on one level: part of 0-1, counted from the highest level down."""

    low: float
    high: float
