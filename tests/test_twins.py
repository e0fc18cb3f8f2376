"""Numbers of the literature are entered twice: here from their source, in the library where the model reads them."""

import math
import tomllib
from datetime import date
from pathlib import Path

import pytest

from scenarios import load
from scenarios.scenario.arrays import is_script, path_values

TWINS = tomllib.loads((Path(__file__).parent / "twins" / "evidence.toml").read_text("utf-8"))
NUMBERS = [twin for twin in TWINS["twin"] if "path" in twin]
SERIES = [twin for twin in TWINS["twin"] if "series" in twin]


def said(twin):
    """What a twin is called in a report."""
    return f"{twin.get('path', twin.get('series'))} {twin.get('year', '')}"


@pytest.mark.parametrize("twin", NUMBERS, ids=said)
def test_a_number_is_what_its_source_says(twin):
    number = load("venezuela_2025").numbers[twin["path"]]
    assert number.value == twin["value"]
    if number.is_uncertain:  # a cost defines a level, so that it has no range
        assert [number.low, number.high] == twin.get("range", [twin.get("low", number.low), number.high])


def in_its_unit(path, year):
    """A path over time in the middle of a year, in the unit of the number that it acts on."""
    history = load("venezuela_2005_2025")
    step = round((date(year, 7, 1) - history.start).days / history.step_days)
    value = path_values(history, path, False)[step]
    return value if is_script(path) else value * history.numbers[path].value


@pytest.mark.parametrize("twin", SERIES, ids=said)
def test_a_series_is_what_its_source_says(twin):
    assert in_its_unit(twin["series"], twin["year"]) == pytest.approx(twin["value"], abs=twin.get("tolerance", 1e-9))


@pytest.mark.parametrize(("year", "price"), [(int(y), p) for y, p in TWINS["brent"][0].items() if y != "where"])
def test_the_client_gets_no_more_than_the_market_pays(year, price):
    assert 0.5 * price < in_its_unit("client.oil_price", year) < 1.1 * price


def derived():
    """What follows from the central numbers, by formula."""
    number = {path: each.value for path, each in load("venezuela_2025").numbers.items()}
    drain = number["patrons.russia.war_drain"]
    peak = sum(number[f"patrons.russia.channels.{name}.cost"] for name in ("oil", "finance", "arms", "people"))
    limit, growth = number["channels.oil.shield_limit"], number["model.shield_growth"]
    return {
        "cost of level 3 of all but words and force x (1 - war drain)": peak * (1.0 - drain),
        "days for three reviews under a direct threat": 3.0 * 365.25 / number["model.threatened_rate"],
        "limit x (1 - e^(-growth x 5 months))": limit * (1.0 - math.exp(-growth * 5.0 / 12.0)),
    }


@pytest.mark.parametrize("twin", TWINS["derived"], ids=lambda twin: twin["formula"])
def test_what_follows_from_several_numbers_is_what_the_source_says(twin):
    assert derived()[twin["formula"]] == pytest.approx(twin["value"], abs=twin["tolerance"])
