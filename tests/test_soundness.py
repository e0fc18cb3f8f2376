"""Does `check` say where numbers stand, whose posterior is used, and what of a sound file its author may not want?"""

from dataclasses import replace

import pytest

from scenarios import load
from scenarios.runs.soundness import OWN, doubts_of, hardly_chosen, opening_chances, origins, soundness, unreached
from scenarios.scenario.load import library
from scenarios.scenario.posterior import fitted_paths
from scenarios.scenario.scenario import OUT_OF_REACH
from written import complete, sheet, write

ACTS = "does not count: acts of force are shown by rule"


def entry(value, unit, **words):
    """A number by judgement."""
    return {"value": value, "unit": unit, "source": "judgement", **words}


def doubts_but_of_reach(scenario):
    """What is doubtful in a small scenario of which most pairs have no table."""
    return [line for line in doubts_of(scenario) if "nothing is given there" not in line]


def counting(**traits):
    """A complete scenario whose oil channel has these traits, and Redland on its first level there."""
    table = complete()
    given = {"material": 1, "weight": 0.4, "hold_effect": 0.1} | traits
    table["channels"] = {"oil": sheet("channels", **given), "arms": sheet("channels", weight=1 - given["weight"])}
    return table


@pytest.mark.parametrize(
    ("traits", "why"),
    [
        ({}, ""),
        ({"material": 0, "acts": 1}, ACTS),
        ({"material": 0}, ""),
        ({"weight": 0.0}, "does not count with the coercer: channels.oil.weight is 0"),
        ({"hold_effect": 0.0}, "does nothing for the client: hold_effect and solvency_effect of channels.oil are 0"),
    ],
    ids=["counts", "acts", "words", "no weight", "no effect"],
)
def test_support_on_a_channel_that_does_not_count_is_warned_of(tmp_path, traits, why):
    told = doubts_but_of_reach(load(write(tmp_path, counting(**traits))))
    assert len(told) == bool(why)
    assert all(told[0].startswith(f"patrons.redland.channels.oil.opening: level 1 {why}") for _ in told)


def test_a_budget_that_no_draw_can_reach_is_warned_of(tmp_path):
    table = counting(convexity=1)
    table["patrons"]["redland"]["channels"]["oil"]["cost"] = entry(3.0, "USD bn a year")
    budget = entry(1.5, "USD bn a year", range=[0.5, 2.5])
    table["patrons"]["redland"]["support_budget"] = budget
    (told,) = doubts_but_of_reach(load(write(tmp_path, table)))
    assert "support_budget: range [0.5, 2.5], but the posture held costs 1 USD bn a year" in told
    table["patrons"]["redland"]["support_budget"] = budget | {"range": [0.95, 2.5]}
    assert doubts_but_of_reach(load(write(tmp_path, table))) == []


def test_an_opening_level_beyond_what_is_feasible_is_warned_of(tmp_path):
    table = counting()
    table["patrons"]["redland"]["channels"]["oil"]["opening"] = entry(1, "level", range=[0, 3])
    (told,) = doubts_but_of_reach(load(write(tmp_path, table)))
    assert "oil.opening: range to 3, but no level above 2 is feasible" in told


def test_a_posture_that_the_numbers_would_hardly_choose_is_warned_of():
    toy = load("toy")
    assert list(hardly_chosen(toy)) == []
    assert all(0.3 < chance < 0.7 for chance in opening_chances(toy).values())
    nothing_holds = dict.fromkeys(("model.commitment", "model.commitment_by_stake", "model.precision"), 0.0)
    told = list(hardly_chosen(load("venezuela_2025").believed(nothing_holds)))
    assert told[0].startswith(
        "patrons.russia: the numbers would hardly choose the posture on which it opens (chance 0.00"
    )
    assert not any(line.startswith("patrons.cuba") for line in told)  # it decides on one channel


def test_each_number_stands_where_it_was_last_said(tmp_path):
    own = {"client": {"hold": entry(0.4, "share")}, "patrons": {"russia": {"stake": entry(0.5, "share")}}}
    write(tmp_path, {"base": "venezuela_2025", **own}, "mine.toml")
    over = write(tmp_path, {"client": {"ease": entry(30.0, "USD bn a year")}}, "over.toml")
    found = origins(str(tmp_path / "mine.toml"), [over]).numbers
    assert {path for path, place in found.items() if place == OWN} == {"client.hold", "patrons.russia.stake"}
    assert found["client.ease"] == "over"
    assert found["patrons.russia.risk_tolerance"] == "library patron russia"
    assert found["coercer.rung"] == "venezuela_2025"


def test_a_scenario_of_another_client_draws_from_no_posterior_but_its_own(tmp_path):
    other = {"base": "venezuela_2025", "client": {"name": "Syria"}}
    borrowed = write(tmp_path, other, "syria.toml")
    assert fitted_paths(load(borrowed)) == []
    assert 'venezuela_2025 is of another client (posterior = "venezuela" asks for it)' in origins(borrowed).posterior
    asked = write(tmp_path, other | {"posterior": "venezuela"}, "asked.toml")
    assert len(fitted_paths(load(asked))) == 4
    assert origins(asked).posterior.startswith("'venezuela', as the file asks: 4 numbers together")
    same = write(tmp_path, {"base": "venezuela_2025", "steps": 60}, "same.toml")
    assert origins(same).posterior.startswith("'venezuela', as its base venezuela_2025, of the same client")
    deeper = write(tmp_path, {"base": "syria.toml"}, "deeper.toml")
    assert load(deeper).posterior == ""
    laid = load("venezuela_2025", [write(tmp_path, {"client": {"name": "Syria"}}, "over.toml")])
    assert laid.posterior == ""


@pytest.mark.parametrize("name", library())
def test_no_library_scenario_opens_on_a_posture_that_its_numbers_would_hardly_choose(name):
    assert list(hardly_chosen(load(name))) == []


def test_check_counts_where_the_numbers_of_each_section_stand():
    told = list(soundness(load("iran_2025"), "iran_2025"))
    assert told[0] == "iran_2025: sound, 318 numbers, 74 of them with a range"
    assert "    client: 11 this file, 9 general, 4 venezuela_2025" in told
    assert any(line.startswith("  posterior: 'venezuela', as the file asks") for line in told)
    full = list(soundness(load("iran_2025"), "iran_2025", full=True))
    assert "      client.hold: this file" in full
    assert len(full) - len(told) == len(origins("iran_2025").numbers)


@pytest.mark.parametrize("name", ["venezuela_2025", "venezuela_2025_august"])
def test_the_general_numbers_are_those_of_no_conflict(name):
    found = origins(name).numbers
    assert found["model.precision"] == found["client.hold_revenue"] == found["ladder.5.threat"] == "general"
    assert found["channels.oil.provocation"] == "library channel trade"
    assert found["client.hold"] != "general"


def test_a_patron_of_the_library_reaches_no_channel_that_its_file_does_not_name():
    numbers = load("venezuela_2025").numbers
    assert numbers["patrons.cuba.channels.arms.feasible"].note == OUT_OF_REACH
    assert "channels.troops.need" not in numbers


def test_tables_that_were_forgotten_are_named():
    toy = load("toy")
    numbers = {
        path: replace(number, value=0.0, note=OUT_OF_REACH) if path.startswith("patrons.redland.channels.") else number
        for path, number in toy.numbers.items()
    }
    told = [line for line in doubts_of(replace(toy, numbers=numbers)) if "nothing is given there" in line]
    assert [line.partition(":")[0] for line in told] == ["patrons.redland"]
    assert list(unreached(toy)) == []
    nobody = {
        path: replace(number, note=OUT_OF_REACH) if ".channels.oil." in path and path.startswith("patrons.") else number
        for path, number in toy.numbers.items()
    }
    assert [line.partition(":")[0] for line in unreached(replace(toy, numbers=nobody))] == ["channels.oil"]
