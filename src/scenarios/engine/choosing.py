"""How does a patron look at one channel? What its levels are worth, and who chooses: at the opening and at a review."""

from scenarios.engine import records, sheets
from scenarios.engine.sheets import World
from scenarios.rulebook import budget, choice, reviewing, utility
from scenarios.rulebook.conditions import Beside, Chooser, Moment, Outlook, Patron, Worth
from scenarios.rulebook.rule import large_rule


def is_chosen(world: World, p: int, c: int) -> bool:
    """Whether a patron decides on a channel: material, and within its reach."""
    return sheets.channel_at(world, c).material > 0.5 and sheets.feasible_at(world, p, c) >= 1.0


@large_rule
def lay_bills(world: World, p: int) -> None:
    """Works out what every level of a patron's channels costs, under the numbers in force."""
    for c in range(world.plan.shape.n_channels):
        for level in range(records.N_LEVELS):
            bill = budget.bill_at_opening(sheets.channel_at(world, c), sheets.reach_at(world, p, c), float(level))
            world.desk.bills[sheets.spot(world, p, c) * records.N_LEVELS + level] = bill


def bill_at(world: World, drain: float, p: int, c: int, level: float) -> float:
    """What a level of a patron's channel costs [USD bn a year]."""
    at_opening = world.desk.bills[sheets.spot(world, p, c) * records.N_LEVELS + int(level)]
    return at_opening * budget.dearer(sheets.channel_at(world, c), drain, world.desk.drains[p])


def spent_by(world: World, drain: float, p: int) -> float:
    """What a patron's whole posture costs [USD bn a year]."""
    spent = 0.0
    for c in range(world.plan.shape.n_channels):
        spent += bill_at(world, drain, p, c, sheets.pair_at(world, p, c).level)
    return spent


@large_rule
def outlook_at(world: World, moment: Moment, patron: Patron, p: int) -> Outlook:
    """What a patron sees on every channel alike in a step."""
    traits, inputs = sheets.traits_of(world, p), sheets.patron_inputs(world, moment.step, p)
    bargain, drain = utility.bargain_now(traits, inputs), budget.drain_now(traits, inputs)
    return utility.outlook_of(world.frame.model, traits, moment.coercer, moment.client, patron, bargain, drain)


@large_rule
def beside_of(world: World, outlook: Outlook, p: int, c: int) -> Beside:
    """What a patron's other channels risk and cost, each at its present level."""
    beside = utility.NOTHING_BESIDE
    for k in range(world.plan.shape.n_channels):
        if k != c:
            pair = sheets.pair_at(world, p, k)
            spent = bill_at(world, outlook.drain, p, k, pair.level)
            beside = utility.with_beside(beside, sheets.channel_at(world, k), outlook, pair, spent)
    return beside


@large_rule
def worth_at(world: World, outlook: Outlook, step: int, p: int, c: int) -> Worth:
    """What the levels of a patron's channel are worth under an outlook."""
    drain = outlook.drain
    bills = (bill_at(world, drain, p, c, 1.0), bill_at(world, drain, p, c, 2.0), bill_at(world, drain, p, c, 3.0))
    beside, need = beside_of(world, outlook, p, c), sheets.need_at(world, step, p, c)
    return utility.worth_of(
        sheets.channel_at(world, c), outlook, beside, sheets.pair_at(world, p, c).shielded, need, bills
    )


def company(world: World, p: int) -> float:
    """Mean over the other patrons of what they gave last step of what they gave at the opening, at most 1 [share]."""
    total, others = 0.0, 0
    for q in range(world.plan.shape.n_patrons):
        if q != p:
            given, opening = world.desk.given[q], world.desk.given_at_opening[q]
            total += given / opening if given < opening else 1.0
            others += 1
    return total / others if others > 0 else 1.0


def commitment_at(world: World, patron: Patron, step: int, p: int) -> float:
    """Pull of a patron's home posture now [log-odds a level]."""
    traits = sheets.traits_of(world, p)
    crisis = budget.crisis_now(traits, sheets.patron_inputs(world, step, p), patron.crisis.depth)
    switch, frozen = world.plan.switches.commitment, world.desk.commitments[p]
    return choice.commitment_of(world.frame.model, traits.stake, crisis, company(world, p), switch, frozen)


def commitment_at_opening(world: World, p: int) -> float:
    """Pull of a patron's home posture as the run opens, nobody having left [log-odds a level]."""
    traits = sheets.traits_of(world, p)
    crisis = budget.crisis_now(traits, sheets.patron_inputs(world, 0, p), 0.0)
    return choice.commitment_of(world.frame.model, traits.stake, crisis, 1.0, choice.ON, 0.0)


def chooser_at(world: World, commitment: float, p: int, c: int) -> Chooser:
    """Who chooses the level of a patron's channel."""
    pair, feasible = sheets.pair_at(world, p, c), sheets.feasible_at(world, p, c)
    return reviewing.chooser_of(world.rule, world.frame.model, sheets.channel_at(world, c), pair, commitment, feasible)
