"""At a prompt and in a notebook a thing says a few lines of itself, draws itself, and tells how far it is."""

import json
import pickle
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import scenarios as sc
from scenarios.errors import RequestRefused, UnknownName

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "docs" / "tutorial.ipynb"
OVER = {"client.hold": (0.3, 0.6, 2), "patrons.redland.risk_tolerance": (0.2, 0.8, 2)}


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    """One of each thing that a user holds in hand."""
    toy = sc.load("toy")
    shaky = toy.with_values({"client.hold": 0.2})
    results = sc.simulate(toy, 300)
    out = tmp_path_factory.mktemp("results")
    seen = out / "seen.csv"
    seen.write_text("date,event\n2030-02-01,not redland.step_back by 2030-02-01\n")
    sc.run_to_disk(toy, replications=20, out=out)
    return {
        "scenario": toy,
        "results": results,
        "results read": sc.read(sc.save(results, out)),
        "comparison": sc.compare(results, sc.simulate(shaky, 300)),
        "nothing compared": sc.compare(results, results),
        "threshold": sc.threshold(toy, of="redland.step_back", over="client.hold", replications=50, grid=3),
        "rungs": sc.threshold(toy, of="redland.step_back", over="rung", replications=20),
        "sweep": sc.sweep(toy, OVER, replications=20),
        "discovery": sc.discover(toy, "redland.step_back", points=400),
        "sensitivity": sc.sensitivity(toy, ["redland.step_back"], method="morris", base_samples=4, replications=40),
        "given": sc.sensitivity_given(results),
        "updated": sc.update(toy, seen, "2030-03-01", runs=400),
    }


ANALYSES = ("discovery", "sensitivity", "given", "updated")
NAMES = (
    "scenario", "results", "results read", "comparison", "nothing compared", "threshold", "rungs", "sweep", *ANALYSES
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_a_thing_says_of_itself_is_short(things, name):
    said = repr(things[name])
    assert 1 <= len(said.splitlines()) < 25
    assert max(map(len, said.splitlines())) <= 150
    assert len(things[name]._repr_html_()) < 10_000


def test_results_say_chances_with_their_errors(things):
    summary = things["results"].summary.set_index("outcome")
    row = summary.loc["redland.step_back"]
    assert f"step back {row['value']:.3f} ± {row['se']:.3f}" in repr(things["results"])


def test_runs_that_were_not_read_stay_unread(tmp_path):
    folder = sc.run_to_disk(sc.load("toy"), replications=10_050, out=tmp_path)
    found = sc.read(folder)
    assert "10,050 runs" in repr(found)
    assert "patrons" not in vars(found)


def test_names_that_are_no_html_do_not_act_as_such():
    from made_up import scenario

    shown = scenario(title="<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_comparison_prints_what_changed_and_one_line_for_the_rest(things):
    table = things["comparison"]
    assert (table["verdict"] == "changed").any()
    for row in table.to_dict("records"):
        assert (row["outcome"] in repr(table)) == (row["verdict"] == "changed")
    assert f"of {len(table)} rows did not change" in repr(table)
    assert "Comparison" not in repr(things["nothing compared"])


def test_a_comparison_is_a_table_all_the_same(things):
    table = things["comparison"]
    plain = table[table["n"] > 0]
    assert type(plain).__name__ == "DataFrame"
    assert len(table.to_csv().splitlines()) == len(table) + 1
    assert table.groupby("versus")["n"].max().tolist() == [300]


@pytest.mark.parametrize("what", ["support", "step_back", "levels", "reasons"])
def test_results_draw_themselves(things, what):
    assert things["results"].plot(what).axes


def test_answers_draw_themselves(things):
    assert re.match(r"\w.*: .* % under |Nothing differs from ", things["comparison"].plot().get_suptitle())
    assert things["comparison"].plot("redland.step_back").axes
    assert things["threshold"].plot().axes
    assert things["rungs"].plot().axes
    assert things["sweep"].plot("redland.step_back").axes


def test_analyses_draw_themselves(things):
    assert things["discovery"].plot().get_suptitle()
    assert "redland.step_back" in things["sensitivity"].plot().get_suptitle()
    assert things["given"].plot("blueland.step_back").get_suptitle()
    with pytest.raises(UnknownName, match="outcome"):
        things["given"].plot("redland.nothing")


def test_a_figure_that_there_is_not_is_refused(things):
    with pytest.raises(UnknownName, match="step_back, support"):
        things["results"].plot("pie")
    with pytest.raises(UnknownName, match="outcome"):
        things["comparison"].plot("redland.nothing")
    with pytest.raises(UnknownName, match="outcome"):
        things["sweep"].plot("redland.nothing")
    three = {"client.hold": [0.3, 0.4], "model.rho": [1.0, 2.0], "client.oil_price": [0.5, 1.0]}
    with pytest.raises(RequestRefused, match="two over a grid"):
        sc.sweep(things["scenario"], three, replications=1).plot("redland.step_back")


class Formatter(dict):
    """What a notebook knows of showing things, as far as figures need it."""

    lookup_by_type = dict.__getitem__
    for_type = dict.__setitem__


def test_a_notebook_that_knows_no_figures_learns_to_show_them_and_else_keeps_its_own_way(monkeypatch, things):
    known = Formatter()
    shell = SimpleNamespace(kernel=1, display_formatter=SimpleNamespace(formatters={"image/png": known}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, version_info=(9, 0)))
    figure = things["results"].plot()
    assert known[type(figure)](figure).startswith(b"\x89PNG")
    known[type(figure)] = "its own way"
    things["results"].plot()
    assert known[type(figure)] == "its own way"


def play_all(toy):
    """Everything that takes long enough for a bar."""
    sc.simulate(toy, 20)
    sc.sweep(toy, {"client.hold": [0.3, 0.4]}, replications=5)
    sc.threshold(toy, of="client.holds", over="client.hold", replications=5, grid=3)


@pytest.mark.parametrize(
    ("shell", "is_told"),
    [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)],
    ids=["script", "prompt", "kernel"],
)
def test_a_notebook_has_a_bar_and_a_script_has_none(monkeypatch, capsys, shell, is_told):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    play_all(sc.load("toy"))
    said = capsys.readouterr()
    assert said.out == ""
    assert [unit in said.err for unit in ("runs", "points", "values")] == [is_told] * 3


def test_whoever_asks_for_progress_is_told_in_a_notebook_too(monkeypatch, capsys):
    shell = SimpleNamespace(kernel=1)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    told = []
    sc.simulate(sc.load("toy"), 20, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (20, 20)
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("default")  # of the notebook's own libraries
def test_the_tutorial_runs_from_top_to_bottom_and_shows_no_table_whole():
    nbclient = pytest.importorskip("nbclient", reason="pip install 'scenarios[test]'")
    nbformat = pytest.importorskip("nbformat", reason="pip install 'scenarios[test]'")
    book = nbclient.NotebookClient(nbformat.read(TUTORIAL, 4), timeout=600, kernel_name="python3").execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [output.data for output in outputs if output.output_type == "execute_result"]
    assert len(shown) > 8
    assert any("text/html" in data for data in shown)
    assert any("image/png" in data for data in shown)
    assert max(len(data["text/plain"].splitlines()) for data in shown) < 70


def test_the_tutorial_is_kept_without_outputs():
    for cell in json.loads(TUTORIAL.read_text("utf-8"))["cells"]:
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == ([], None)


def test_a_chance_shows_itself_with_its_interval_and_is_drawn(things):
    asked = sc.ask(things["results"], ["redland.step_back", "rung >= 7 by 2030-06-01"], control=things["results"])
    for row in asked.to_dict("records"):
        assert all(f"{row[name]:.3g}" in repr(asked) for name in ("chance", "low", "high"))
    assert len(repr(asked).splitlines()) < 25
    assert asked.plot().get_suptitle().startswith("Likeliest: ")
    assert type(asked[asked["n"] > 0]).__name__ == "DataFrame"


def test_numbers_that_are_found_show_value_range_and_unit():
    found = sc.load("toy").find("hold revenue")
    for row in found.to_dict("records"):
        assert row["path"] in repr(found)
        assert row["unit"] in repr(found)
    assert len(repr(sc.load("venezuela_2025").find("channel")).splitlines()) < 25
    assert pickle.loads(pickle.dumps(found)).equals(found)


def test_a_sweep_draws_its_first_outcome_unless_another_is_asked_for(things):
    first, second = things["sweep"].outcomes["outcome"].iloc[:2]
    titles = [things["sweep"].plot(*asked).get_suptitle() for asked in ([], [first], [second])]
    assert titles[0] == titles[1] != titles[2]
