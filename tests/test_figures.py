"""A figure says what it shows: its title follows the numbers drawn, and no word of it runs into another."""

from datetime import date
from itertools import combinations, pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest

from made_up import PATRONS, curve, manifest, results, scenario, summary
from scenarios import load
from scenarios.questions.headline.figure import figures_of
from scenarios.questions.headline.findings import (
    Ended,
    Spread,
    Weighed,
    level_finding,
    percent,
    reason_finding,
    step_back_finding,
    support_finding,
)
from scenarios.questions.sensitivity.figure import tornado_finding
from scenarios.report.contrast import contrast_finding
from scenarios.report.curves import ladder, ladder_finding, short_rung
from scenarios.report.style import SETTINGS, date_ticks, day_number, svg_of, write
from scenarios.report.wording import definition, horizon
from scenarios.significance import CHANGED, WITHIN

RUN_FIGURES = ("support", "step_back", "levels", "reasons", "ladder")
STEPS = {"day": 1.0, "week": 7.0, "month": 30.4375}
TOUCH = 1.0  # dots by which two boxes may overlap


def drawn(name, **changes):
    """A figure of a made-up run."""
    played = scenario(**changes)
    made = results(n=40, played=played)
    return figures_of(made, summary(), results(0.4, n=40, played=played), curve(500))[name]()


def said_in(figure):
    """Title and caption of a figure, each in one line."""
    return " ".join(figure.get_suptitle().split()), " ".join(figure.get_supxlabel().split())


def collisions(figure):
    """Pairs of words that lie on each other when a figure is drawn, and words that run off the page."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(figure)
    with matplotlib.rc_context(SETTINGS):
        canvas.draw()
    shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer()).padded(-TOUCH)) for text in shown]
    beyond = [(text, "edge") for text, box in boxes if not _lies_in(box, figure.bbox)]
    return beyond + [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.overlaps(b)]


def _lies_in(box, page):
    """Whether a box lies on the page as a whole."""
    return page.x0 <= box.x0 and page.y0 <= box.y0 and box.x1 <= page.x1 and box.y1 <= page.y1


def ended(**shares):
    """Where curves end, from the share of each patron that steps back in 10,000 runs."""
    return {patron: Ended(share, share / 2, 10_000) for patron, share in shares.items()}


@pytest.mark.parametrize("first", PATRONS)
def test_the_title_names_the_patron_that_steps_back_most(first):
    said = step_back_finding(ended(**(dict.fromkeys(PATRONS, 0.1) | {first: 0.4})), scenario())
    assert said == f"{first.title()} steps back most often: 40 % of runs by 29 November 2026, further 20 %"


def test_two_patrons_that_luck_could_have_exchanged_are_both_named():
    close = {patron: replaced for patron, replaced in ended(russia=0.20, china=0.21, cuba=0.1).items()}
    few = {patron: end._replace(n=100) for patron, end in close.items()}
    many = {patron: end._replace(n=1_000_000) for patron, end in close.items()}
    assert step_back_finding(few, scenario()).startswith("China and Russia step back most often: 21 % and 20 %")
    assert step_back_finding(many, scenario()).startswith("China steps back most often: 21 %")


def test_the_title_sets_the_control_beside_the_scenario_where_there_is_one():
    frozen = {patron: end._replace(frozen=0.03) for patron, end in ended(russia=0.2).items()}
    assert step_back_finding(frozen, scenario()).endswith("; with the pressure frozen 3 %")
    assert "frozen" not in step_back_finding(ended(russia=0.2), scenario())


def test_where_nobody_steps_back_or_has_anything_to_lose_the_title_says_so():
    assert step_back_finding(ended(russia=0.0), scenario()).startswith("No patron steps back in any run")
    nothing = {"russia": Ended(0.0, 0.0, 0)}
    assert step_back_finding(nothing, scenario()) == "No patron has anything material to lose at the opening"


@pytest.mark.parametrize("patron", PATRONS)
@pytest.mark.parametrize("rung", [1, 5, 8, 10])
def test_the_title_of_the_ladder_names_the_rung_and_the_patron_of_the_steepest_rise(patron, rung):
    flat = curve(2000)
    chance = np.where((flat["patron"] == patron) & (flat["rung"] >= rung), 0.7, 0.1)
    said = ladder_finding(flat.assign(probability=chance, se=0.01, low=chance - 0.02, high=chance + 0.02), scenario())
    assert said.startswith(f"From rung {rung - 1} to {rung} ({short_rung(scenario(), rung)})")
    assert said.endswith(f"{patron.title()} steps back rises most: 10 % to 70 %")


def test_a_ladder_on_which_only_luck_differs_has_no_steepest_rung():
    level = curve(50).assign(probability=0.3, se=0.06)
    level["probability"] += 0.01 * (level["rung"] % 2)
    assert "No rung, held, makes any patron step back more often" in ladder_finding(level, scenario())


def test_the_title_of_the_support_follows_the_median_that_moves_most():
    still = {patron: Spread(0.4, 0.4, 0.2, 0.5) for patron in PATRONS}
    falls = still | {"cuba": Spread(0.4, 0.1, 0.0, 0.3), "iran": Spread(0.4, 0.5, 0.2, 0.6)}
    assert support_finding(falls, scenario()).startswith("Cuba's support falls most: the median goes from 0.40 to 0.10")
    rises = still | {"iran": Spread(0.4, 0.5, 0.2, 0.6)}
    assert support_finding(rises, scenario()).startswith("Iran's support rises most")
    unsure = still | {"china": Spread(0.4, 0.4, 0.1, 0.8)}
    assert "China's is least sure: 90 % of runs end between 0.10 and 0.80" in support_finding(unsure, scenario())


def test_the_title_of_the_levels_names_the_channel_that_falls_most():
    held = {(patron, "oil"): (2.0, 2.0) for patron in PATRONS}
    assert level_finding(held, scenario()).startswith("No channel gives way")
    said = level_finding(held | {("iran", "arms"): (2.0, 1.5), ("cuba", "oil"): (2.0, 1.8)}, scenario())
    assert said == "What gives way most: Iran's arms, from a mean level of 2.00 to 1.50 by 29 November 2026"


def test_the_title_of_the_reasons_names_each_reason_once_with_its_patrons():
    weighed = [
        Weighed("russia", "payment", 0.3, 50),
        Weighed("china", "payment", 0.2, 90),
        Weighed("cuba", "budget", 0.9, 1),
    ]
    said = reason_finding(weighed, False, scenario())
    assert said == "What weighs most in a step-back: payment for China (20 %) and Russia (30 %)"
    assert reason_finding(weighed, True, scenario()) == f"{said}; most have no single reason"
    assert reason_finding([], False, scenario()) == "No step-back"


def test_titles_follow_the_runs_that_are_drawn():
    few, many = (figures_of(results(pressure, n=400), summary())["step_back"]() for pressure in (0.1, 2.0))
    assert said_in(few)[0] != said_in(many)[0]
    weak = said_in(figures_of(results(n=40), summary())["reasons"]())[0]
    turned = summary()
    turned.loc[turned["outcome"].str.endswith(".reason.bargain"), "value"] = 0.9
    assert "bargain" not in weak
    assert "bargain" in said_in(figures_of(results(n=40), turned)["reasons"]())[0]


def test_the_title_of_a_comparison_is_the_largest_difference_that_is_more_than_luck():
    rows = [("Iran: pause", "a", 0.1, None), ("Iran: pause", "b", 0.9, WITHIN)]
    rows += [("Cuba: pause", "a", 0.2, None), ("Cuba: pause", "b", 0.3, CHANGED)]
    table = pd.DataFrame(rows, columns=["what", "side", "value", "verdict"])
    assert contrast_finding(table) == "Cuba: pause: 20 % under 'a', 30 % under 'b'"
    assert contrast_finding(table.iloc[:2]).startswith("Nothing differs from 'a'")
    assert contrast_finding(table.assign(verdict=None)).startswith("Iran: pause: 10 % under 'a', 90 %")


def test_the_title_of_a_tornado_names_a_number_only_if_it_moves_more_than_luck():
    bars = pd.DataFrame({"path": ["model.rho", "client.hold"], "share": [0.1, 0.3], "luck": [0.2, 0.2]})
    assert tornado_finding("russia.step_back", {"given": bars}) == "client.hold moves russia.step_back most"
    assert tornado_finding("russia.step_back", {"given": bars.iloc[:1]}).startswith("No number moves")


@pytest.mark.parametrize("name", RUN_FIGURES)
@pytest.mark.parametrize("step", STEPS)
def test_no_word_of_a_figure_runs_into_another(name, step):
    assert collisions(drawn(name, step=step, step_days=STEPS[step])) == []


@pytest.mark.parametrize("library", ["toy", "venezuela_2025", "belarus_2020"])
def test_the_names_of_the_rungs_stand_once_and_apart(library):
    there = load(library)
    made = ladder(curve().assign(patron=lambda rows: rows["patron"].map(lambda _: there.patrons[0])), there, manifest())
    assert collisions(made) == []
    words = [text.get_text() for panel in made.axes for text in panel.get_xticklabels() if text.get_text()]
    assert len(words) == len(set(words)) == 11


@pytest.mark.parametrize("name", RUN_FIGURES)
def test_a_caption_holds_n_seed_scenario_and_the_numbers_drawn_from(name):
    caption = said_in(drawn(name))[1]
    assert "Scenario made_up, seed 1." in caption
    assert "Numbers drawn from: prior" in caption
    assert "n = " in caption or "n above each panel" in caption or "of n runs" in caption


@pytest.mark.parametrize("name", ["step_back", "reasons", "ladder"])
def test_a_step_back_is_defined_in_a_caption_as_it_is_where_it_is_explained(name):
    assert definition(scenario()) in said_in(drawn(name))[1]


def test_what_goes_further_is_drawn_beside_the_step_back():
    names = [text.get_text() for text in drawn("step_back").legends[0].get_texts()]
    assert {"stepped back", "stepped back further"} <= set(names)


def test_levels_have_their_names_in_the_key():
    names = [text.get_text() for text in drawn("levels").legends[0].get_texts()]
    assert names[:4] == ["0 nothing", "1 some", "2 much", "3 all it can give"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("inches", [1.0, 3.3, 6.5])
@pytest.mark.parametrize("start", [date(2025, 11, 30), date(2024, 1, 1)])
def test_a_date_axis_says_every_year_that_it_passes_a_tick_in_and_fits(step, inches, start):
    played = scenario(step=step, step_days=STEPS[step], start=start)
    days, names = date_ticks(played, inches)
    assert days
    assert all(start <= day <= horizon(played) for day in days)
    assert str(days[0].year) in names[0]
    for (before, day), name in zip(pairwise(days), names[1:], strict=True):
        assert day.year == before.year or str(day.year) in name
        assert f"{day:%b}" in name or name == str(day.year)


def test_ticks_of_a_panel_an_inch_wide_keep_year_and_month():
    assert date_ticks(load("venezuela_2025"), 0.9)[1] == ["Jan\n2026", "Jan\n2027"]


def test_days_are_counted_as_matplotlib_counts_them():
    from matplotlib.dates import date2num

    assert day_number(date(2025, 11, 30)) == date2num(date(2025, 11, 30))


def test_figures_of_a_run_are_drawn_without_measuring_panels(monkeypatch, tmp_path):
    from matplotlib.axes import Axes

    monkeypatch.setattr(Axes, "get_tightbbox", lambda *_, **__: pytest.fail("the box of a panel was asked for"))
    with matplotlib.rc_context(SETTINGS):
        for name in RUN_FIGURES:
            assert len(write(drawn(name), tmp_path, name)) == 2


def test_a_figure_as_text_is_one_svg_element_with_its_title():
    text = svg_of(drawn("reasons"))
    assert text.startswith("<svg")
    assert text.rstrip().endswith("</svg>")
    assert "What weighs most in a step-back" in text


@pytest.mark.parametrize(("share", "said"), [(0.0, "0 %"), (0.004, "under 1 %"), (0.496, "50 %"), (1.0, "100 %")])
def test_a_share_in_a_title_is_a_percentage_that_is_never_falsely_zero(share, said):
    assert percent(share) == said


@pytest.mark.parametrize("name", ["toy", "venezuela_2025"])
def test_a_scenario_is_drawn_as_what_each_patron_gives_at_the_opening(name):
    played = load(name)
    panel = played.plot().axes[0]
    pairs = [(patron, channel) for patron in played.patrons for channel in played.channels]
    shown = [float(text.get_text()) for text in panel.texts]
    assert shown == [played.numbers[f"patrons.{p}.channels.{c}.opening"].value for p, c in pairs]
    assert panel.yaxis_inverted()
