"""Every printed number has its Monte Carlo error, and every figure its n and interval."""

import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

from made_up import EVENTS, PATRONS, curve, further, manifest, results, scenario, summary, when
from scenarios.questions.headline.figure import draw_run, figures_of, reasons
from scenarios.questions.headline.findings import figure_files
from scenarios.questions.headline.over_time import bands, incidences, level_shares, survival
from scenarios.questions.headline.sentences import Told
from scenarios.questions.headline.words import run_answer, run_notes, run_sections
from scenarios.report.answer import Format, render, rows_text
from scenarios.report.curves import ladder
from scenarios.report.style import SETTINGS, write
from scenarios.report.wording import bound, difference, numbers_line, runs_line, share
from scenarios.scenario import posterior
from scenarios.scenario.load import load
from scenarios.scenario.overlay import prior


def text_of(figure) -> str:
    """All words of a figure."""
    from matplotlib.text import Text

    return " ".join(found.get_text() for found in figure.findobj(Text)).replace("\n", " ")


@pytest.mark.parametrize(
    ("value", "n", "said"),
    [
        (0.0, 10_000, "< 0.0003 (0 of 10000)"),
        (1.0, 10_000, "> 0.9997 (10000 of 10000)"),
        (0.0, 100, "< 0.03 (0 of 100)"),
        (0.0, 10_000_000, "< 0.0000003 (0 of 10000000)"),
        (1.0, 2, "2 of 2"),
    ],
)
def test_a_share_that_never_or_always_came_is_a_bound_and_not_zero_error(value, n, said):
    assert bound(value, n) == said
    assert share(value, float("nan"), n) == said


def test_runs_that_share_draws_bound_less_than_as_many_on_their_own():
    assert bound(0.0, 800, limit=0.4) == "< 0.40 (0 of 800)"
    assert bound(1.0, 800, limit=0.6) == "> 0.60 (800 of 800)"


def test_a_share_is_printed_as_precisely_as_its_error_allows():
    assert share(0.41234, 0.0492, 100) == "0.41 ± 0.05"
    assert share(0.41234, 0.00049, 1_000_000) == "0.4123 ± 0.0005"
    assert share(float("nan"), float("nan"), 0) == "–"


def test_a_difference_stands_with_its_error():
    assert difference(0.0, float("nan"), 0.003) == "0 (no run differs)"
    assert difference(1.0, float("nan"), 1.0) == "+1 (every run differs)"
    assert difference(-0.0197, 0.01, 0.0003) == "-0.02 ± 0.01"
    assert difference(0.1, float("nan"), float("nan")) == "–"


def test_each_patron_has_a_row_for_each_event():
    events = run_sections(summary(), scenario())[0]
    assert [row[:2] for row in events.rows[: len(EVENTS)]] == [("Russia", event.replace("_", " ")) for event in EVENTS]
    assert len(events.rows) == len(EVENTS) * len(PATRONS)
    assert events.rows[0][2:] == ("0.620 ± 0.005", "0.520", "+0.100 ± 0.005", "changed", "10000", "19 (4-44)")


def test_a_patron_with_nothing_to_lose_is_not_at_risk():
    rows = [row for row in run_sections(summary(), scenario())[0].rows if row[0] == "Iran"]
    assert {row[2] for row in rows} == {"not at risk"}


def test_rare_kinds_are_left_out_of_the_tables_and_the_largest_come_first():
    why = run_sections(summary(), scenario())[4]
    assert [row[1] for row in why.rows if row[0] == "Russia"] == ["secondary sanctions", "payment", "bargain"]
    rungs = run_sections(summary(), scenario())[3]
    assert [row[1] for row in rungs.rows if row[0] == "China"] == ["8 airspace closure", "9 strikes on land"]


def test_step_backs_held_by_little_have_no_reason_and_their_share_is_said_in_a_sentence():
    told = " ".join(run_notes(summary(), scenario(), manifest()))
    assert "On the edge: no single term had moved the choice by 0.05" in told
    assert "Russia 0.400 ± 0.006, China 0.400 ± 0.009" in told
    assert "Cuba" not in told
    figure = text_of(reasons(summary(), scenario(), manifest()))
    assert "Russia 0.400 ± 0.006" in figure
    assert "on the edge" not in figure
    shown = run_sections(summary(), scenario())[4]
    assert "on the edge" not in {row[1] for row in shown.rows}


def test_a_step_back_and_a_notch_are_defined_where_they_are_counted():
    told = " ".join(run_notes(summary(), scenario(), manifest()))
    assert "net loss of a level or more over the material channels that lasts 182 days" in told
    assert "a level lost on one channel for 56 days" in told
    drawn = text_of(survival(results(n=40)))
    assert "net loss of a level or more over the material channels" in drawn and "Notch" not in drawn


def test_the_reader_is_told_which_numbers_were_drawn_and_what_the_control_is_worth():
    said = " ".join(run_notes(summary(), scenario(), manifest()))
    assert "Numbers drawn from: prior" in said
    assert "2 of 3 numbers drawn" in said
    assert "differences from it are within Monte Carlo error" in said
    assert "seed 1" in said
    alone = summary().assign(control=np.nan, difference=np.nan, difference_se=np.nan, verdict=None)
    assert "No control was run" in " ".join(run_notes(alone, scenario(), manifest()))


def test_fixed_numbers_are_said_to_be_fixed():
    numbers = {"coercer.rung": scenario().numbers["coercer.rung"]}
    assert numbers_line(scenario(numbers=numbers), manifest()).startswith("Numbers: central values, all 1 held fixed")


def test_results_that_were_never_saved_say_where_their_numbers_come_from(tmp_path, monkeypatch):
    toy = load("toy")
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    posterior.write_posterior(tmp_path, "taught", ["client.hold"], np.array([[0.4], [0.5]]), toy, {})
    fitted = replace(toy, posterior="taught")
    assert "prior" not in numbers_line(fitted, {})
    assert "posterior (1 numbers as the history 'taught' has taught" in numbers_line(fitted, {})
    assert "Numbers drawn from: prior" in numbers_line(prior(fitted), {})
    assert "Numbers drawn from: prior" in numbers_line(fitted, {"numbers": "prior"})


def test_runs_are_counted_in_words():
    assert runs_line(manifest()) == "400 runs"
    assert runs_line(manifest(points=7)) == "7 points x 400 runs"
    assert runs_line(manifest(interrupted=True, runs_done=30)) == "30 of 400 runs"
    assert "Interrupted" in " ".join(run_notes(summary(), scenario(), manifest(interrupted=True)))


def test_json_holds_every_row_and_no_nan():
    text = render(
        run_answer(summary(), scenario(), manifest(), Path("results/x"), Told(when(), further())), Format.JSON
    )
    answer = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    assert len(answer["summary"]) == len(summary())
    assert answer["folder"] == str(Path("results/x"))
    assert answer["manifest"]["seed"] == 1
    assert answer["summary"][0]["value"] == 0.62


def test_csv_is_the_summary_itself():
    text = render(run_answer(summary(), scenario(), manifest(), None, Told(when(), further())), Format.CSV)
    found = pd.read_csv(io.StringIO(text), engine="python")
    pd.testing.assert_frame_equal(found, summary(), check_dtype=False)


@pytest.mark.parametrize("form", [Format.TABLE, Format.MARKDOWN])
def test_screen_and_markdown_say_the_same(form):
    text = render(run_answer(summary(), scenario(), manifest(), Path("results/x"), Told(when(), further())), form)
    for words in (
        "0.620 ± 0.005",
        "< 0.0003 (0 of 10000)",
        "Numbers drawn from: prior",
        "Results: ",
        "secondary sanctions",
    ):
        assert words in text


def test_brackets_and_bars_in_a_cell_are_printed_as_they_are():
    rows = [{"path": "model.rho", "range": "[bold] | [0, 1]", "value": 0.1, "note": None}]
    assert "[bold] | [0, 1]" in rows_text(rows, Format.TABLE, "a [heading]")
    assert r"[bold] \| [0, 1]" in rows_text(rows, Format.MARKDOWN)
    assert json.loads(rows_text(rows, Format.JSON)) == rows
    assert next(csv.DictReader(io.StringIO(rows_text(rows, Format.CSV))))["range"] == "[bold] | [0, 1]"
    assert rows_text([], Format.CSV).strip() == ""


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_path_is_never_broken_however_narrow_the_terminal(width, monkeypatch):
    path, meaning = "patrons.russia.support_budget", "what it is willing and able to spend on this client"
    rows = [{"path": path, "value": "0.11", "unit": "USD bn a year", "meaning": meaning, "source": "judgement"}]
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((width, 24)))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    told = rows_text(rows, Format.TABLE)
    assert path in told and "USD bn" in told
    assert max(map(len, re.sub("\x1b[^m]*m", "", told).splitlines())) <= width


def test_the_fan_is_the_quantiles_of_the_counted_runs():
    counts = np.zeros(101, dtype=int)
    counts[[10, 20, 30, 40]] = [1, 24, 50, 25]
    rows = pd.DataFrame({"step": 0, "patron": "russia", "bin": range(101), "intended": counts, "delivered": counts})
    steps, values = bands(rows, "intended")
    assert steps.tolist() == [0.0]
    assert values[0].tolist() == [0.2, 0.2, 0.3, 0.3, 0.4]


def test_levels_are_shares_of_the_runs_still_under_way():
    rows = [(0, 0, 1, 4), (0, 3, 3, 0), (1, 0, 0, 0)]
    levels = pd.DataFrame(rows, columns=["step", "level", "intended", "delivered"]).assign(patron="cuba", channel="oil")
    steps, values = level_shares(levels, "intended")
    assert steps.tolist() == [0.0]
    assert values.tolist() == [[0.25, 0.0, 0.0, 0.75]]


def test_step_backs_and_the_clients_end_compete():
    runs = pd.DataFrame(
        {
            "run": range(4),
            "client_outcome": ["holds", "collapses", "collapses", "holds"],
            "client_outcome_at": [np.nan, 5.0, 7.0, np.nan],
        }
    )
    rows = {"run": range(4), "patron": "russia", "at_risk": [True, True, True, False]}
    patrons = pd.DataFrame({**rows, "step_back_at": [2.0, 3.0, np.nan, 4.0]})
    patrons["step_back_further_at"] = [np.nan, 3.0, np.nan, np.nan]
    played = replace(results(n=4), runs=runs, patrons=patrons)
    found = incidences(played)
    back, gone, n = found["russia", "step_back"]
    assert n == 3
    assert back[[1, 2, 3, 52]].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])
    assert gone[[5, 6, 7, 52]].tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3])
    assert found["russia", "step_back_further"][0][[2, 3, 52]].tolist() == pytest.approx([0, 1 / 3, 1 / 3])


def test_every_figure_is_drawn_as_png_and_svg(tmp_path):
    played = results(n=40)
    files = draw_run(tmp_path / "figures", figures_of(played, summary(), results(0.4, n=40), curve()))
    assert {file.suffix for file in files} == {".png", ".svg"}
    assert all(file.stat().st_size > 1000 for file in files)
    assert set(figure_files(with_ladder=True)) == {file.name for file in files}


def test_the_same_tables_give_the_same_svg(tmp_path):
    with matplotlib.rc_context(SETTINGS):
        for name in ("a", "b"):
            write(reasons(summary(), scenario(), manifest()), tmp_path, name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(("step", "days"), [("day", 1.0), ("month", 30.4375)])
def test_figures_stand_one_patron_that_is_not_at_risk_and_other_steps(tmp_path, step, days):
    alone = scenario(patrons=("iran",), step=step, step_days=days)
    rungs = curve().assign(n=0, probability=np.nan, se=np.nan)
    assert len(draw_run(tmp_path, figures_of(results(n=20, played=alone), summary(), None, rungs))) == 10


def test_figures_state_their_n_interval_and_numbers():
    said = text_of(survival(results(n=40), results(0.4, n=40)))
    for words in ("Russia (n = 40)", "Iran (n = 0)", "not at risk", "95 % Monte Carlo interval", "prior", "seed 1"):
        assert words in said
    said = text_of(ladder(curve(500), scenario(), manifest()))
    for words in ("n = 500 at each point", "95 % Monte Carlo interval", "airspace closure 8"):
        assert words in said
