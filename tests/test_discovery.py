"""A box that is there is found, one that is not is not made up, and what it is worth is said on other runs."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.errors import QuestionRefused, RequestRefused
from scenarios.outcomes.outcome import answers, outcome_named
from scenarios.questions.discovery.ask import discover, played_worlds
from scenarios.questions.discovery.boxes import (
    Limit,
    best_box,
    candidate_boxes,
    checked_event,
    density,
    gain,
    inside,
    leaves,
    measures,
    pruned,
    quasi_p,
    tightest,
    trajectory,
)
from scenarios.questions.discovery.words import notes_of
from scenarios.questions.factors import factors_of
from scenarios.questions.naming import limit_words, listed, number_words
from scenarios.runs.job import Play
from scenarios.summary import indicators

SQUARE = (Limit("a", True, 0.6), Limit("b", False, 0.4))


def worlds(n, seed, n_idle=10, inner=0.9, outer=0.05):
    """Runs over uniform numbers in which an event is common where a > 0.6 and b < 0.4, and rare elsewhere."""
    rng = np.random.default_rng(seed)
    names = ["a", "b", *(f"idle {i}" for i in range(n_idle))]
    numbers = pd.DataFrame(rng.random((n, len(names))), columns=names)
    chance = np.where(inside(SQUARE, numbers), inner, outer)
    return numbers, rng.random(n) < chance


@pytest.fixture(scope="module")
def venezuela():
    """The main scenario; its events hang on its numbers strongly enough for boxes."""
    return sc.load("venezuela_2025")


@pytest.fixture(scope="module")
def found(venezuela):
    """A discovery at a small size."""
    return discover(venezuela, "china.step_back", points=4000, rng=1)


def test_only_numbers_that_act_are_let_in():
    numbers, happened = worlds(4000, 1, n_idle=100)
    assert set(candidate_boxes(numbers, happened)) == {"a", "b"}


def test_where_nothing_acts_nothing_is_let_in():
    numbers, _ = worlds(4000, 2, n_idle=100)
    assert candidate_boxes(numbers, np.random.default_rng(2).random(4000) < 0.3) == []


def test_the_box_that_was_put_in_is_found():
    numbers, happened = worlds(6000, 3)
    boxes = trajectory(numbers[["a", "b"]], happened)
    box = boxes[best_box([measures(box, numbers, happened) for box in boxes])]
    sides = {(limit.path, limit.is_above): limit.value for limit in box}
    # a peel takes off 5 % of the box at a time
    assert sides[("a", True)] == pytest.approx(0.6, abs=0.04)
    assert sides[("b", False)] == pytest.approx(0.4, abs=0.04)
    fresh, there = worlds(6000, 4)
    assert measures(box, fresh, there)["density"] == pytest.approx(0.9, abs=0.06)


def test_limits_that_other_runs_do_not_confirm_are_taken_off():
    numbers, happened = worlds(3000, 5)
    idle = (Limit("idle 1", True, 0.2), Limit("idle 2", False, 0.7))
    assert set(pruned((*SQUARE, *idle), numbers, happened)) == set(SQUARE)
    assert set(pruned((*SQUARE, *idle), numbers, happened, density)) == set(SQUARE)
    assert pruned(idle, numbers, np.random.default_rng(5).random(3000) < 0.3) in ((), idle[:1], idle[1:])


def test_a_limit_that_does_nothing_has_a_quasi_p_spread_over_all_values():
    chances = []
    for seed in range(60):
        numbers, happened = worlds(800, seed)
        chances.append(quasi_p(Limit("idle 1", True, 0.5), (*SQUARE, Limit("idle 1", True, 0.5)), numbers, happened))
    assert 0.3 < np.mean(chances) < 0.75
    numbers, happened = worlds(800, 1)
    assert quasi_p(SQUARE[0], SQUARE, numbers, happened) < 1e-6


def test_the_measures_of_a_box_are_counted_by_hand():
    numbers = pd.DataFrame({"a": [0.1, 0.5, 0.7, 0.9]})
    happened = np.array([True, False, True, True])
    found = measures((Limit("a", True, 0.6),), numbers, happened)
    assert found == {"coverage": 2 / 3, "density": 1.0, "mass": 0.5, "n": 2}
    # 2 cases, of which 1.5 were to be expected, in 4 runs
    assert gain((Limit("a", True, 0.6),), numbers, happened) == pytest.approx(0.125)
    assert measures((), numbers, happened)["density"] == 0.75


def test_the_tree_finds_the_same_corner():
    numbers, happened = worlds(6000, 6)
    best = leaves(numbers, happened)[0]
    assert {limit.path for limit in best} >= {"a", "b"}
    assert measures(best, numbers, happened)["density"] > 0.8


def test_the_leaves_of_a_tree_share_out_the_runs():
    numbers, happened = worlds(2000, 7)
    counts = sum(inside(leaf, numbers).astype(int) for leaf in leaves(numbers, happened))
    assert (counts == 1).mean() > 0.999
    assert tightest((Limit("a", False, 2.0), Limit("a", False, 1.0))) == (Limit("a", False, 1.0),)


def test_a_discovery_says_how_good_its_box_is_on_runs_that_it_was_not_found_on(venezuela, found):
    chosen = found.boxes.iloc[-1]
    assert chosen["kind"] == "chosen"
    assert (found.boxes["kind"] == "picked").sum() == 1
    results = sc.simulate(venezuela, 1, rng=1, points=4000)
    happened = answers(results, ["china.step_back"])["china.step_back"] > 0.5
    aside = results.runs["scenario_id"].to_numpy() % 4 == 3
    box = [Limit(row["path"], True, row["low"]) for row in found.limits.to_dict("records") if row["low"] == row["low"]]
    box += [Limit(r["path"], False, r["high"]) for r in found.limits.to_dict("records") if r["high"] == r["high"]]
    told = measures(tuple(box), results.runs[aside], happened[aside])
    assert told["density"] == pytest.approx(chosen["held_out_density"])
    assert told["coverage"] == pytest.approx(chosen["held_out_coverage"])


def test_the_sentence_says_density_base_rate_and_coverage_in_plain_words(venezuela, found):
    chosen = found.boxes.iloc[-1]
    assert found.sentence.startswith(f"China steps back in {chosen['held_out_density']:.0%} (± ")
    for row in found.limits.to_dict("records"):
        assert limit_words(venezuela, row["path"], row["low"], row["high"]) in found.sentence
    assert f"against {found.manifest['base_rate']:.0%} in all" in found.sentence
    assert f"these are {chosen['held_out_coverage']:.0%} of all such worlds." in found.sentence


def test_the_same_seed_finds_the_same_box(venezuela, found):
    again = discover(venezuela, "china.step_back", points=4000, rng=1)
    pd.testing.assert_frame_equal(again.boxes, found.boxes)
    assert again.sentence == found.sentence


def test_more_coverage_is_had_for_less_density(venezuela):
    loose, tight = (discover(venezuela, "china.step_back", 4000, coverage=share).boxes for share in (0.4, 0.15))
    picked = [boxes[boxes["kind"] == "picked"].iloc[0] for boxes in (loose, tight)]
    assert picked[0]["coverage"] >= 0.4
    assert picked[1]["coverage"] >= 0.15
    assert picked[1]["density"] >= picked[0]["density"]


def test_several_runs_of_a_world_stay_on_the_same_side_of_the_split(venezuela):
    found = discover(venezuela, "china.step_back", points=1200, replications=3)
    assert found.manifest["runs"] == 3600
    assert found.boxes["held_out_n"].iloc[0] == 900


def test_an_event_in_too_few_runs_is_refused_with_events_that_are_common_enough(venezuela):
    with pytest.raises(
        RequestRefused, match=r"china.abandonment happens in .* fewer than the 60.*china.step_back \(\d\d%\)"
    ):
        discover(venezuela, "china.abandonment", points=800)


def test_an_event_in_nearly_all_runs_is_refused_and_its_absence_offered(venezuela):
    with pytest.raises(RequestRefused, match=r"more than 80%: a box .* nearly the whole space.* --absent"):
        discover(venezuela.with_values({"coercer.capture_chance": 0}), "client.removed", points=800, is_absent=True)
    results = sc.simulate(venezuela, 1, points=400)
    with pytest.raises(RequestRefused, match="does not: --absent"):
        checked_event(results, "made.up", np.r_[np.ones(390), np.zeros(10)], is_absent=False)


@pytest.mark.parametrize(("base", "said"), [(0.03, "below 5 %"), (0.7, "Above 50 %"), (0.2, "cases in 900 runs.")])
def test_a_rare_and_a_common_event_carry_a_warning(base, said):
    manifest = {"base_rate": base, "cases": 100, "n": 900, "runs": 1000, "is_absent": False}
    first, second = notes_of(manifest, (), {}, [], 3)[:2]
    assert said in first
    assert "100 runs were left out" in second


def test_a_box_that_is_no_denser_elsewhere_is_called_no_finding():
    manifest = {"base_rate": 0.2, "cases": 200, "n": 1000, "runs": 1000, "is_absent": False}
    limits = [{"path": "a", "quasi_p": 0.15, "is_in_tree": False}]
    row = {"held_out_density": 0.22, "held_out_low": 0.18}
    said = " ".join(notes_of(manifest, SQUARE, row, limits, 3))
    assert "read it as no finding" in said
    assert "the limit on a may be luck" in said
    assert "The tree does not split on a" in said


def test_a_time_is_no_event(venezuela):
    with pytest.raises(RequestRefused, match="is a time, which has no probability"):
        discover(venezuela, "china.step_back.at", points=200)


def test_an_event_that_cannot_happen_is_refused(venezuela):
    with pytest.raises(RequestRefused, match="no run has an answer"):
        discover(venezuela, "cuba.abandonment.oil", points=200)


def test_an_unknown_event_is_answered_with_the_nearest(venezuela):
    with pytest.raises(QuestionRefused, match=r"Did you mean 'china.abandonment.oil'"):
        discover(venezuela, "china.abandonment.oli")


def test_a_number_that_acts_through_nothing_gives_a_sentence_that_says_so(venezuela):
    found = discover(venezuela, "cuba.step_back", points=1500, over=["patrons.iran.payment_weight"])
    assert "no range of the numbers drawn makes it markedly likelier" in found.sentence
    assert len(found.limits) == 0


def test_every_event_has_words_for_it_and_for_its_absence(venezuela):
    for name in [*indicators(sc.simulate(venezuela, 2)), "china.abandonment.oil", "china.step_back.oil"]:
        assert outcome_named(name, venezuela).words != outcome_named(f"not {name}", venezuela).words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("patrons.china.bargain", "China's bargain"),
        ("patrons.china.channels.oil.cost", "China's cost (Oil trade and logistics)"),
        ("channels.oil.provocation", "provocation of Oil trade and logistics"),
        ("coercer.rise_rate", "United States' rise rate"),
        ("model.rho", "the model's rate of new luck"),
        ("ladder.8.presence", "presence at rung 8"),
    ],
)
def test_a_number_has_words(venezuela, path, words):
    assert number_words(venezuela, path) == words


def test_limits_have_words(venezuela):
    nan = float("nan")
    path = "patrons.china.bargain"
    assert limit_words(venezuela, path, nan, 1.2) == "China's bargain is at most 1.2"
    assert limit_words(venezuela, path, 0.4, 1.2) == "China's bargain lies between 0.4 and 1.2"
    assert limit_words(venezuela, path, 1.0, 1.0) == "China's bargain is 1"
    assert listed(["one"]) == "one"


def asked(*words):
    """What a command says."""
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_prints_the_box_draws_the_trade_off_and_remembers(tmp_path):
    words = ("discover", "venezuela_2025", "--of", "russia.step_back", "--points", 3000, "--out", tmp_path)
    done = asked(*words)
    assert done.exit_code == 0, done.output
    flat = " ".join(done.stdout.split())
    assert "of the worlds in which" in flat
    assert "A tree over the same runs" in flat
    folder = next((tmp_path / "venezuela_2025").iterdir())
    assert (folder / "figures" / "tradeoff.svg").is_file()
    assert "3,000 runs: about 0.8 seconds on one core." in done.stderr, "its tables are small, its runs are not kept"
    again = asked(*words)
    assert "nothing was run" in again.stderr
    assert again.stdout == done.stdout
    manifest = json.loads((folder / "discovery.json").read_text())
    assert manifest["analysis"] == "discovery"
    assert manifest["sentence"] in flat


@pytest.mark.parametrize("form", ["csv", "markdown", "json"])
def test_the_command_prints_in_other_forms(tmp_path, form):
    words = (
        "discover",
        "venezuela_2025",
        "--of",
        "china.step_back",
        "--points",
        1500,
        "--out",
        tmp_path,
        "--no-figures",
    )
    done = asked(*words, "--format", form, "--quiet")
    assert done.exit_code == 0, done.output
    assert "Traceback" not in done.stdout
    assert len(done.stdout.splitlines()) > 1
    if form == "json":
        assert json.loads(done.stdout, parse_constant=lambda word: pytest.fail(word))["boxes"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--of", "china.leaves"), "Unknown name 'china.leaves'"),
        (("--of", "china.step_back", "--coverage", 2), "--coverage 2: must lie above 0"),
        (("--of", "china.step_back", "--points", 0), "must be at least 1"),
        (("--of", "china.step_back", "--over", "patrons.chna"), "Unknown number or group 'patrons.chna'"),
    ],
)
def test_a_users_mistake_ends_in_one_clear_line(tmp_path, words, said):
    done = asked("discover", "venezuela_2025", *words, "--out", tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("is_absent", "said"), [(False, "(--absent)"), (True, "(leave out --absent)")])
def test_where_a_box_says_little_the_advice_is_the_other_way_round(is_absent, said):
    manifest = {"base_rate": 0.6, "cases": 600, "n": 1_000, "runs": 1_000, "is_absent": is_absent}
    assert said in notes_of(manifest, (), {}, [], 3)[0]


def test_a_world_with_other_switches_keeps_the_luck_and_the_draws_of_its_runs():
    toy = sc.load("toy")
    over = factors_of(toy, ["client.hold", "terms.words=off,on", "coercer.rung=2,8"])
    results = played_worlds(toy, over, 60, Play(2, 3))
    assert list(results.runs["run"]) == list(range(120))
    for (word, rung), runs in results.runs.groupby(["terms.words", "coercer.rung"]):
        world = toy.believed({"terms.words": ("off", "on")[int(word)], "coercer.rung": rung})
        alone = sc.simulate(world, 2, rng=3, points=60)
        columns = [name for name in alone.runs if name != "scenario"]
        pd.testing.assert_frame_equal(
            runs[columns].reset_index(drop=True), alone.runs[columns].iloc[runs["run"]].reset_index(drop=True)
        )
        mine = results.patrons[results.patrons["run"].isin(runs["run"])].reset_index(drop=True)
        theirs = alone.patrons[alone.patrons["run"].isin(runs["run"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, theirs)


def test_a_box_may_limit_a_switch_and_a_rung_and_says_so_in_words(venezuela):
    over = ["terms.payment=on,off", "coercer.rung=4,9"]
    found = discover(venezuela, "china.step_back", points=2000, over=over, rng=1)
    limits = found.limits.set_index("path")
    assert "terms.payment is on" in found.sentence or "terms.payment is off" in found.sentence
    assert limits.loc["terms.payment", "meaning"] == "0 on, 1 off"
    assert found.manifest["choices"] == {"terms.payment": ("on", "off"), "coercer.rung": (4.0, 9.0)}
