"""Does a new conflict begin from a file that asks what matters, is sound as it is, and has no other's numbers?"""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import scenarios.cases
from scenarios import load
from scenarios.errors import ScenarioError
from scenarios.runs.soundness import OWN, hardly_chosen, origins, soundness
from scenarios.scenario import blank

START = date(2024, 11, 27)
LIKE = ("stake", "risk_tolerance", "bargain", "war_drain", "own_crisis")


@pytest.fixture
def syria(tmp_path):
    """A new conflict as it is written."""
    file = tmp_path / "syria.toml"
    patrons = blank.new_patrons("russia, iran,hezbollah:like=iran")
    file.write_text(blank.blank_file('Syria "of old"', "Israel", patrons, START), "utf-8")
    return str(file)


def test_a_new_conflict_is_sound_as_it_is_written_and_nothing_in_it_is_doubtful(syria):
    found = load(syria)
    assert (found.patrons, found.start, found.mode) == (("russia", "iran", "hezbollah"), START, "adaptive")
    assert (found.labels["client"], found.labels["coercer"]) == ('Syria "of old"', "Israel")
    assert [line for line in soundness(found, syria) if "warning" in line] == []
    assert list(hardly_chosen(found)) == []


def test_a_new_conflict_has_no_number_of_another_scenario_and_no_posterior(syria):
    places = set(origins(syria).numbers.values())
    assert {place for place in places if not place.startswith("library ")} == {OWN, "general"}
    assert load(syria).posterior == ""


def test_every_question_has_a_source_and_the_questions_are_some_thirty(syria):
    own = [path for path, place in origins(syria).numbers.items() if place == OWN]
    kinds = {(path.split(".")[0], path.split(".")[-1]) for path in own}
    assert 20 <= len(kinds) <= 30
    covariates = tomllib.loads(Path(syria).read_text("utf-8"))["reference_class"]["patrons"]["russia"]
    assert len(kinds) + len(covariates) <= 40


def test_a_patron_like_another_has_its_numbers_and_is_asked_what_the_library_does_not_say(syria):
    numbers, iran = load(syria).numbers, load("venezuela_2025").numbers
    for field in LIKE:
        taken = replace(iran[f"patrons.iran.{field}"], path=f"patrons.hezbollah.{field}")
        assert numbers[f"patrons.hezbollah.{field}"] == taken
        assert numbers[f"patrons.iran.{field}"].source.startswith("derived: ")
    own = {path for path, place in origins(syria).numbers.items() if place == OWN}
    assert "patrons.hezbollah.support_budget" in own
    assert "patrons.hezbollah.risk_tolerance" not in own


def test_the_medians_are_those_of_the_cases():
    data = Path(scenarios.cases.__file__).parent / "data"
    rows = pd.concat([pd.read_csv(data / f"{name}.csv") for name in ("calibration", "open_test")])
    assert len(rows) == 91
    for covariate, median in blank.MEDIANS.items():
        assert rows[covariate].median() == median, covariate
    assert rows["pressure_start"].median() == blank.MEDIAN_PRESSURE


def test_the_lines_that_stand_ready_can_be_uncommented(syria, tmp_path):
    text = Path(syria).read_text("utf-8")
    ready = ("# [[settings]]", "# path =", "# on =", "# value =", "# source =")
    script = ('# [paths."coercer.rung"]', "# at =", "# values =", "# until =", "# unit =")
    lines = [line.removeprefix("# ") if line.startswith((*ready, *script)) else line for line in text.splitlines()]
    file = tmp_path / "ready.toml"
    file.write_text("\n".join(lines), "utf-8")
    found = load(str(file))
    assert [setting.words for setting in found.settings] == ["client.hold@2024-12-25=0.2"]
    assert found.paths["coercer.rung"].values == (6.0, 7.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "russia,rusia:like=rusia",
            "rusia:like=rusia: unknown library patron. Known: china, cuba, iran, median, russia.",
        ),
        ("russia,russia", "--patrons: 'russia' stands twice. Name each patron once."),
        ("russia,", "--patrons: name '' must be made of letters, digits, _ and - only."),
        ("hez bollah", "--patrons: name 'hez bollah' must be made of letters"),
        ("russia:as=iran", "--patrons russia:as=iran: must be NAME or NAME:like=LIBRARY_PATRON."),
    ],
)
def test_patrons_that_cannot_be_are_refused_with_the_cure(text, message):
    with pytest.raises(ScenarioError) as caught:
        blank.new_patrons(text)
    assert message in str(caught.value)


def test_every_fault_of_the_patrons_comes_at_once():
    with pytest.raises(ScenarioError) as caught:
        blank.new_patrons("a b,c:x,d:like=nobody")
    assert len(caught.value.faults) == 3


def test_the_template_asks_for_the_columns_of_the_cases(syria):
    coded = tomllib.loads(Path(syria).read_text("utf-8"))["reference_class"]
    assert set(coded["patrons"]) == {"russia", "iran", "hezbollah"}
    assert set(coded["patrons"]["russia"]) == set(blank.MEDIANS)
