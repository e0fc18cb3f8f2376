"""Which names of the first edition are gone, what took their place, and which are other names of the same number?"""

import sys
from functools import cache
from multiprocessing import parent_process
from typing import Any

Table = dict[str, Any]
EVENTS_NOW = "requests move no utility any more: they are events with answers"
BELIEFS = "beliefs no longer learn. Set model.belief_in_strikes, in which the precedent of 2025 counts"
DEALS = "deals are gone: they cut nothing in a third of the cases, and history fits better without them"
FATIGUE = "the coercer tires no more. Set coercer.easing_rate, and coercer.strikes_end"
RISES = "rises now come in bursts. Set coercer.rise_rate, and coercer.memory"
SHIPS = "set coercer.seizure_rate: how soon ships are seized at rung 8; and coercer.seizure_fear"
CAPTURE = "rung 10 is the capture of the leader. Set coercer.capture_chance"
HOLD = "the hold of the opening is client.hold; what moves it are hold_revenue, hold_support and hold_pressure"
ENDS = "set client.end_rate, or client.hold"
CONCEDES = "set client.concession_share, and client.exit_share"
SHOWS = "words and shows of force go by rule. Set model.words_rise, or model.show_chance"
COMPANY = "what the other patrons do loosens or ties commitment. Set model.commitment_by_stake"
BUDGET = "money is a support budget. Set support_budget, or model.thrift: the utility of spending all of it"
LOANS = "old loans are part of a channel's bill. Set the cost of the finance channel"
LEADERS = "changes of leader are gone: they moved nothing that history shows"
SURVIVAL = "the client's survival moves no utility of its own. Set the patron's stake: it ties commitment"
RULES = "its decision rule is gone: rules explain next to nothing of the variance"
REVIEWS = "reviews are the same for all patrons. Set model.review_rate"
GONE = {
    "capacity": "the peacetime budget of the first edition, some 33 times the support budget, lives in a history alone "
    "(peacetime_budget). Set support_budget: what the patron is willing and able to spend on this client now",
    "rationality": "one precision for all took its place. Set model.precision",
    "support_sensitivity": "set coercer.isolation_sensitivity: how much lost support invites a rise",
    "clash_sensitivity": "a likely clash deters the coercer no more; it deters patrons. Set model.clash_probability",
    "audience_cost": "commitment by stake took its place. Set model.commitment_by_stake, or the patron's stake",
    "trust": "the chance that a bargain is lost follows from provocation and rung. Set model.bargain_floor",
    "interdiction": "a rung now has a risk of seizure. Set ladder.RUNG.seizure, or coercer.seizure_fear",
    **dict.fromkeys(("refusal", "request_fade"), EVENTS_NOW),
    **dict.fromkeys(("belief_kept", "followed", "bluffed", "helped", "stood_by", "precedent", "bluff_weight"), BELIEFS),
    **dict.fromkeys(("deal_rate", "deal_worth", "deal_duration"), DEALS),
    **dict.fromkeys(
        ("fatigue_sensitivity", "fatigue_growth", "fatigue_decay", "fatigue_rung", "cost_tolerance", "resolve"), FATIGUE
    ),
    **dict.fromkeys(("escalation_rate", "ramp_rate", "ramp_top", "support_reference"), RISES),
    **dict.fromkeys(("interdiction_rung", "interdiction_rate", "interdiction_end", "interdiction_strength"), SHIPS),
    **dict.fromkeys(("removal_rate", "removal_rung"), CAPTURE),
    **dict.fromkeys(("hold_base", "hold_solvency", "hold_blockade", "hold_speed", "hold_noise"), HOLD),
    **dict.fromkeys(("collapse_rate", "collapse_threshold", "collapse_width"), ENDS),
    **dict.fromkeys(("concession_rate", "concession_threshold", "concession_width"), CONCEDES),
    **dict.fromkeys(("prestige", "prestige_base", "rung_slope", "presence_effect", "backing_down"), SHOWS),
    **dict.fromkeys(("company", "expulsion_rate"), COMPANY),
    **dict.fromkeys(("cost_scale", "price_elasticity", "war_price"), BUDGET),
    **dict.fromkeys(("outstanding", "repayment_rate", "recovery"), LOANS),
    **dict.fromkeys(("leader_rate", "leader_spread"), LEADERS),
    **dict.fromkeys(("outlive", "survival"), SURVIVAL),
    **dict.fromkeys(
        ("anticipation", "hysteresis", "domestic_floor", "strategic_quantal", "poliheuristic", "imitation"), RULES
    ),
    "own_crisis": "a crisis lowers budget and commitment, and is no term. Set the number own_crisis of the patron",
    "deal": DEALS,
    "review_rate": REVIEWS,
}
# sheet -> old name of a number -> its name now; the same number in the same unit
ALIASES = {"channels": {"clash": "exposed"}}


def why_gone(path: str) -> str:
    """Where a number, a term or a rule of the first edition went; empty if it never was one.

    Examples
    --------
    >>> why_gone("patrons.china.trust")[:32]
    'is gone with the first edition: '
    >>> why_gone("client.hold")
    ''
    """
    field = path.rpartition(".")[2]
    return f"is gone with the first edition: {GONE[field]}." if field in GONE else ""


def name_now(path: str) -> str:
    """A dotted path by its name of today; says so on stderr if the old one was given.

    Examples
    --------
    >>> name_now("client.hold")
    'client.hold'
    """
    prefix, _, field = path.rpartition(".")
    field, at, day = field.partition("@")
    sheet = "" if prefix.count(".") > 1 else prefix.partition(".")[0]
    new = ALIASES.get(sheet, {}).get(field)
    if new is None:
        return path
    tell(f"{prefix}.{field}", f"{prefix}.{new}")
    return f"{prefix}.{new}{at}{day}"


def with_names_now(table: Table) -> Table:
    """A file's table with the numbers of the first edition under their names of today."""
    made = dict(table)
    for sheet, names in ALIASES.items():
        groups = made.get(sheet)
        if isinstance(groups, dict):
            made[sheet] = {name: renamed(f"{sheet}.{name}", group, names) for name, group in groups.items()}
    return made


def renamed(prefix: str, group: Any, names: dict[str, str]) -> Any:
    """One table of numbers with some of them renamed."""
    if not isinstance(group, dict) or names.keys().isdisjoint(group):
        return group
    for old in names.keys() & group.keys():
        tell(f"{prefix}.{old}", f"{prefix}.{names[old]}")
    return {names.get(field, field): entry for field, entry in group.items()}


@cache
def tell(old: str, new: str) -> None:
    """Says once that a name is an old one; the processes that work for this one say nothing."""
    if parent_process() is None:
        print(f"{old}: is called {new} now, and is understood for one release more.", file=sys.stderr)
