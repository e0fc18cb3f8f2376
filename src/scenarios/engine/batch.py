"""The fast engine: the order of the turns as a loop over arrays, one run at a time.

It decides nothing: every decision is a rule of the rule book, called here on sheets read from rows. The same order in
the words of agents is `scenarios.engine.agents`; the two agree to the last bit. Working memory comes from outside, so
that a run allocates nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from scenarios.draws import draw
from scenarios.engine.batch_delivery import deliver, leave_counts, take_stock
from scenarios.engine.batch_opening import no_backing, open_choices, open_patrons, opening_backing
from scenarios.engine.batch_review import hear_requests, is_there, review_posture, send_home, settle
from scenarios.engine.compiler import compiled, is_interpreted
from scenarios.engine.desk import BLUFFED, FOLLOWED, LAPSED, MET, MOVES, STOPPED, Desk, turn_the_page
from scenarios.engine.notes import CLIENT, CLIENT_END, note, note_coercer, note_due, note_turn, relabel
from scenarios.engine.numbers import rule_of_run, set_numbers
from scenarios.engine.records import Records, close_patron, close_run, keep_path, path_at
from scenarios.engine.sheets import (
    INPUTS_WIDTH,
    PATRON_INPUTS_WIDTH,
    PATRON_TRAITS_WIDTH,
    PATRON_WIDTH,
    PRESSURE_WIDTH,
    TRACK_WIDTH,
    pick_client_traits,
    pick_coercer_traits,
    pick_inputs,
    pick_model,
    pick_patron,
    pick_patron_inputs,
    pick_patron_traits,
    pick_pressure,
    pick_track,
    put_patron,
)
from scenarios.rulebook.coercer import mode_in_force
from scenarios.rulebook.conditions import Backing, Client, Coercer, News, Pace
from scenarios.rulebook.notice import as_expelled, has_due, is_expelled
from scenarios.rulebook.opening import opening_client, opening_coercer, pace_of
from scenarios.rulebook.reviewing import reviews
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import CoercerTraits, ModelTraits
from scenarios.rulebook.turns import (
    HOLDS,
    client_fate,
    client_turn,
    coercer_moves,
    coercer_turn,
    patron_due,
    patron_turn,
)
from scenarios.scenario.arrays import Plan
from scenarios.vocabulary import Use

BY_COERCER, BY_CLIENT, BY_PATRON = int(Use.COERCER), int(Use.CLIENT), int(Use.PATRON)
BY_LEADER, BY_CRISIS = int(Use.LEADER), int(Use.CRISIS)


@rule
def patron_step(
    plan: Plan,
    desk: Desk,
    records: Records,
    model: ModelTraits,
    coercer_traits: CoercerTraits,
    coercer: Coercer,
    client: Client,
    is_new_high: bool,
    mode: int,
    pace: Pace,
    backing: Backing,
    decision_rule: int,
    seed: int,
    run: int,
    step: int,
    p: int,
    kept: int,
) -> Backing:
    """One patron's step: what falls due, what it hears, whether it reviews, what it delivers."""
    t = step * plan.dt
    traits = pick_patron_traits(desk.numbers, plan.at_patrons + p * PATRON_TRAITS_WIDTH)
    client_traits = pick_client_traits(desk.numbers, plan.at_client)
    inputs = pick_patron_inputs(plan.patron_inputs, (step * plan.n_patrons + p) * PATRON_INPUTS_WIDTH)
    pressure = pick_pressure(desk.numbers, plan.at_ladder + int(coercer.rung) * PRESSURE_WIDTH)
    patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
    u_review, u_offer, u_threat, u_expulsion = draw(seed, run, step, plan.patron_keys[p], BY_PATRON)
    if has_due(patron, t):
        a, b, c, d = draw(seed, run, step, plan.patron_keys[p], BY_LEADER)
        e, f, g, _ = draw(seed, run, step, plan.patron_keys[p], BY_CRISIS)
        through = coercer_traits.follow_through
        due = patron_due(model, traits, patron, through, t, a, b, c, d, e, f, g)
        note_due(records, run, step, p, patron, due, coercer.rung, g < through, t)
        if patron.threat.due_at <= t:
            desk.news_now[FOLLOWED] += 1.0 if g < through else 0.0
            desk.news_now[BLUFFED] += 0.0 if g < through else 1.0
        patron = due
    made = 0.0
    if is_new_high:
        made = hear_requests(plan, desk, records, model, coercer, client, patron, run, step, p)
    is_called = made > 0.0 or desk.news[MOVES] - desk.moved[p] > 0.0
    news = News(desk.news[FOLLOWED], desk.news[BLUFFED], desk.news[MET], desk.news[LAPSED])
    turned = patron_turn(
        mode,
        model,
        traits,
        coercer_traits,
        patron,
        inputs,
        coercer,
        client,
        pressure,
        news,
        is_called,
        plan.freezes,
        pace,
        t,
        u_offer,
        u_threat,
    )
    note_turn(records, run, step, p, patron, turned, coercer.rung)
    patron = turned
    desk.moved[p] = 0.0
    if is_expelled(client_traits, client, patron, coercer.rung, plan.dt, u_expulsion) and is_there(plan, desk, p):
        send_home(plan, desk, records, run, step, p, coercer.rung)
        patron = as_expelled(patron)
    if reviews(patron.watch.alert, desk.calm[p], pace, u_review):
        if patron.deal.offer > 0.0:
            patron = settle(plan, desk, records, model, traits, inputs, coercer, client, patron, seed, run, step, p)
        patron = review_posture(
            plan,
            desk,
            records,
            model,
            coercer_traits,
            traits,
            inputs,
            coercer,
            client,
            patron,
            decision_rule,
            seed,
            run,
            step,
            p,
        )
    patron, backing, posture = deliver(
        plan, desk, records, model.elusive, traits, coercer, client, patron, pace, backing, seed, run, step, p, kept
    )
    desk.news_now[MOVES] += desk.moved[p]
    put_patron(desk.patrons, p * PATRON_WIDTH, patron)
    take_stock(plan, desk, records, posture, coercer.rung, made, patron.conduct.met, run, step, p)
    if kept >= 0:
        at = path_at(plan, kept, step, p)
        keep_path(records, at, coercer, client, patron, posture, traits.capacity, model.price_elasticity)
    return backing


@rule
def play(
    plan: Plan, desk: Desk, records: Records, seed: int, point: int, given: int, run: int, row: int, kept: int
) -> None:
    """One run from the opening to the client's end or the horizon.

    Parameters
    ----------
    point, run : int
        Addresses of the draws of numbers and of luck.
    given : int
        Row of the numbers given, if any are.
    row : int
        Row of the records.
    kept : int
        Row of the paths, -1 if the run is not kept in full.
    """
    set_numbers(plan, desk.numbers, records.drawn, seed, point, given, row)
    decision_rule = rule_of_run(plan, seed, point)
    model = pick_model(desk.numbers, 0)
    coercer_traits = pick_coercer_traits(desk.numbers, plan.at_coercer)
    client_traits = pick_client_traits(desk.numbers, plan.at_client)
    pace = pace_of(model, coercer_traits, client_traits, plan.dt)
    inputs = pick_inputs(plan.inputs, 0)
    coercer = opening_coercer(coercer_traits, inputs)
    client = opening_client(client_traits, coercer.rung, coercer.interdiction, inputs)
    turn_the_page(plan, desk)
    turn_the_page(plan, desk)
    open_patrons(plan, desk, model, seed, run)
    open_choices(plan, desk, model, coercer_traits, coercer, client, decision_rule, seed, run)
    backing = opening_backing(plan, desk, records, coercer, client, kept)
    fate, last, interdicted_at = HOLDS, plan.steps, -1.0
    frozen = plan.freezes.pressure
    for step in range(1, plan.steps + 1):
        inputs = pick_inputs(plan.inputs, step * INPUTS_WIDTH)
        u_rise, u_fall, u_start, u_end = draw(seed, run, step, plan.coercer_key, BY_COERCER)
        mode = mode_in_force(plan.mode, inputs.rung)
        rung = coercer_moves(mode, coercer_traits, coercer, backing, inputs, frozen, plan.dt, u_rise, u_fall)
        pressure = pick_pressure(desk.numbers, plan.at_ladder + int(rung) * PRESSURE_WIDTH)
        before = coercer
        coercer = coercer_turn(mode, coercer_traits, before, rung, pressure, inputs, frozen, pace, u_start, u_end)
        note_coercer(records, run, step, before, coercer)
        u_noise, u_removal, u_collapse, u_concession = draw(seed, run, step, plan.client_key, BY_CLIENT)
        high = client.high_rung
        client = client_turn(client_traits, client, coercer, backing, inputs, plan.freezes.solvency, pace, u_noise)
        fate = client_fate(
            client_traits, coercer_traits, client, coercer.rung, plan.dt, u_removal, u_collapse, u_concession
        )
        if fate != HOLDS:
            note(records, run, step, CLIENT, CLIENT_END, -1.0, 0.0, fate, coercer.rung, -1.0)
            leave_counts(plan, desk, records, step)
            last = step
            break
        is_new_high = client.high_rung > high
        backing = no_backing()
        for p in range(plan.n_patrons):
            backing = patron_step(
                plan,
                desk,
                records,
                model,
                coercer_traits,
                coercer,
                client,
                is_new_high,
                mode,
                pace,
                backing,
                decision_rule,
                seed,
                run,
                step,
                p,
                kept,
            )
        turn_the_page(plan, desk)
        if interdicted_at < 0.0 and desk.news[STOPPED] > 0.0:
            interdicted_at = float(step)
    high = client.high_rung
    close_run(records, row, fate, float(last), high, coercer.rung, interdicted_at, float(decision_rule))
    for p in range(plan.n_patrons):
        track = pick_track(desk.tracks, p * TRACK_WIDTH)
        patron = pick_patron(desk.patrons, p * PATRON_WIDTH)
        close_patron(plan, records, row, p, track, patron, fate != HOLDS, desk.plausible[p])


def play_chunk(
    plan: Plan, desk: Desk, records: Records, seed: int, first: int, last: int, per_point: int, sample: int
) -> None:
    """Runs `first` to `last` - 1; the first `sample` runs of all are kept in full.

    Parameters
    ----------
    per_point : int
        Runs in each draw of the uncertain numbers, or in each point for which numbers are given.

    Notes
    -----
    Where numbers are given, the points are matched: run r of each has the luck and the other numbers of run r.
    """
    for run in range(first, last):
        kept = run - first if run < sample else -1
        before = records.n_events[0]
        if len(plan.given_spot) > 0:
            matched = run % per_point
            play(plan, desk, records, seed, matched, run // per_point, matched, run - first, kept)
            relabel(records, before, run)
        else:
            play(plan, desk, records, seed, run // per_point, 0, run, run - first, kept)


def machine_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code, or as it stands if the user wants plain Python."""
    return play_chunk if is_interpreted() else compiled_loop()


@cache
def compiled_loop() -> Callable[..., Any]:
    """`play_chunk` as machine code; compiled at the first call on a machine, or read from the cache."""
    return compiled([play_chunk])[0]
