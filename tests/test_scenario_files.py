"""Does a file become the scenario that it says, and does every fault come with its place, limit and cure?"""

import json
import re
import tomllib
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.errors import ScenarioError, UnknownName
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.scenario import check, check_numbers, citations, describe, load, posterior, schema
from scenarios.scenario.arrays import path_values
from scenarios.scenario.build import OUT_OF_REACH, as_scenario, as_table
from scenarios.scenario.scenario import Source
from scenarios.store.manifest import scenario_from, scenario_hash, scenario_record
from written import changed, complete, sheet, write

HOLD = {"value": 0.5, "unit": "share", "source": "judgement"}
COURSE = {"at": [date(2030, 1, 6), date(2030, 3, 1)], "values": [1.0, 0.5], "unit": "factor", "source": "judgement"}
RUNGS = {**COURSE, "values": [5, 6], "unit": "rung"}


@pytest.fixture
def catalogue(monkeypatch):
    """A catalogue of one source."""
    known = {"imf": Source("Trade", "IMF", 2024, "https://imf.example", "A")}
    for module in (citations, check_numbers):
        monkeypatch.setattr(module, "sources", lambda: known)


@pytest.fixture
def shelf(monkeypatch, tmp_path):
    """A library of its own, empty but for one patron."""
    folder = tmp_path / "library"
    (folder / "patrons").mkdir(parents=True)
    write(folder / "patrons", {"name": "Greenland", **sheet("patrons", exposure=0.7)}, "green.toml")
    monkeypatch.setattr(load, "LIBRARY", folder)
    return folder


def faults(tmp_path, table, *overlays):
    """The faults of a table as a file."""
    with pytest.raises(ScenarioError) as caught:
        load.load(write(tmp_path, table), overlays)
    return caught.value.faults


def test_a_complete_file_becomes_the_scenario_that_it_says(tmp_path):
    table = changed("client/hold", {**HOLD, "range": [0.4, 0.7], "note": "a guess"})
    table |= {"paths": {"coercer.rung": RUNGS}, "terms": {"payment": "off"}, "freeze": ["war"]}
    table["coercer"]["mode"] = "scripted"
    found = load.load(write(tmp_path, table))
    hold = found.numbers["client.hold"]
    assert (hold.value, hold.low, hold.high, hold.distribution, hold.note) == (0.5, 0.4, 0.7, "triangular", "a guess")
    assert (found.name, found.step_days, found.steps, found.mode) == ("small", 7.0, 52, "scripted")
    assert (found.patrons, found.channels) == (("redland", "blueland"), ("oil", "arms"))
    assert (found.terms["payment"], found.terms["bargain"], found.freeze) == ("off", "on", {"war"})
    assert (found.keys["client"], found.keys["patrons.redland"]) == ("ruritania", "redland")
    assert (found.labels["client"], found.labels["ladder.3"]) == ("Ruritania", "rung 3")
    assert found.paths["coercer.rung"].values == (5.0, 6.0)
    assert list(found.uncertain) == ["client.hold"]


def test_a_channel_without_a_table_is_out_of_reach(tmp_path):
    found = load.load(write(tmp_path, complete()))
    reach = {path: n for path, n in found.numbers.items() if path.startswith("patrons.blueland.channels.oil.")}
    assert len(reach) == 5
    assert {(n.value, n.source, n.note) for n in reach.values()} == {(0.0, "judgement", OUT_OF_REACH)}


@pytest.mark.parametrize(
    ("ends", "given", "expected"),
    [
        ([0.01, 1.0], None, "loguniform"),
        ([0.11, 1.0], None, "triangular"),
        ([0.0, 1.0], None, "triangular"),
        ([0.01, 1.0], "uniform", "uniform"),
        ([0.5, 0.5], None, "fixed"),
        (None, None, "fixed"),
    ],
)
def test_a_range_has_the_distribution_that_it_names_or_that_its_ends_imply(tmp_path, ends, given, expected):
    words = {"range": ends, "distribution": given}
    hold = {**HOLD, **{name: word for name, word in words.items() if word is not None}}
    found = load.load(write(tmp_path, changed("client/solvency", hold)))
    assert found.numbers["client.solvency"].distribution == expected


NUMBER_FAULTS = [
    ({"value": 1.35}, "value 1.35 lies outside [0, 1] (share). Did you mean 0.135?"),
    ({"value": 35}, "value 35 lies outside [0, 1] (share). Did you mean 0.35?"),
    ({"value": -4}, "value -4 lies outside [0, 1] (share)."),
    ({"value": "0.5"}, "value '0.5' is not a finite number; must lie in [0, 1] (share)."),
    ({"value": True}, "value True is not a finite number; must lie in [0, 1] (share)."),
    ({"value": [0.5]}, "value [0.5] is not a finite number; must lie in [0, 1] (share)."),
    ({"value": float("nan")}, "value nan is not a finite number; must lie in [0, 1] (share)."),
    ({"value": float("inf")}, "value inf is not a finite number; must lie in [0, 1] (share)."),
    ({"value": 10**400}, "is not a finite number; must lie in [0, 1] (share)."),
    ({"range": [0.6, 0.9]}, "value 0.5 lies outside its range [0.6, 0.9]."),
    ({"range": [0.9, 0.2]}, "range [0.9, 0.2] is reversed. Write [0.2, 0.9]."),
    ({"range": [0.2, 1.4]}, "range [0.2, 1.4] reaches outside [0, 1] (share)."),
    ({"range": [0.2]}, "range [0.2] must be two finite numbers, [low, high]."),
    ({"range": 0.2}, "range 0.2 must be two finite numbers, [low, high]."),
    ({"range": [0, float("inf")]}, "must be two finite numbers, [low, high]."),
    ({"range": [0, 0.9], "distribution": "loguniform"}, "a loguniform range must begin above 0, not at 0."),
    ({"range": [0, 1], "distribution": "normal"}, "unknown distribution 'normal'. Known: loguniform, triangular, unif"),
    ({"distribution": "uniform"}, "distribution without a range. Add range = [low, high], or drop it."),
    ({"unit": "percent"}, "unit 'percent' is wrong; must be \"share\"."),
    ({"unit": None}, 'unit missing; must be "share".'),
    ({"value": None}, "value missing. Add value = NUMBER."),
    ({"source": None}, 'source missing. Name one, or write source = "judgement".'),
    ({"source": " "}, 'source missing. Name one, or write source = "judgement".'),
    ({"source": 3}, 'source missing. Name one, or write source = "judgement".'),
    ({"source": "fitted:"}, 'source "fitted:" says not how. Write "fitted: FORMULA OR PROCEDURE".'),
    ({"source": "ifm", "where": "table 3"}, "unknown source 'ifm'. Known: imf, judgement. Did you mean 'imf'?"),
    ({"source": "imf"}, 'source "imf" without where; add where = "table, row or page".'),
    ({"source": "imf", "where": 3}, "where 3 has the wrong type; must be text in quotes."),
    ({"note": 3}, "note 3 has the wrong type; must be text in quotes."),
    ({"vallue": 3}, "unknown entry 'vallue'. Known: distribution, note, range, source, unit, value, where. Did you m"),
]


@pytest.mark.parametrize(("words", "message"), NUMBER_FAULTS)
@pytest.mark.usefixtures("catalogue")
def test_a_fault_of_a_number_is_told_with_its_place_limit_and_cure(tmp_path, words, message):
    hold = {name: word for name, word in {**HOLD, **words}.items() if word is not None}
    (fault,) = faults(tmp_path, changed("client/solvency", hold))
    assert fault.startswith("small.toml: client.solvency: ")
    assert message in fault


@pytest.mark.usefixtures("catalogue")
def test_a_source_of_the_catalogue_with_its_place_is_sound(tmp_path):
    hold = {**HOLD, "source": "imf", "where": "table 3"}
    found = load.load(write(tmp_path, changed("client/hold", hold)))
    assert found.numbers["client.hold"].pedigree == "sourced"
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "client.hold")}
    assert told["source"] == "Trade, IMF 2024, table 3 (quality A) https://imf.example"


LEVEL = {"unit": "level", "source": "judgement"}
FLAG = {"unit": "flag", "source": "judgement"}
WEIGHT = {"unit": "share", "source": "judgement"}
FILE_FAULTS = [
    ("title", None, "title: missing. Add it, or build on a library scenario with base = NAME."),
    ("titel", "x", "titel: unknown entry. Known: channels, client, coercer,"),
    ("title", 3, "title: 3 has the wrong type; must be text in quotes."),
    ("start", "2030-01-06", "start: '2030-01-06' has the wrong type; must be a date like 2025-11-30."),
    ("start", datetime(2030, 1, 6), "has the wrong type; must be a date like 2025-11-30."),
    ("start", date(9999, 6, 1), "start: 9999-06-01: 52 steps of a week end after the year 9999. Start earlier"),
    ("start", date(9999, 12, 31), "start: 9999-12-31: 52 steps of a week end after the year 9999. Start earlier"),
    ("posterior", "nowhere", "posterior: unknown sample 'nowhere'. Known: "),
    ("step", "year", "step: unknown step 'year'. Known: day, month, week."),
    ("steps", 0, "steps: 0 lies outside [1, 100000]."),
    ("steps", 100001, "steps: 100001 lies outside [1, 100000]."),
    ("steps", True, "steps: True has the wrong type; must be a whole number."),
    ("steps", 52.0, "steps: 52.0 has the wrong type; must be a whole number."),
    ("persistence_days", 365, "persistence_days: 365 must lie above 0 and within the horizon (364 days)."),
    ("persistence_days", 0, "persistence_days: 0 must lie above 0 and within the horizon (364 days)."),
    ("persistence_days", "x", "persistence_days: 'x' has the wrong type; must be a number."),
    ("freeze", "war", "freeze: 'war' has the wrong type; must be a list (of freeze: pressure, solvency, war, cri"),
    ("freeze", ["wat"], "freeze: unknown input 'wat'. Known: crisis, pressure, solvency, war. Did you mean 'war'?"),
    ("model", 3, "model: 3 has the wrong type; must be a table."),
    ("model/rhoo", HOLD, "model.rhoo: unknown number. Known: alerted_rate,"),
    (
        "model/rho",
        None,
        "model.rho: missing (per year: how often the luck behind a level is drawn afresh). Add it with a",
    ),
    ("model/rho", 0.1, 'model.rho: 0.1 has no pedigree; write { value = ..., unit = "per year", source = ... }.'),
    ("terms/bargin", "on", "terms.bargin: unknown term. Known: bargain, commitment,"),
    ("terms/bargain", "of", "terms.bargain: unknown switch 'of'. Known: frozen, off, on. Did you mean 'off'?"),
    ("decision/prospekt", 1.0, "decision.prospekt: unknown decision rule. Known: prospect, quantal_response,"),
    ("decision/prospect", -1.0, "decision.prospect: weight -1 must be a number from 0."),
    ("decision/quantal_response", 0, "decision: no rule has a weight above 0. Write quantal_response = 1.0."),
    (
        "coercer/mode",
        "adaptiv",
        "coercer.mode: unknown mode 'adaptiv'. Known: adaptive, ramp, scripted. Did you mean 'ad",
    ),
    ("coercer/mode", None, "coercer.mode: missing. Known: adaptive, ramp, scripted."),
    ("coercer/mode", "scripted", 'coercer.mode: "scripted" needs a path for coercer.rung. Add it under [paths], or'),
    ("coercer/name", 3, "coercer.name: 3 has the wrong type; must be text in quotes."),
    ("coercer/key", ["a"], "coercer.key: ['a'] has the wrong type; must be text in quotes."),
    (
        "coercer/key",
        "ruritania",
        "client.key: 'ruritania' is also the key of coercer. Every actor and channel needs its",
    ),
    ("patrons/redland/key", "blueland", "patrons.blueland.key: 'blueland' is also the key of patrons.redland."),
    ("patrons/redland/key", "ruritania", "patrons.redland.key: 'ruritania' is also the key of client."),
    ("channels/oil/key", "arms", "channels.arms.key: 'arms' is also the key of channels.oil."),
    ("ladder/11", {}, "ladder.11: unknown rung. Allowed: 0 to 10."),
    ("ladder/7", 3, "ladder.7: 3 has the wrong type; must be a table."),
    (
        "channels/oil/material",
        {"value": 0.5, **FLAG},
        "channels.oil.material: value 0.5 must be a whole number in [0, 1] (flag).",
    ),
    ("channels/oil/material", {"value": 0, "range": [0, 1], **FLAG}, "channels.oil.material: range on a flag, which"),
    (
        "channels/oil/weight",
        {"value": 0.3, **WEIGHT},
        "channels: the weights of the support index sum to 0.9; must be 1.",
    ),
    ("channels/oil/weight", {"value": 0.4, "range": [0.3, 0.5], **WEIGHT}, "channels.oil.weight: range on a weight;"),
    ("patrons/redland", 3, "patrons.redland: 3 has the wrong type; must be a table."),
    ("patrons/redland/channels", 3, "patrons.redland.channels: 3 has the wrong type; must be a table."),
    ("patrons/redland/channels/oyl", {}, "patrons.redland.channels.oyl: unknown channel. Known: arms, oil. Did you me"),
    ("patrons/redland/channels/oil", 3, "patrons.redland.channels.oil: 3 has the wrong type; must be a table."),
    (
        "patrons/redland/channels/oil/opening",
        {"value": 3, **LEVEL},
        "patrons.redland.channels.oil.opening: level 3 is beyond the feasible level 2. Lower it, or raise",
    ),
    (
        "patrons/redland/channels/oil/opening",
        {"value": 0.5, **LEVEL},
        "value 0.5 must be a whole number in [0, 3] (level).",
    ),
    (
        "paths/client.oil_prise",
        COURSE,
        "paths: unknown path 'client.oil_prise'. Known: client.oil_output, client.oil_pr",
    ),
    ("paths/patrons.greyland.threat", COURSE, "paths: unknown path 'patrons.greyland.threat'. Known:"),
    ("paths/coercer.rung", 3, "paths: coercer.rung: 3 has the wrong type; write { at = [dates], values = [numbers]"),
]


@pytest.mark.parametrize(("path", "value", "message"), FILE_FAULTS)
def test_a_fault_of_a_file_is_told_with_its_place_limit_and_cure(tmp_path, path, value, message):
    (fault,) = faults(tmp_path, changed(path, value))
    assert fault.startswith("small.toml: ")
    assert message in fault


@pytest.mark.parametrize(
    ("kind", "name"), [("channels", "crude oil"), ("patrons", "red.land"), ("patrons", "rød"), ("patrons", "")]
)
def test_a_name_that_cannot_stand_in_a_dotted_path_is_refused(tmp_path, kind, name):
    told = faults(tmp_path, changed(f"{kind}/{name}", sheet(kind)))
    assert any(f"small.toml: {kind}: name '{name}' must be made of letters, digits, _ and - only." in f for f in told)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"at": [date(2030, 3, 1), date(2030, 1, 6)]}, "the dates in at must rise."),
        ({"at": ["2030-01-06", date(2030, 3, 1)]}, "at must be a list of dates like 2025-11-30."),
        ({"at": []}, "at must be a list of dates like 2025-11-30."),
        ({"values": [1.0]}, "2 dates but 1 values. Every date needs one value."),
        ({"values": [1.0, "x"]}, "value 'x' is not a finite number; must lie in [0, inf] (factor)."),
        ({"values": [1.0, -0.5]}, "value -0.5 lies outside [0, inf] (factor)."),
        ({"until": "soon"}, "until 'soon' must be a date like 2025-11-30."),
        (
            {"until": date(2030, 2, 28)},
            "until 2030-02-28 lies before the last date in at. Move it, or drop",
        ),
        ({"unit": "share"}, 'unit \'share\' is wrong; must be "factor" or "USD per barrel".'),
        ({"wehre": "x"}, "unknown entry 'wehre'. Known: at, file, note, source, sources, unit, until, values, w"),
    ],
)
def test_a_fault_of_a_path_is_told_with_its_place_limit_and_cure(tmp_path, words, message):
    told = faults(tmp_path, changed("paths/client.oil_price", {**COURSE, **words}))
    assert any(fault.startswith("small.toml: paths: client.oil_price: ") and message in fault for fault in told)


def test_a_path_says_nothing_after_its_last_day(tmp_path):
    table = changed("paths/client.oil_price", {**COURSE, "values": [2.0, 0.5], "until": date(2030, 3, 31)})
    table["paths"]["coercer.rung"] = {**RUNGS, "until": date(2030, 3, 31)}
    found = load.load(write(tmp_path, table))
    # steps of a week from 6 January: the last that begins by 31 March ends on 7 April
    price, rung = (path_values(found, path, False).tolist() for path in ("client.oil_price", "coercer.rung"))
    # a run is played eight weeks past the horizon
    assert price == [2.0] * 8 + [0.5] * 5 + [1.0] * 48
    assert rung == [5.0] * 8 + [6.0] * 5 + [-1.0] * 48


def test_a_script_may_leave_the_rung_to_the_mode_from_a_day_on(tmp_path):
    found = load.load(write(tmp_path, changed("paths/coercer.rung", {**RUNGS, "values": [5, -1]})))
    assert found.paths["coercer.rung"].values == (5.0, -1.0)
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "coercer.rung")}
    assert (told["from 2030-01-06"], told["from 2030-03-01"]) == ("5 rung; judgement", "no script; judgement")


def test_an_ultimatum_is_a_chance_on_its_day_and_no_number(tmp_path):
    line = {**COURSE, "at": [date(2030, 3, 1)], "values": [0.65], "unit": "probability"}
    found = load.load(write(tmp_path, changed("paths/coercer.ultimatum", line)))
    # steps of a week from 6 January: 1 March lies in the eighth
    assert path_values(found, "coercer.ultimatum", False).tolist()[:12] == [0.0] * 8 + [0.65] + [0.0] * 3
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "coercer.ultimatum")}
    assert told["from 2030-03-01"] == "0.65 probability; judgement"


def test_scripted_pressure_stays_within_what_it_acts_on(tmp_path):
    table = changed("paths/coercer.rung", {**RUNGS, "values": [5, 11.5]})
    table["paths"]["patrons.redland.threat"] = {**COURSE, "values": [0, 2], "unit": "share"}
    assert faults(tmp_path, table) == [
        "small.toml: paths: coercer.rung: value 11.5 lies outside [0, 10] (rung).",
        "small.toml: paths: patrons.redland.threat: value 2 lies outside [0, 1] (share). Did you mean 0.2?",
    ]


@pytest.mark.parametrize("kind", ["channels", "patrons", "model", "coercer", "client", "ladder", "decision"])
def test_a_scenario_needs_every_table(tmp_path, kind):
    assert any(fault.startswith(f"small.toml: {kind}: missing.") for fault in faults(tmp_path, changed(kind, None)))


@pytest.mark.parametrize("kind", ["channels", "patrons"])
def test_a_scenario_needs_at_least_one_patron_and_one_channel(tmp_path, kind):
    told = faults(tmp_path, changed(kind, {}))
    assert f"small.toml: {kind}: empty. A scenario needs at least one {kind[:-1]}." in told


def places(table, way=()):
    """The path of every entry of a table."""
    return [
        place
        for name, entry in table.items()
        for place in [(*way, name), *(places(entry, (*way, name)) if isinstance(entry, dict) else [])]
    ]


WHOLE_FILE = changed("paths/coercer.rung", RUNGS) | {"freeze": ["war"], "terms": {"bargain": "on"}, "question": "?"}
ODD = [-1, 0.5, float("nan"), True, "", "x", [], [1], [[1]], {}, {"value": 1}, datetime(2030, 1, 1), 10**5000]


@given(st.sampled_from(places(WHOLE_FILE)), st.sampled_from(ODD))
def test_an_entry_of_whatever_type_is_taken_or_told_in_words(place, entry):
    *way, last = place
    table = inner = deepcopy(WHOLE_FILE)
    for name in way:
        inner = inner[name]
    inner[last] = entry
    faults_told = check.faults_of(table, "file")
    assert all(fault.startswith("file: ") for fault in faults_told)
    assert faults_told or as_scenario(table, "file", "", ())


def test_all_faults_of_a_file_come_at_once(tmp_path):
    table = complete()
    table["steps"] = 0
    table["client"]["hold"] = {**HOLD, "value": 7}
    del table["model"]["rho"]
    assert len(faults(tmp_path, table)) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "broken.toml: is empty. Start from a copy: scenarios new FILE --from NAME."),
        (b"title = 'a'\nsteps = = 3\n", "broken.toml: is no TOML: Invalid value (at line 2, column 9)."),
        (b"start = 2025-13-45\n", "(at line 1, column 13). Mend that line"),
        (b"steps = 1" + b"0" * 5000, "broken.toml: is no TOML: "),
        (b"x = " + b"[" * 5000, "broken.toml: is no TOML: "),
        (b"title = '\xff'", "broken.toml, line 1: is not UTF-8. Save the file as UTF-8."),
        (b"base = 3", "broken.toml: base: 3 is not a name. Allowed: a library scenario or a file."),
        (b"base = 'nowhere'", "broken.toml: base: Unknown scenario 'nowhere'. Known:"),
        (b"base = 'broken.toml'", "broken.toml: base: goes in a circle, or more than 8 files deep. Cut the chain."),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_a_file_that_cannot_be_read_is_one_clear_fault(tmp_path, content, message):
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load.load(str(file))
    (fault,) = caught.value.faults
    assert message in fault


def test_a_byte_order_mark_does_no_harm(tmp_path):
    file = tmp_path / "small.toml"
    write(tmp_path, complete())
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load.load(str(file)).title == "Two patrons"


def test_a_folder_a_missing_file_and_an_endless_name_are_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"is a folder. Allowed: the name of a library scenario, or a TOML file"):
        load.load(str(tmp_path))
    with pytest.raises(UnknownName, match=r"Unknown scenario 'toi'. Known: .*toy.*Did you mean 'toy'\?"):
        load.load("toi")
    with pytest.raises(ScenarioError, match="cannot be read"):
        load.load("x" * 5000)


def test_a_file_that_may_not_be_read_is_one_clear_fault(tmp_path, monkeypatch):
    def refuse(_file):
        raise PermissionError(13, "Permission denied")

    file = write(tmp_path, complete())
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(ScenarioError, match=r"small.toml: cannot be read \(Permission denied\)"):
        load.load(file)


@pytest.mark.usefixtures("shelf")
def test_an_unknown_library_patron_hides_no_other_fault_and_brings_none_of_its_own(tmp_path):
    table = changed(
        "patrons/redland", {"library": "gren", "exposure": {"value": 7, "unit": "share", "source": "judgement"}}
    )
    table["client"]["hold"] = {**HOLD, "value": 7}
    told = faults(tmp_path, table)
    assert len(told) == 3
    assert "small.toml: patrons.redland.library: unknown library patron 'gren'. Known: green. Did you mean" in told[0]
    assert [fault.split(": ")[1] for fault in told[1:]] == ["client.hold", "patrons.redland.exposure"]


@pytest.mark.usefixtures("shelf")
def test_a_channel_of_the_library_stands_under_that_of_the_file(tmp_path, shelf):
    (shelf / "channels").mkdir()
    write(shelf / "channels", sheet("channels", visibility=0.7, weight=0.9), "wire.toml")
    table = changed("channels/oil", {"library": "wire", "weight": {"value": 0.4, **WEIGHT}})
    numbers = load.load(write(tmp_path, table)).numbers
    assert [numbers[f"channels.oil.{name}"].value for name in ("visibility", "weight")] == [0.7, 0.4]
    table["channels"]["oil"]["library"] = "wite"
    (told,) = faults(tmp_path, table)
    assert "channels.oil.library: unknown library channel 'wite'. Known: wire. Did you mean 'wire'?" in told


def test_an_unknown_base_hides_no_fault_of_what_the_file_says_itself(tmp_path):
    told = faults(tmp_path, {"base": "nowhere", "steps": 0, "client": {"hold": {**HOLD, "value": 7}}})
    assert [fault.split(": ")[1] for fault in told] == ["base", "client.hold", "steps"]


@pytest.mark.parametrize("kind", ["model", "coercer", "client"])
def test_a_missing_section_hides_none_of_the_numbers_that_it_lacks(tmp_path, kind):
    lacking = {fault.split(": ")[1] for fault in faults(tmp_path, changed(kind, None))}
    assert {f"{kind}.{name}" for name in numbers(TRAITS[kind])} <= lacking


def test_a_missing_rung_is_told_with_the_numbers_that_it_lacks(tmp_path):
    told = faults(tmp_path, changed("ladder/7", None))
    assert told[0] == "small.toml: ladder.7: missing. A ladder has the rungs 0 to 10."
    assert [fault.split(": ")[1] for fault in told[1:]] == ["ladder.7.presence", "ladder.7.threat", "ladder.7.seizure"]


def test_every_unknown_library_patron_is_named_at_once(tmp_path, shelf):
    table = changed("patrons/redland/library", "gren")
    table["patrons"]["blueland"]["library"] = 3
    assert len(faults(tmp_path, table)) == 2
    assert shelf.is_dir()


def test_a_file_builds_on_a_file_beside_it_and_a_patron_on_the_library(tmp_path, shelf):
    write(shelf, complete(), "small.toml")
    patron = {"library": "green", "own_crisis": {"value": 0.2, "unit": "share", "source": "judgement"}}
    write(tmp_path, {"base": "small", "steps": 60, "patrons": {"redland": patron}}, "middle.toml")
    write(tmp_path, {"base": "middle.toml", "title": "Top"}, "top.toml")
    overlay = write(tmp_path, {"client": {"hold": {**HOLD, "value": 0.9}}}, "lower.toml")
    found = load.load(str(tmp_path / "top.toml"), [overlay])
    assert (found.title, found.steps, found.base, found.overlays) == ("Top", 60, "middle.toml", (overlay,))
    numbers = found.numbers
    assert [numbers[f"patrons.redland.{name}"].value for name in ("exposure", "own_crisis")] == [0.7, 0.2]
    assert numbers["patrons.redland.channels.oil.opening"].value == 1
    assert numbers["client.hold"].value == 0.9
    assert load.library() == ["small"]


def test_a_number_is_laid_over_as_a_whole(tmp_path):
    file = write(tmp_path, changed("client/hold", {**HOLD, "range": [0.4, 0.7], "note": "old"}))
    overlay = write(tmp_path, {"client": {"hold": {**HOLD, "value": 0.9}}}, "over.toml")
    hold = load.load(file, [overlay]).numbers["client.hold"]
    assert (hold.value, hold.distribution, hold.note) == (0.9, "fixed", "")


def test_a_fault_in_an_overlay_names_both_files(tmp_path):
    overlay = write(tmp_path, {"client": {"hold": {**HOLD, "value": 9}}}, "over.toml")
    (fault,) = faults(tmp_path, complete(), overlay)
    assert fault.startswith("small.toml + over.toml: client.hold: value 9 lies outside")


def full(tmp_path):
    """A scenario with ranges, paths, quotes and line breaks."""
    hold = {**HOLD, "range": [0.4, 0.7], "note": 'so "they" say:\nall \\ of it'}
    table = changed("client/hold", hold)
    table |= {"paths": {"client.oil_price": COURSE}, "terms": {"payment": "off"}, "freeze": ["war"]}
    return load.load(write(tmp_path, table))


def test_a_scenario_becomes_a_table_and_the_same_scenario_again(tmp_path):
    found = full(tmp_path)
    table = as_table(found)
    assert check.faults_of(table, "again") == []
    assert as_scenario(table, found.name, found.base, found.overlays) == found


def test_a_commented_copy_says_what_the_original_says(tmp_path):
    original = full(tmp_path)
    text = describe.commented_copy(str(tmp_path / "small.toml"))
    copy = tmp_path / "copy.toml"
    copy.write_text(text)
    again = load.load(str(copy))
    assert again == replace(original, name="copy", base=again.base)


def test_every_line_of_a_commented_copy_can_be_uncommented(tmp_path):
    original = full(tmp_path)
    text = describe.commented_copy(str(tmp_path / "small.toml"))
    first, *lines = text.splitlines()
    copy = tmp_path / "copy.toml"
    copy.write_text("\n".join([first, *(line.removeprefix("# ") for line in lines)]))
    again = load.load(str(copy))
    assert again == replace(original, name="copy", base=again.base)


def test_a_copy_of_a_library_scenario_builds_on_it_by_name(shelf):
    write(shelf, complete())
    assert 'base = "small"' in describe.commented_copy("small")


def test_the_library_and_a_scenario_are_told_in_rows(tmp_path, shelf):
    write(shelf, complete())
    (row,) = describe.list_rows()
    assert (row["name"], row["client"], row["coercer"], row["patrons"], row["step"], row["horizon"]) == (
        ("small", "Ruritania", "Northland", "redland, blueland", "week", "52 from 2030-01-06")
    )
    found = full(tmp_path)
    assert row["parameters"] == len(found.numbers)
    told = {row["path"]: row for row in describe.scenario_rows(found)}
    assert told["client.hold"]["range"] == "0.4 to 0.7 (triangular)"
    assert told["terms not on"]["value"] == "payment off"
    assert "patrons.blueland.channels.oil.cost" not in told


def test_one_number_is_told_in_full_and_a_table_in_rows(tmp_path):
    found = full(tmp_path)
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "client.hold")}
    assert (told["value"], told["domain"], told["unit"], told["source"]) == (
        "0.5",
        "0.01 to 0.99",
        "share",
        "judgement",
    )
    assert told["meaning"] == "hold on power"
    pair = {row["what"]: row["is"] for row in describe.parameter_rows(found, "patrons.redland.channels.oil.cost")}
    assert (pair["range"], pair["unit"]) == ("fixed", "USD bn a year")
    assert len(describe.parameter_rows(found, "ladder.3")) == 3
    with pytest.raises(UnknownName, match=r"Did you mean 'client.hold'"):
        describe.parameter_rows(found, "client.holt")


def test_the_need_of_a_patron_is_told_by_its_path_alone(tmp_path):
    path = "patrons.redland.channels.oil.need"
    told = describe.parameter_rows(load.load(write(tmp_path, changed(f"paths/{path}", COURSE))), path)
    assert told[0] == {"what": "path", "is": path}
    assert [row["what"] for row in told[1:]] == ["from 2030-01-06", "from 2030-03-01"]


def test_what_history_has_taught_is_told_with_the_number_and_survives_a_table(tmp_path, monkeypatch):
    monkeypatch.setattr(posterior, "FOLDER", tmp_path / "posterior")
    plain = full(tmp_path)
    rows = np.linspace(0.41, 0.51, 101)[:, None]
    posterior.write_posterior(posterior.FOLDER, "taught", ["client.hold"], rows, plain, {})
    found = replace(plain, posterior="taught")
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "client.hold")}
    assert told["as history has taught"] == "0.42 to 0.5, median 0.46 (10 to 90 % of the posterior 'taught')"
    n = len(found.uncertain)
    heads = {row["path"]: row["value"] for row in describe.scenario_rows(found)}
    assert heads["drawn from"] == f"the posterior 'taught', 1 numbers together; {n - 1} from their raw ranges"
    table = as_table(found)
    assert check.faults_of(table, "again") == []
    assert as_scenario(table, found.name, found.base, found.overlays) == found
    posterior.posterior.cache_clear()


def test_the_pedigrees_of_all_numbers_within_reach_are_counted(tmp_path):
    table = changed("client/hold", {**HOLD, "source": "derived: a / b"})
    table["model"]["rho"]["source"] = "fitted: by eye"
    found = load.load(write(tmp_path, table))
    counts = check_numbers.pedigree_counts(found)
    assert (counts["sourced"], counts["derived"], counts["fitted"]) == (0, 1, 1)
    assert sum(counts.values()) == len(found.numbers) - 15
    said = re.findall(r"\d+(?= )", check_numbers.pedigree_words(found))
    assert sum(map(int, said)) == len(found.numbers)


def test_the_catalogue_of_sources_is_sound():
    for name, source in check_numbers.sources().items():
        assert source.title and source.publisher and source.quality in "ABCU", name


def plain(table):
    """A table as JSON has it."""
    return json.loads(json.dumps(table, default=date.isoformat))


def schema_faults(table):
    """What the JSON Schema says against a table."""
    return [
        fault.json_path for fault in jsonschema.Draft202012Validator(schema.file_schema()).iter_errors(plain(table))
    ]


def test_the_schema_is_a_json_schema_with_every_number_of_the_sheets():
    made = schema.file_schema()
    jsonschema.Draft202012Validator.check_schema(made)
    for kind in ("model", "coercer", "client"):
        for name, number in numbers(TRAITS[kind]).items():
            value = made["properties"][kind]["properties"][name]["properties"]["value"]
            assert (value["minimum"], value["maximum"]) == (number.low, number.high), name


def test_the_schema_takes_complete_files_changed_lines_and_copies(tmp_path):
    original = full(tmp_path)
    assert schema_faults(complete()) == []
    assert schema_faults({"client": {"hold": HOLD}}) == []
    assert schema_faults(as_table(original)) == []
    assert schema_faults(tomllib.loads(describe.commented_copy(str(tmp_path / "small.toml")))) == []
    for file in load.LIBRARY.glob("*.toml"):
        if file.stem not in load.PARTS:
            assert schema_faults(tomllib.loads(file.read_text(encoding="utf-8"))) == [], file.name


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("client/hold", {**HOLD, "value": 1.5}, "$.client.hold.value"),
        ("client/hold", {**HOLD, "unit": "percent"}, "$.client.hold.unit"),
        ("client/hold", {"value": 0.5, "unit": "share"}, "$.client.hold"),
        ("client/holt", HOLD, "$.client"),
        (
            "patrons/redland/channels/oil/opening",
            {"value": 0.5, **LEVEL},
            "$.patrons.redland.channels.oil.opening.value",
        ),
        ("channels/oil/material", {"value": 0, "range": [0, 1], **FLAG}, "$.channels.oil.material"),
        ("terms/bargain", "of", "$.terms.bargain"),
        ("steps", 0, "$.steps"),
        ("paths/coercer.rung", {**RUNGS, "values": [11]}, "$.paths['coercer.rung'].values[0]"),
    ],
)
def test_the_schema_points_an_editor_at_a_fault(path, value, place):
    assert schema_faults(changed(path, value)) == [place]


OWN = {"title": "Trade", "publisher": "IMF", "year": 2024, "address": "https://imf.example", "quality": "A"}


def test_a_file_has_sources_of_its_own_which_survive_a_table_and_a_manifest(tmp_path):
    table = changed("client/hold", {**HOLD, "source": "mine-2024", "where": "table 3"})
    found = load.load(write(tmp_path, table | {"sources": {"mine-2024": OWN}}))
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "client.hold")}
    assert told["source"] == "Trade, IMF 2024, table 3 (quality A) https://imf.example"
    assert as_scenario(as_table(found), found.name, found.base, found.overlays) == found
    assert scenario_from(json.loads(json.dumps(scenario_record(found)))) == found
    assert scenario_hash(found) == scenario_hash(replace(found, sources={}))
    assert schema_faults(as_table(found)) == []


def test_sources_in_brackets_are_told_with_the_number_that_cites_them(tmp_path):
    table = changed("client/hold", {**HOLD, "source": "derived: a / b [mine-2024]", "note": "as in [lost-2024]"})
    found = load.load(write(tmp_path, table | {"sources": {"mine-2024": OWN}}))
    told = {row["what"]: row["is"] for row in describe.parameter_rows(found, "client.hold")}
    assert told["[mine-2024]"] == "Trade, IMF 2024 (quality A) https://imf.example"
    assert "[lost-2024]" not in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"title": None}, "sources.mine.title: missing. A source has title, publisher, year, address, quality."),
        ({"year": "2024"}, "sources.mine.year: '2024' has the wrong type; must be a year."),
        ({"titel": "x"}, "sources.mine.titel: unknown entry. Known: address, note,"),
        ({"quality": "AB"}, "sources.mine.quality: 'AB' must be A (primary), B (decent copy), C (weak) or U"),
    ],
)
def test_a_fault_of_an_own_source_is_told_with_its_place_limit_and_cure(tmp_path, words, message):
    source = {name: word for name, word in {**OWN, **words}.items() if word is not None}
    (fault,) = faults(tmp_path, complete() | {"sources": {"mine": source}})
    assert message in fault


def test_an_own_source_has_an_id_that_can_be_cited_and_is_not_taken(tmp_path):
    told = faults(tmp_path, complete() | {"sources": {"Mine 2024": OWN, "sipri": OWN, "third": 3}})
    assert [fault.split(": ")[1] for fault in told] == ["sources.Mine 2024", "sources.sipri", "sources.third"]


def test_sources_that_nothing_cites_and_citations_without_an_entry_are_loose_ends(tmp_path):
    table = changed(
        "client/hold", {**HOLD, "source": "derived: a / b [cited-2024, sipri]", "note": "as in [lost-2024]"}
    )
    table["model"]["rho"]["note"] = "between [0, 1]"
    found = load.load(write(tmp_path, table | {"sources": {"cited-2024": OWN, "idle-2024": OWN}}))
    assert citations.loose_ends(found) == [
        "client.hold: cites [lost-2024], which has no entry under [sources].",
        "sources.idle-2024: nothing cites it.",
    ]
