"""Do changes change what they say, nothing else, and only within what is allowed?"""

from dataclasses import replace
from datetime import date, datetime

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from scenarios import simulate
from scenarios.errors import ScenarioError
from scenarios.runs.replay import replay
from scenarios.scenario.arrays import path_values, step_of
from scenarios.scenario.build import as_scenario, as_table
from scenarios.scenario.check import faults_of
from scenarios.scenario.entries import parse_setting
from scenarios.scenario.load import load
from scenarios.scenario.overlay import believed, control, fixed, halve_step, with_overlay, with_values
from scenarios.scenario.scenario import Path
from written import changed, write

HOLD = {"value": 0.5, "range": [0.4, 0.7], "unit": "share", "source": "judgement"}
OPENING = "patrons.redland.channels.oil.opening"


@pytest.fixture
def small(tmp_path):
    """The small scenario with one range."""
    return load(write(tmp_path, changed("client/hold", HOLD)))


def faults(scenario, values):
    """The faults of some settings."""
    with pytest.raises(ScenarioError) as caught:
        with_values(scenario, values)
    return caught.value.faults


@pytest.mark.parametrize("value", ["0.9", 0.9])
def test_a_believed_number_drops_its_range_and_its_source(small, value):
    found = believed(small, {"client.hold": value})
    hold = found.numbers["client.hold"]
    assert (hold.value, hold.low, hold.high, hold.distribution) == (0.9, 0.9, 0.9, "fixed")
    assert (hold.source, hold.where, hold.note, hold.unit) == ("judgement", "", "set by the user", "share")
    assert found.overlays == ("--believe client.hold=0.9",)
    assert small.numbers["client.hold"].value == 0.5


@pytest.mark.parametrize("value", ["0.9", 0.9])
def test_a_set_number_keeps_its_range_and_its_source_and_is_set_beside(small, value):
    found = with_values(small, {"client.hold": value})
    assert found.numbers == small.numbers
    (setting,) = found.settings
    assert (setting.path, setting.on, setting.value, setting.is_factor) == ("client.hold", None, 0.9, False)
    assert found.overlays == ("--set client.hold=0.9",)
    assert small.settings == ()


def test_a_scenario_changes_by_a_method_of_its_own(small):
    assert small.with_values({"client.hold": 0.9}) == with_values(small, {"client.hold": 0.9})
    assert small.believed({"client.hold": 0.9}) == believed(small, {"client.hold": 0.9})


def test_switches_change_what_they_name_and_nothing_else(small):
    day = date(2031, 1, 1)
    settings = {
        "terms.bargain": "off",
        "freeze": "pressure, war",
        "coercer.mode": "ramp",
        "decision.prospect": "2",
        "step": "day",
        "steps": "400",
        "persistence_days": "30",
        "start": "2031-01-01",
    }
    found = with_values(small, settings)
    expected = replace(
        small,
        terms={**small.terms, "bargain": "off"},
        freeze=frozenset({"pressure", "war"}),
        mode="ramp",
        decision={"quantal_response": 1.0, "prospect": 2.0},
        step="day",
        step_days=1.0,
        steps=400,
        persistence_days=30.0,
        start=day,
        overlays=found.overlays,
    )
    assert found == expected
    assert with_values(small, {"freeze": ["war"]}).freeze == {"war"}
    assert with_values(small, {"freeze": ""}).freeze == frozenset()
    assert (
        with_values(small, {"start": day}).start == with_values(small, {"start": datetime(2031, 1, 1, 9)}).start == day
    )


SETTING_FAULTS = [
    ("client.solvency", "1.35", "--set: client.solvency: value 1.35 lies outside [0, 1] (share). Did you mean 0.135?"),
    (
        "client.solvency",
        "much",
        "--set: client.solvency: value 'much' is not a finite number; must lie in [0, 1] (share).",
    ),
    ("client.solvency", True, "--set: client.solvency: value True is not a finite number; must lie in [0, 1] (share)."),
    ("client.solvency", None, "--set: client.solvency: value None is not a finite number; must lie in [0, 1] (share)."),
    ("client.solvency", "nan", "--set: client.solvency: value nan is not a finite number; must lie in [0, 1] (share)."),
    ("client.solvency", 10**400, "... is not a finite number; must lie in [0, 1] (share)."),
    pytest.param(
        "client.solvency",
        10**5000,
        "value of thousands of digits is not a finite number; must lie in [0, 1] (share).",
        id="huge",
    ),
    pytest.param("steps", 10**5000, "--set: steps: of thousands of digits lies outside [1, 100000].", id="steps"),
    pytest.param("freeze", 10**5000, "--set: freeze: of thousands of digits has the wrong type;", id="freeze"),
    ("client.solvency", np.bool_(True), "is not a finite number; must lie in [0, 1] (share)."),
    ("client.solvency", [0.5], "value [0.5] is not a finite number; must lie in [0, 1] (share)."),
    ("client.holt", 0.5, "unknown path 'client.holt'. Known: client.concession_share,"),
    ("cliend.hold", 0.5, "Did you mean 'client.hold'?"),
    ("channels.oil.acts", 0.5, "--set: channels.oil.acts: value 0.5 must be a whole number in [0, 1] (flag)."),
    ("coercer.rung", 4.5, "--set: coercer.rung: value 4.5 must be a whole number in [0, 10] (rung)."),
    (
        OPENING,
        3,
        f"--set: {OPENING}: level 3 is beyond the feasible level 2. Lower it, or raise patrons.redland.ch",
    ),
    (
        "channels.oil.weight",
        0.9,
        "--set: channels: the weights of the support index sum to 1.5; must be 1. Change the o",
    ),
    ("terms.bargin", "on", "--set: terms.bargin: unknown term. Known: bargain, commitment,"),
    ("terms.bargain", "of", "--set: terms.bargain: unknown switch 'of'. Known: frozen, off, on. Did you mean 'off'?"),
    (
        "freeze",
        "wat",
        "--set: freeze: unknown input 'wat'. Known: crisis, pressure, solvency, war. Did you mean 'war'?",
    ),
    ("freeze", 3, "--set: freeze: 3 has the wrong type; must be a list (of freeze: pressure, solvency, war, cri"),
    (
        "coercer.mode",
        "rump",
        "--set: coercer.mode: unknown mode 'rump'. Known: adaptive, ramp, scripted. Did you mea",
    ),
    ("coercer.mode", "scripted", '--set: coercer.mode: "scripted" needs a path for coercer.rung. Add it'),
    ("decision.prospekt", 1, "--set: decision.prospekt: unknown decision rule. Known: prospect, quantal_response,"),
    ("decision.prospect", -1, "--set: decision.prospect: weight -1 must be a number from 0."),
    ("decision.prospect", "x", "--set: decision.prospect: weight 'x' must be a number from 0."),
    ("decision.quantal_response", 0, "--set: decision: no rule has a weight above 0. Write quantal_response"),
    ("step", "year", "--set: step: unknown step 'year'. Known: day, month, week."),
    ("steps", "0", "--set: steps: 0 lies outside [1, 100000]."),
    ("steps", 100001, "--set: steps: 100001 lies outside [1, 100000]."),
    ("steps", "many", "--set: steps: 'many' has the wrong type; must be a whole number."),
    (
        "persistence_days",
        365,
        "--set: persistence_days: 365 must lie above 0 and within the horizon (364 days).",
    ),
    ("start", "soon", "--set: start: 'soon' has the wrong type; must be a date like 2025-11-30."),
    (
        "start",
        "9999-12-01",
        "--set: start: 9999-12-01: 52 steps of a week end after the year 9999. Start earlier, or take fewer",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), SETTING_FAULTS)
def test_a_bad_setting_is_told_with_its_place_limit_and_cure(small, path, value, message):
    (fault,) = faults(small, {path: value})
    assert message in fault


def test_all_faults_of_the_settings_come_at_once(small):
    assert len(faults(small, {"client.hold": 7, "steps": 0, "x": 1})) == 3


def test_a_pinned_weight_is_sound_when_the_others_follow(small):
    weights = {"channels.oil.weight": 0.9, "channels.arms.weight": 0.1}
    assert believed(small, weights).numbers["channels.oil.weight"].value == 0.9
    assert len(with_values(small, weights).settings) == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [("client.hold=0.4", ("client.hold", "0.4")), (" freeze = ", ("freeze", "")), ("a=b=c", ("a", "b=c"))],
)
def test_a_setting_is_a_path_and_a_value(text, parts):
    assert parse_setting(text) == parts


@pytest.mark.parametrize("text", ["client.hold", "=0.4", "client.hold=", ""])
def test_a_setting_without_path_or_value_is_refused(text):
    with pytest.raises(ScenarioError, match=r"must be PATH=VALUE, for instance client.hold=0.4"):
        parse_setting(text)


def test_a_fixed_scenario_has_every_number_at_its_central_value(small):
    found = fixed(small)
    assert not found.uncertain
    assert {path: n.value for path, n in found.numbers.items()} == {path: n.value for path, n in small.numbers.items()}
    assert found.numbers["client.hold"].high == 0.5


def test_the_control_differs_in_frozen_pressure_alone(small):
    frozen = with_values(small, {"freeze": "war"})
    assert control(frozen) == replace(frozen, freeze=frozenset({"pressure", "war"}))


def test_a_halved_step_keeps_the_horizon(small):
    found = halve_step(small)
    assert (found.step_days, found.steps) == (3.5, 104)
    assert replace(found, step_days=7.0, steps=52) == small


def test_a_file_is_laid_over_a_scenario_as_load_does_it(small, tmp_path):
    pair = {"opening": {"value": 2, "unit": "level", "source": "judgement"}}
    table = {"client": {"hold": {**HOLD, "value": 0.6}}, "patrons": {"redland": {"channels": {"oil": pair}}}}
    overlay = write(tmp_path, table, "over.toml")
    found = with_overlay(small, overlay)
    assert found == load(str(tmp_path / "small.toml"), [overlay])
    assert (found.numbers["client.hold"].value, found.numbers[OPENING].value) == (0.6, 2)


def test_a_file_laid_over_keeps_earlier_settings_and_a_halved_step(small, tmp_path):
    overlay = write(tmp_path, {"title": "Other", "paths": {}}, "over.toml")
    changed_before = believed(with_values(small, {"model.rho": 0.3}), {"client.hold": 0.6})
    found = with_overlay(halve_step(changed_before), overlay)
    assert (found.title, found.numbers["client.hold"].value, found.step_days) == ("Other", 0.6, 3.5)
    assert [setting.words for setting in found.settings] == ["model.rho=0.3"]
    assert found.overlays == ("--set model.rho=0.3", "--believe client.hold=0.6", overlay)
    longer = write(tmp_path, {"step": "month"}, "month.toml")
    assert with_overlay(halve_step(small), longer).step_days == 365.25 / 12


def test_a_faulty_or_missing_file_is_not_laid_over(small, tmp_path):
    overlay = write(tmp_path, {"client": {"hold": {**HOLD, "unit": "percent"}, "holt": HOLD}}, "over.toml")
    with pytest.raises(ScenarioError) as caught:
        with_overlay(small, overlay)
    assert len(caught.value.faults) == 2
    assert all(fault.startswith("small + over.toml: client.h") for fault in caught.value.faults)
    with pytest.raises(ScenarioError, match="there is no such file"):
        with_overlay(small, str(tmp_path / "nowhere.toml"))


def test_a_pinned_number_of_a_channel_out_of_reach_survives_a_file_laid_over(small, tmp_path):
    pinned = believed(small, {"patrons.blueland.channels.oil.cost": 2})
    overlay = write(tmp_path, {"title": "Other"}, "over.toml")
    assert with_overlay(pinned, overlay).numbers == pinned.numbers


# -- settings that hold from a day on ----------------------------------------------------------------------------------


DRAIN = "patrons.redland.war_drain"


def test_what_is_set_on_a_date_stands_beside_the_number_with_its_day():
    later = load("toy").with_values({f"{DRAIN}@2030-06-01": 0.5, f"{DRAIN}@2030-09-01": "x1.2", DRAIN: 0.4})
    assert [setting.words for setting in later.settings] == [
        f"{DRAIN}@2030-06-01=0.5",
        f"{DRAIN}@2030-09-01=x1.2",
        f"{DRAIN}=0.4",
    ]
    assert later.numbers == load("toy").numbers
    assert later.overlays[0] == f"--set {DRAIN}@2030-06-01=0.5"


def test_runs_are_the_same_to_the_bit_until_the_date():
    plain, day = load("toy"), "2030-06-01"
    later = plain.with_values({f"coercer.rung@{day}": 9, f"patrons.redland.threat@{day}": 1.0})
    one, other = (simulate(each, 50, 1).events for each in (plain, later))
    one, other = (events[events["date"] < day].reset_index(drop=True) for events in (one, other))
    assert len(one) > 50
    pd.testing.assert_frame_equal(one, other)
    assert simulate(later, 50, 1).runs["max_rung"].min() >= 9


def test_a_script_gives_way_from_the_day_of_a_setting():
    plain = load("toy")
    script = Path("coercer.rung", (plain.start,), (4.0,), "rung", "judgement", "", "made up")
    scripted = replace(plain, paths={"coercer.rung": script}, mode="ramp")
    later = scripted.with_values({"coercer.rung@2030-03-01": 6, "client.oil_price@2030-03-01": "x0.5"})
    values = path_values(later, "coercer.rung", False)
    step = step_of(later, date(2030, 3, 1))
    assert set(values[:step]) == {4.0}
    assert set(values[step:]) == {-1.0}
    rungs = replay(later, 0).paths.groupby("step")["rung"].first()
    assert (rungs[: step - 1] == 4).all()
    assert rungs[step] >= 6


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        (
            "coercer.resolve@2030-06-01",
            0.5,
            "--set: coercer.resolve: is gone with the first edition: the coercer tires no more. Set coercer.easing",
        ),
        ("coercer.rung@soon", 5, "'soon' must be a date like 2026-06-01."),
        ("coercer.rung@2020-01-01", 5, "2020-01-01 must lie after the opening and by the horizon"),
        (
            "coercer.rung@2030-06-01",
            5.5,
            "--set: coercer.rung@2030-06-01: value 5.5 must be a whole number in [0, 10] (rung).",
        ),
        ("patrons.redland.war_drain@2030-06-01", 2, "lies outside [0, 0.995] (share)."),
        (
            "patrons.redland.threat@2030-06-01",
            "much",
            "value 'much' is not a finite number; must lie in [0, 1] (share).",
        ),
    ],
)
def test_a_dated_setting_that_makes_no_sense_is_refused(setting, value, message):
    with pytest.raises(ScenarioError) as caught:
        load("toy").with_values({setting: value})
    assert message in str(caught.value)


# -- one road ----------------------------------------------------------------------------------------------------------

TOY = load("toy")
LINES = {
    "client.hold": st.floats(-0.5, 1.5) | st.sampled_from(["0.5", "much", True, None]),
    "coercer.rung": st.integers(-1, 11) | st.just(4.5),
    "channels.oil.weight": st.sampled_from([0.1, 0.3, 0.9]),
    OPENING: st.integers(0, 3),
    OPENING.replace("opening", "feasible"): st.integers(0, 3),
    "patrons.redland.war_drain@2030-06-01": st.floats(-0.1, 1.1) | st.sampled_from(["x1.2", "x-1", "x"]),
    "coercer.rung@2030-03-01": st.integers(-2, 11),
    "terms.bargain": st.sampled_from(["on", "off", "of", 3]),
    "freeze": st.sampled_from(["war, crisis", "wat", ["war"], 3]),
    "decision.prospect": st.sampled_from([0, 2, -1, "x"]),
    "coercer.mode": st.sampled_from(["ramp", "rump", "scripted"]),
    "steps": st.sampled_from([0, 40, 52, 52.0, "60"]),
    "persistence_days": st.sampled_from([0, 30, 500, "x"]),
    "start": st.sampled_from(["2031-01-01", "soon", "9999-12-01", 7]),
}


ODD = [True, None, "x", "", [], {}, {"a": 1}, 1j, b"1", np.array([1, 2]), pd.NA, pd.NaT, np.datetime64("2025-11-01T12")]


@pytest.mark.parametrize("value", ODD, ids=str)
@pytest.mark.parametrize("path", [*LINES, "terms", "decision", "@", "client.oil_price@", "nowhere", 3, None])
def test_a_setting_of_whatever_type_is_played_or_refused_in_words(path, value):
    try:
        with_values(TOY, {path: value})
    except ScenarioError as error:
        assert all(fault.startswith("--set: ") for fault in error.faults)


@hypothesis.settings(deadline=None, max_examples=300)
@hypothesis.given(st.fixed_dictionaries({}, optional=LINES))
def test_what_settings_make_is_what_a_file_could_say(values):
    try:
        changed = with_values(TOY, values)
    except ScenarioError:
        return
    table = as_table(changed)
    assert faults_of(table, "file") == []
    assert as_scenario(table, TOY.name, TOY.base, changed.overlays) == changed


@pytest.mark.parametrize(
    ("path", "value"),
    [("client.hold", 1.35), ("client.hold", "much"), ("coercer.rung", 4.5), ("channels.oil.weight", 0.9), (OPENING, 3)],
)
def test_a_setting_and_a_file_are_refused_with_the_same_sentence(small, tmp_path, path, value):
    *way, last = path.split(".")
    number, table = small.numbers[path], {}
    sheet = table
    for part in way:
        sheet = sheet.setdefault(part, {})
    sheet[last] = {"value": value, "unit": number.unit, "source": "judgement"}
    with pytest.raises(ScenarioError) as caught:
        with_overlay(small, write(tmp_path, table, "over.toml"))
    said = [fault.removeprefix("small + over.toml: ") for fault in caught.value.faults]
    assert [f"--set: {fault}" for fault in said] == faults(small, {path: value})
    with pytest.raises(ScenarioError) as caught:
        believed(small, {path: value})
    assert [f"--believe: {fault}" for fault in said] == caught.value.faults


def test_cargo_that_is_set_to_be_stopped_is_stopped_and_ships_come_back_if_none_is_taken():
    calm = fixed(load("toy")).with_values({"coercer.rise_rate": 0.0, "coercer.easing_rate": 0.0})
    blockade = calm.with_values({"coercer.interdiction": 0.6})

    def arriving(scenario):
        paths = simulate(scenario, 1, rng=1, engine="agents").paths.query("patron == 'redland'")
        return paths["delivered.oil"].to_numpy()[:20] / paths["level.oil"].to_numpy()[:20]

    assert (arriving(calm)[1:] == 1.0).all()
    assert arriving(blockade)[1] < 0.8
    assert arriving(blockade)[19] > 0.99


def test_in_a_file_of_changed_lines_a_value_alone_is_enough(small, tmp_path):
    preset = tmp_path / "weak.toml"
    preset.write_text("[client]\nhold = 0.2\n[model]\nrho = 1\n")
    found = with_overlay(small, str(preset))
    assert found == load(str(tmp_path / "small.toml"), [str(preset)])
    pinned = believed(small, {"client.hold": 0.2, "model.rho": 1})
    assert found.numbers == pinned.numbers


@pytest.mark.parametrize("line", ["hold = 1.4", "holt = 0.4", 'hold = "0,4"', "hold = true"])
def test_a_value_alone_is_judged_as_any_other(small, tmp_path, line):
    preset = tmp_path / "wrong.toml"
    preset.write_text(f"[client]\n{line}\n")
    with pytest.raises(ScenarioError, match=r"client\.hol"):
        with_overlay(small, str(preset))
