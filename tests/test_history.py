"""Do the inputs of the histories say what happened, and do the observations hold together?"""

import csv
import importlib.util
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from scenarios import load, simulate
from scenarios.history import observations as seen
from scenarios.rulebook.traits import PatronTraits
from scenarios.runs.counting import climb, held_at
from scenarios.scenario.arrays import as_plan, path_values
from scenarios.scenario.build import OUT_OF_REACH, number_acted_on
from scenarios.scenario.check_numbers import sources
from scenarios.scenario.load import LIBRARY
from scenarios.scenario.overlay import control
from scenarios.vocabulary import Freeze, Term

ROOT = Path(__file__).parents[1]
NAMES = ("venezuela_2005_2025", "iran_2025")
FILES = sorted((LIBRARY / "history").glob("*.csv"))
SERIES = [file for file in FILES if file.stem != "requests"]
# general numbers of a pair, not of the patron: the rest must be one for all scenarios
OF_THE_PAIR = {
    "stake",
    "payment_weight",
    "exposure",
    "threat",
    "threat_weight",
    "visibility_weight",
    "support_budget",
}
OF_THE_HISTORY = {"crisis_rate", "peacetime_budget"}  # its crises are in its series, and what peace allowed counts


@pytest.fixture(scope="module", params=NAMES)
def history(request):
    """One of the two histories."""
    return load(request.param)


@pytest.fixture(scope="module")
def long():
    """The twenty years."""
    return load("venezuela_2005_2025")


def rows(file):
    """The rows of a data file."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def at(scenario, path, day):
    """What a path over time says on a day, in the unit of the number."""
    course = scenario.paths[path]
    value = [v for d, v in zip(course.dates, course.values, strict=True) if d <= day][-1]
    return value * scenario.numbers[number_acted_on(path)].value if course.unit == "factor" else value


def cited(text):
    """Ids of sources in brackets."""
    return {name.strip() for group in re.findall(r"\[([^\]]+)\]", text) for name in group.split(",")}


def test_the_histories_are_scripted_from_their_first_day(history):
    assert history.mode == "scripted"
    for path in history.paths.values():
        assert path.dates[0] <= history.start, path.path  # each row holds until the next one


def test_the_long_history_ends_with_november_2025(long):
    last = long.start + timedelta(days=long.steps * long.step_days)
    assert (long.start, last) == (date(2005, 1, 1), date(2025, 12, 1))
    assert date(2025, 11, 29) in long.paths["coercer.rung"].dates  # nothing later: the cut-off is 30 November
    assert max(day for path in long.paths.values() for day in path.dates) <= date(2025, 11, 30)


@pytest.mark.parametrize("file", SERIES, ids=lambda file: file.stem)
def test_every_row_of_a_series_has_a_known_source_and_a_note(file):
    days = [date.fromisoformat(row["date"]) for row in rows(file)]
    assert days == sorted(set(days))
    for row in rows(file):
        kind = row["source"].split(":")[0]
        assert kind in ("judgement", "derived") or row["source"] in sources(), row
        assert row["note"], row
        assert cited(row["source"] + row["note"]) <= set(sources()), row
        assert kind != "derived" or cited(row["source"]), "a derived value names what it is derived from"


def test_every_series_is_used_or_waits_for_its_path():
    used = set()
    for name in NAMES:
        used |= set(re.findall(r'"history/(\w+)\.csv"', (LIBRARY / f"{name}.toml").read_text()))
    assert used | {"requests", "venezuela_need_oil_outlet"} == {file.stem for file in FILES}


def test_the_requests_name_actors_channels_and_sources(long):
    for row in rows(LIBRARY / "history" / "requests.csv"):
        assert f"patrons.{row['patron']}.channels.{row['channel']}.opening" in long.numbers
        assert date(2005, 1, 1) <= date.fromisoformat(row["date"]) <= date(2025, 11, 30)
        assert 0 < float(row["size"]) <= 1
        assert row["source"] in sources()


def test_prices_and_output_are_plausible(long):
    for path, low, high in (("client.oil_price", 20, 120), ("client.oil_output", 0.3, 3.5)):
        quantities = path_values(long, path, False) * long.numbers[path].value
        assert low <= quantities.min() and quantities.max() <= high


# typed from the evidence, not from the file
STANDING = [
    (date(2010, 6, 1), 1),
    (date(2014, 12, 17), 1),
    (date(2014, 12, 18), 2),
    (date(2017, 8, 25), 3),
    (date(2018, 11, 1), 4),
    (date(2019, 8, 5), 5),
    (date(2020, 4, 1), 6),
    (date(2020, 8, 1), 5),
    (date(2022, 11, 26), 4),
    (date(2023, 10, 18), 3),
    (date(2024, 4, 18), 4),
    (date(2025, 3, 24), 5),
    (date(2025, 8, 14), 6),
    (date(2025, 9, 2), 7),
    (date(2025, 11, 28), 7),
    (date(2025, 11, 29), 8),
]


@pytest.mark.parametrize(("day", "rung"), STANDING)
def test_the_rung_is_the_one_that_stood(long, day, rung):
    assert at(long, "coercer.rung", day) == rung


@pytest.mark.parametrize(("day", "rung"), [(1, 5), (11, 5), (12, 6), (13, 8), (21, 8), (22, 9), (23, 9), (24, 6)])
def test_june_2025_goes_up_and_down_the_ladder_on_its_days(day, rung):
    assert at(load("iran_2025"), "coercer.rung", date(2025, 6, day)) == rung


def test_quantities_stand_in_their_own_unit(long):
    assert at(long, "client.oil_price", date(2012, 6, 1)) == pytest.approx(103.42)
    assert at(long, "client.oil_output", date(2008, 6, 1)) == pytest.approx(3.271)
    assert at(long, "patrons.russia.war_drain", date(2016, 6, 1)) == pytest.approx(0.12)
    assert at(long, "patrons.cuba.own_crisis", date(2010, 6, 1)) == pytest.approx(0.1)


def test_the_last_month_is_the_opening_of_november_2025(long):
    now, last = load("venezuela_2025"), date(2025, 11, 30)
    for path in long.paths:
        number = now.numbers[number_acted_on(path)]
        assert number.low - 1e-9 <= at(long, path, last) <= number.high + 1e-9, path


def test_the_august_scenario_opens_on_the_same_series(long):
    august, day = load("venezuela_2025_august"), date(2025, 8, 14)
    for path in ("coercer.rung", "coercer.presence", "patrons.russia.threat", "patrons.china.threat"):
        number = august.numbers[path]
        assert number.low <= at(long, path, day) <= number.high, path
    assert at(long, "patrons.china.bargain", day) == pytest.approx(august.numbers["patrons.china.bargain"].value)


def test_the_general_numbers_of_a_patron_are_one_for_all_scenarios(history):
    now = load("venezuela_2025")
    free = OF_THE_HISTORY if history.name == "venezuela_2005_2025" else set()
    for patron in history.patrons:
        for field in set(PatronTraits._fields) - OF_THE_PAIR - free:
            path = f"patrons.{patron}.{field}"
            assert history.numbers[path] == now.numbers[path], path


def test_openings_of_the_histories_are_those_of_the_evidence(long):
    def opening(scenario, patron):
        return [
            scenario.numbers[f"patrons.{patron}.channels.{channel}.opening"].value
            for channel in ("words", "oil", "finance", "arms", "people", "force")
        ]

    # words are those to which they fall back
    assert opening(long, "russia") == [2, 1, 0, 1, 0, 0]
    assert opening(long, "china") == [1, 1, 0, 0, 0, 0]
    assert opening(long, "cuba") == [3, 0, 0, 0, 3, 0]
    assert opening(long, "iran") == [2, 0, 0, 0, 0, 0]
    iran = load("iran_2025")
    assert iran.patrons == ("russia", "china")
    assert opening(iran, "russia") == [2, 1, 1, 1, 1, 0]
    assert opening(iran, "china") == [2, 3, 1, 0, 0, 0]


def test_the_client_outlives_its_history(history):
    found = simulate(history, 20, rng=1)
    assert set(found.runs["client_outcome"]) == {"holds"}


def test_a_history_has_its_control_and_its_ladder(history):
    # the last step in which the pressure moves
    assert as_plan(control(history)).freezes.pressure == 0.0
    assert as_plan(history).freezes.pressure > history.steps
    assert held_at(history, 7).paths["coercer.rung"].values[-1] == 7
    assert climb(history).paths["coercer.rung"].values[-1] == 10


def test_levels_of_the_coders_lie_in_their_range():
    for row in seen.postures():
        assert 0 <= row.low <= row.high <= 3
        assert {row.level, row.second_coder} <= set(range(row.low, row.high + 1)), row
        assert row.basis


def test_the_coders_saw_every_patron_and_channel_at_every_date(long):
    places = {(row.patron, row.channel) for row in seen.postures()}
    assert places == {(patron, channel) for patron in long.patrons for channel in long.channels}
    assert len(seen.postures()) == 5 * len(places)
    # beyond reach in the scenario, the first coder saw nothing either
    for row in seen.postures():
        reach = long.numbers[f"patrons.{row.patron}.channels.{row.channel}.feasible"]
        if reach.note == OUT_OF_REACH and (row.patron, row.channel) != ("iran", "finance"):
            assert row.level == 0, row


def test_observed_quantities_lie_in_their_ranges():
    for row in (*seen.quantities(), *seen.acts()):
        assert row.low <= row.value <= row.high, row
        assert row.quality in ("A", "B", "C", "U")
        assert row.source == "judgement" or row.source in sources(), row
        assert cited(row.note) <= set(sources()), row
    for share in seen.coded_shares():
        assert 0 <= share.low <= share.value <= share.high <= 1, share


def test_acts_stand_at_the_rung_of_their_day(long):
    for act in seen.acts():
        where = load("iran_2025") if act.id.startswith("iran") else long
        assert at(where, "coercer.rung", act.date) == act.rung, act.id


def test_the_yearly_shares_say_what_the_patterns_say():
    def mean(series, patron, first, last):
        found = [s.value for s in seen.shares_coded(series, patron) if first <= s.year <= last]
        return sum(found) / len(found)

    observed = {pattern.id: pattern.observed for pattern in seen.patterns()}
    assert mean("arms_delivered", "russia", 2006, 2013) == pytest.approx(observed["P1a"], abs=0.01)
    assert mean("arms_delivered", "russia", 2016, 2024) == observed["P1b"]
    assert mean("official_finance", "china", 2007, 2015) == pytest.approx(observed["P2a"], abs=0.01)
    assert mean("official_finance", "china", 2018, 2025) == pytest.approx(observed["P2b"], abs=0.01)
    later, before = mean("oil_bought", "china", 2017, 2019), mean("oil_bought", "china", 2007, 2015)
    assert later / before == pytest.approx(observed["P2c"], abs=0.01)


def test_the_arms_of_the_register_sum_to_what_was_published():
    totals = {"russia": 3868.0, "china": 656.1}
    for patron, total in totals.items():
        found = sum(row.value for row in seen.yearly("arms_delivered", patron).values())
        assert found == pytest.approx(total, abs=1.0)


def test_every_observed_pattern_holds_for_what_was_observed():
    for pattern in seen.patterns():
        if pattern.observed == pattern.observed:
            assert pattern.holds(pattern.observed), pattern.id


@pytest.mark.parametrize(
    ("name", "holds", "fails"),
    [("P1a", 0.45, 0.44), ("P1b", 0.17, 0.18), ("P3a", 0.5, 0.51), ("P3a", 0.12, 0.11), ("P6b", 0.01, 0.0)],
)
def test_a_pattern_holds_up_to_its_threshold(name, holds, fails):
    pattern = {pattern.id: pattern for pattern in seen.patterns()}[name]
    assert pattern.holds(holds) and not pattern.holds(fails)


def test_all_patterns_are_there_once():
    ids = [pattern.id for pattern in seen.patterns()]
    assert len(set(ids)) == len(ids)
    assert {re.sub("[a-z]", "", name) for name in ids} == {f"P{number}" for number in range(12)}


def test_every_claim_of_the_article_names_what_tests_it():
    assert [claim.id for claim in seen.article_claims()] == [f"C{number:02}" for number in range(1, 24)]
    for claim in seen.article_claims():
        for switch in claim.switch.split():
            kind, _, word = switch.partition("=")
            assert switch == "none" or word in {"freeze": Freeze.words(), "term": Term.words()}[kind], claim
        assert claim.scenario == "" or (LIBRARY / f"{claim.scenario}.toml").is_file()


def test_the_tables_of_the_pages_are_current():
    script = ROOT / "docs" / "reference" / "make_observations.py"
    spec = importlib.util.spec_from_file_location("make_observations", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, tables in module.PAGES.items():
        page = (script.parent / name).read_text(encoding="utf-8")
        assert module.page(name, tables()) == page, f"run python {script.relative_to(ROOT)}"
