"""Does a path over time that stands in a file of its own become the path that it says, and is every fault told?"""

from datetime import date

import jsonschema
import pytest

from scenarios.errors import ScenarioError
from scenarios.scenario import describe, load, schema
from scenarios.scenario.build import as_table
from scenarios.scenario.overlay import believed, with_overlay, with_values
from scenarios.store.manifest import scenario_from, scenario_record
from written import changed, write

HEAD = "date,value,source,note\n"
ROWS = HEAD + "2030-01-06,40,judgement,dear\n2030-03-01,20,judgement,cheap\n"
FILED = {"file": "price.csv", "unit": "USD per barrel"}


def priced(tmp_path, text=ROWS, course=None, price=50.0):
    """A scenario file whose oil price follows a series file; its path."""
    (tmp_path / "price.csv").write_text(text)
    table = changed("paths/client.oil_price", FILED if course is None else course)
    table["client"]["oil_price"] = {"value": price, "unit": "USD per barrel", "source": "judgement"}
    return write(tmp_path, table)


def faults(tmp_path, text=ROWS, course=None, price=50.0):
    """The faults of such a file."""
    with pytest.raises(ScenarioError) as caught:
        load.load(priced(tmp_path, text, course, price))
    return caught.value.faults


def test_quantities_in_the_unit_of_their_number_become_factors_of_it(tmp_path):
    found = load.load(priced(tmp_path)).paths["client.oil_price"]
    assert (found.values, found.unit) == ((0.8, 0.4), "factor")
    assert found.dates == (date(2030, 1, 6), date(2030, 3, 1))
    assert found.sources == ("judgement", "judgement")


def test_factors_stay_what_they_are(tmp_path):
    found = load.load(priced(tmp_path, course={**FILED, "unit": "factor"}))
    assert found.paths["client.oil_price"].values == (40.0, 20.0)


def test_scripted_values_are_never_divided(tmp_path):
    table = changed("paths/coercer.presence", {"file": "near.csv", "unit": "share"})
    table["coercer"]["presence"] = {"value": 0.5, "unit": "share", "source": "judgement"}
    (tmp_path / "near.csv").write_text(HEAD + "2030-01-06,0.25,judgement,\n")
    assert load.load(write(tmp_path, table)).paths["coercer.presence"].values == (0.25,)


def test_values_in_the_scenario_file_may_be_quantities_with_a_source_each(tmp_path):
    course = {"at": [date(2030, 1, 6), date(2030, 3, 1)], "values": [25, 100], "unit": "USD per barrel"}
    found = load.load(priced(tmp_path, course={**course, "sources": ["judgement", "derived: 2 x 50"]}))
    assert found.paths["client.oil_price"].values == (0.5, 2.0)
    assert found.paths["client.oil_price"].sources == ("judgement", "derived: 2 x 50")


def test_a_series_is_found_beside_the_scenario_first_and_then_in_the_library(tmp_path, monkeypatch):
    shelf = tmp_path / "library"
    (shelf / "patrons").mkdir(parents=True)
    (shelf / "price.csv").write_text(HEAD + "2030-01-06,10,judgement,\n")
    monkeypatch.setattr(load, "LIBRARY", shelf)
    name = priced(tmp_path)
    assert load.load(name).paths["client.oil_price"].values == (0.8, 0.4)
    (tmp_path / "price.csv").unlink()
    assert load.load(name).paths["client.oil_price"].values == (0.2,)


def test_a_file_lives_through_overlays_settings_and_the_manifest(tmp_path):
    scenario = load.load(priced(tmp_path))
    (tmp_path / "other.csv").write_text(HEAD + "2030-01-06,5,judgement,\n")
    overlay = write(tmp_path, {"paths": {"client.oil_price": {"file": "other.csv", "unit": "factor"}}}, "over.toml")
    assert with_overlay(scenario, overlay).paths["client.oil_price"].values == (5.0,)
    assert load.load(priced(tmp_path), [overlay]).paths["client.oil_price"].values == (5.0,)
    # a believed number is the new yardstick: the factors stay, as they do where a number is set on a date
    assert believed(scenario, {"client.oil_price": 100}).paths == scenario.paths
    assert with_values(scenario, {"client.oil_price@2030-03-03": 100}).paths == scenario.paths
    assert scenario_from(scenario_record(scenario)) == scenario
    assert as_table(scenario)["paths"]["client.oil_price"]["sources"] == ["judgement", "judgement"]


def test_a_path_over_time_is_shown_with_the_source_of_each_value(tmp_path):
    shown = describe.parameter_rows(load.load(priced(tmp_path)), "client.oil_price")
    assert shown[-1] == {"what": "from 2030-03-01", "is": "0.4 factor, so 20 USD per barrel; judgement"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day,value,source,note\n", "price.csv: begins with 'day,value,source,note'. The first line must be date,val"),
        ("", "price.csv: is empty. The first line names the columns."),
        (HEAD, "price.csv: no row. Every row is date,value,source,note."),
        (HEAD + "2030-01-06,1,judgement\n", "price.csv, line 2: has 3 cells, must have 4. An empty cell"),
        (
            HEAD + "2030-01-06,1,judgement,so, so\n",
            "price.csv, line 2: has 5 cells, must have 4. A comma parts cells",
        ),
        (
            HEAD + "2030-01-06,0,1,judgement,\n",
            "price.csv, line 2: has 5 cells, must have 4. A comma parts cells: write 0.1",
        ),
        (
            HEAD + '2030-01-06,"0,1",judgement,\n',
            "value '0,1' is not a finite number; must lie in [0, 300] (USD per barrel). 0,1: did you mean 0.1?",
        ),
        (HEAD.replace(",", ";"), "price.csv, line 1: the columns are parted by ';'."),
        ("\n" + HEAD + '\n2030-01-06,1,judgement,"two\nlines"\n2030-01-07,x,judgement,\n', "line 6: value 'x'"),
        (HEAD + "6 Jan,1,judgement,\n", "price.csv, line 2: date '6 Jan' must be a date like 2025-11-30."),
        (
            HEAD + "2030-01-06,dear,judgement,\n",
            "price.csv, line 2: value 'dear' is not a finite number; must lie in [0, 300] (USD per barrel).",
        ),
        (HEAD + "2030-01-06,nan,judgement,\n", "price.csv, line 2: value nan is not a finite number;"),
        (
            HEAD + "2030-01-06,301,judgement,\n",
            "price.csv, line 2: value 301 lies outside [0, 300] (USD per barrel). Did you mean 30.1?",
        ),
        (HEAD + "2030-01-06,1,,\n", 'price.csv, line 2: source missing. Name one, or write source = "judgement".'),
        (HEAD + "2030-01-06,1,airspace,\n", "price.csv, line 2: unknown source 'airspace'. Known: "),
        (ROWS + "2030-02-01,1,judgement,\n", "price.csv, line 4: date 2030-02-01 comes not after 2030-03-01."),
    ],
)
def test_a_fault_of_a_series_is_told_with_its_file_and_line(tmp_path, text, message):
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("small.toml: paths: client.oil_price: ")
    assert message in fault


@pytest.mark.parametrize(
    ("course", "message"),
    [
        (
            {**FILED, "file": "prise.csv"},
            "prise.csv: no such file beside the scenario or in the library. Check its path.",
        ),
        ({**FILED, "file": 3}, "file 3 has the wrong type; must be the path of a CSV file in quotes."),
        ({**FILED, "values": [1.0]}, "values beside file; the rows of the file say it. Drop one of the two."),
        ({**FILED, "source": "judgement"}, "source beside file; the rows of the file say it. Drop one of the two."),
        ({"file": "price.csv"}, 'unit missing; must be "factor" or "USD per barrel".'),
        ({**FILED, "note": 3}, "note 3 has the wrong type; must be text in quotes."),
    ],
)
def test_a_fault_of_the_path_itself_is_told_too(tmp_path, course, message):
    (fault,) = faults(tmp_path, course=course)
    assert fault == f"small.toml: paths: client.oil_price: {message}"


def test_all_faults_of_a_series_are_told_at_once_with_those_of_the_scenario(tmp_path):
    (tmp_path / "price.csv").write_text(HEAD + "soon,1,judgement,\n2030-01-06,-1,,\n")
    table = changed("paths/client.oil_price", FILED)
    table["client"]["hold"] = {"value": 7, "unit": "share", "source": "judgement"}
    with pytest.raises(ScenarioError) as caught:
        load.load(write(tmp_path, table))
    told = "\n".join(caught.value.faults)
    assert all(part in told for part in ("client.hold", "line 2: date", "line 3: value -1", "line 3: source missing"))


def test_a_series_that_is_no_text_is_told(tmp_path):
    name = priced(tmp_path)
    (tmp_path / "price.csv").write_bytes(b"date,\xff\n")
    with pytest.raises(ScenarioError, match="line 1: is not UTF-8"):
        load.load(name)


def test_a_folder_in_the_place_of_a_series_is_told(tmp_path):
    name = priced(tmp_path)
    (tmp_path / "price.csv").unlink()
    (tmp_path / "price.csv").mkdir()
    with pytest.raises(ScenarioError, match=r"price\.csv: is a folder"):
        load.load(name)


def test_quantities_need_a_number_to_be_divided_by(tmp_path):
    (fault,) = faults(tmp_path, price=0.0)
    assert "its values are divided by client.oil_price, which is 0." in fault


@pytest.mark.parametrize("sources", [["judgement"], "judgement", ["judgement", ""]])
def test_every_value_has_one_source(tmp_path, sources):
    course = {"at": [date(2030, 1, 6), date(2030, 3, 1)], "values": [1.0, 2.0], "unit": "factor", "sources": sources}
    assert any("source" in fault for fault in faults(tmp_path, course=course))


def test_the_schema_knows_a_path_in_a_file():
    check = jsonschema.Draft202012Validator(schema.file_schema())
    assert check.is_valid({"paths": {"client.oil_price": FILED, "coercer.rung": {"file": "rung.csv", "unit": "rung"}}})
    assert not check.is_valid({"paths": {"client.oil_price": {**FILED, "unit": "mb/d"}}})
    assert not check.is_valid({"paths": {"client.oil_price": {**FILED, "file": 3}}})


def test_a_file_may_do_without_a_patron_of_its_base(tmp_path):
    write(tmp_path, changed("paths/patrons.blueland.bargain", {**FILED, "unit": "factor"}), "base.toml")
    (tmp_path / "price.csv").write_text(ROWS)
    found = load.load(write(tmp_path, {"base": "base.toml", "without": ["blueland"]}))
    assert found.patrons == ("redland",)
    assert not found.paths
    assert not any("blueland" in path for path in found.numbers)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"base": "base.toml", "without": ["blueand"]}, "without: unknown patron 'blueand'. Known: blueland, redland."),
        ({"base": "base.toml", "without": "blueland"}, "without: 'blueland' is no list of names."),
        ({"title": "x", "without": ["blueland"]}, "without: needs a base to leave something out of. Drop it."),
    ],
)
def test_a_fault_of_what_is_left_out_is_told(tmp_path, table, message):
    write(tmp_path, changed("client/hold", entry_of_hold()), "base.toml")
    with pytest.raises(ScenarioError) as caught:
        load.load(write(tmp_path, table))
    assert caught.value.faults[0].startswith(f"small.toml: {message}")


def entry_of_hold():
    """A hold of one half."""
    return {"value": 0.5, "unit": "share", "source": "judgement"}
