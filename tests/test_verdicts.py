"""One verdict for every command: what `run` says of a control, `compare` says of the same runs."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact

from scenarios import compare, control, frozen, load, read, run_to_disk, simulate, summarise
from scenarios.moments import no_moments, with_more
from scenarios.questions.headline.ask import chances_when, reasons_further
from scenarios.questions.headline.sentences import Told
from scenarios.questions.headline.words import run_answer
from scenarios.report.answer import Format, render
from scenarios.significance import (
    CHANGED,
    NO_CASE,
    SHARED,
    WITHIN,
    holm,
    matched_gap,
    medians_test,
    shares_test,
    sign_test,
    verdicts,
)
from scenarios.store.folder import read_summary
from scenarios.summary import indicators, pairs_of
from scenarios.tally import Gaps, chance_names

RUNS = 500


def both(summary: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """The rows that a summary and a comparison share, beside each other."""
    found = summary.merge(compared, on="outcome", suffixes=("_run", "_compare"))
    assert len(found) == len(compared)
    return found


@pytest.mark.parametrize("name", ["toy", "venezuela_2025", "iran_2025"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_run_and_compare_say_the_same_of_the_same_runs(name: str, seed: int) -> None:
    pressed, frozen = (simulate(one, RUNS, seed) for one in (load(name), control(load(name))))
    found = both(summarise(pressed, frozen), compare(frozen, pressed))
    assert found["verdict_run"].tolist() == found["verdict_compare"].tolist()
    assert found["p_adjusted_run"].tolist() == pytest.approx(found["p_adjusted_compare"].tolist(), nan_ok=True)
    assert {CHANGED, WITHIN} <= set(found["verdict_run"])


def test_runs_that_share_their_numbers_get_the_same_verdict_in_both() -> None:
    toy = load("toy")
    pressed, frozen = (simulate(one, 4, 1, points=100) for one in (toy, control(toy)))
    summary = summarise(pressed, frozen)
    found = both(summary, compare(frozen, pressed))
    assert found["verdict_run"].tolist() == found["verdict_compare"].tolist()
    details = summary[summary["outcome"].str.contains(r"\.at$|\.step_back\.|\.reason\.")]
    assert set(details["verdict"]) == {SHARED}


def test_a_single_draw_gets_no_verdict() -> None:
    pressed = simulate(load("toy"), 20, 1, points=1)
    assert not {CHANGED, WITHIN} & set(summarise(pressed, pressed)["verdict"])


def test_runs_written_to_disk_are_judged_as_runs_in_memory(tmp_path) -> None:
    folder = run_to_disk(load("toy"), RUNS, 1, out=tmp_path)
    kept = summarise(read(folder), read(folder / "control"))
    assert read_summary(folder)["verdict"].tolist() == kept["verdict"].tolist()


def test_a_frozen_term_is_judged_as_a_comparison_with_its_twin() -> None:
    toy = simulate(load("toy"), RUNS, 1)
    table = frozen(toy, of="redland.step_back", what=["payment", "material_cost"], runs=RUNS).set_index("frozen")
    chances = []
    for term in table.index:
        twin = simulate(toy.scenario.with_values({f"terms.{term}": "frozen"}), RUNS, 1)
        moved = indicators(twin)["redland.step_back"] - indicators(toy)["redland.step_back"]
        ups, downs = int((moved > 0).sum()), int((moved < 0).sum())
        chances.append(binomtest(ups, ups + downs).pvalue if ups + downs else 1.0)
    assert table["p_adjusted"].tolist() == pytest.approx(holm(np.array(chances)).tolist())
    assert table["verdict"].tolist() == [CHANGED, WITHIN]


def test_a_summary_of_an_earlier_edition_is_shown_without_verdicts() -> None:
    toy = load("toy")
    runs = simulate(toy, 50, 1)
    earlier = summarise(runs, simulate(control(toy), 50, 1)).drop(columns=["p_adjusted", "verdict"])
    told = Told(chances_when(runs), reasons_further(runs))
    assert "gave no verdicts" in render(run_answer(earlier, toy, runs.manifest, None, told), Format.TABLE)


def test_without_a_control_there_is_no_verdict() -> None:
    assert summarise(simulate(load("toy"), 20, 1))["verdict"].isna().all()


def test_a_scenario_that_is_its_own_control_changes_in_nothing() -> None:
    toy = simulate(load("toy"), 100, 1)
    assert set(summarise(toy, toy)["verdict"]) == {WITHIN, NO_CASE}


@pytest.mark.parametrize(("ups", "downs"), [(0, 0), (1, 0), (5, 0), (9, 2), (30, 31), (400, 320), (6_000, 5_700)])
def test_the_sign_test_is_exact(ups: int, downs: int) -> None:
    expected = binomtest(ups, ups + downs).pvalue if ups + downs else 1.0
    assert sign_test(ups, downs) == pytest.approx(expected, rel=1e-9)
    assert sign_test(downs, ups) == sign_test(ups, downs)


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (37, 1, 200, 62), (300,)])
def test_counts_block_after_block_hold_the_runs_that_differ(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(sizes))
    n = sum(sizes)
    a, b, is_both = rng.random((n, 6)) < 0.3, rng.random((n, 6)) < 0.4, rng.random((n, 6)) < 0.8
    gaps, found = (b.astype(np.int64) - a) * is_both, Gaps(no_moments(6), np.zeros(6, dtype=np.int64))
    for last, size in zip(np.cumsum(sizes), sizes, strict=True):
        block = slice(last - size, last)
        moments = with_more(found.moments, gaps[block], is_both[block], np.arange(n)[block])
        found = Gaps(moments, found.ups + (gaps[block] > 0).sum(axis=0))
    for k, pairs in enumerate(pairs_of(found)):
        assert (pairs.ups, pairs.downs) == ((gaps[:, k] == 1).sum(), (gaps[:, k] == -1).sum())
        of_runs = matched_gap(*(np.where(is_both[:, k], side[:, k], np.nan) for side in (a, b)), np.arange(n))
        assert pairs.chance == pytest.approx(of_runs.p, nan_ok=True)
        assert pairs.limits == pytest.approx((of_runs.low, of_runs.high), nan_ok=True)


def test_where_nothing_differs_few_tables_hold_a_change() -> None:
    # 18 rows that depend on each other, as those of a patron do; by rows alone, half of the tables would hold a change
    rng, tables, runs, rows = np.random.default_rng(7), 2_000, RUNS, 18
    chance = rng.uniform(0.02, 0.5, rows)
    with_a_change = by_rows = 0
    for _ in range(tables):
        moved = rng.random((runs, rows)) < np.minimum(chance, rng.random((runs, 1)))
        up = moved & (rng.random((runs, 1)) < 0.5)
        alone = np.array([sign_test(int(u), int(m - u)) for u, m in zip(up.sum(0), moved.sum(0), strict=True)])
        with_a_change += CHANGED in verdicts(holm(alone), [None] * rows)
        by_rows += CHANGED in verdicts(alone, [None] * rows)
    assert with_a_change <= 0.05 * tables
    assert by_rows > 0.05 * tables


def test_a_detail_is_no_change_where_no_probability_is() -> None:
    toy = simulate(load("toy"), RUNS, 1)
    other = toy.patrons.assign(reason=toy.patrons["reason"].where(toy.patrons["reason"].isna(), "payment"))
    summary = summarise(toy, type(toy)(**{**vars(toy), "patrons": other})).set_index("outcome")
    reasons = summary[summary.index.str.contains(".reason.")]
    assert reasons["difference"].abs().max() > 0.3
    assert not (summary["verdict"] == CHANGED).any()
    assert not set(reasons.index) & set(chance_names(toy.scenario))


@pytest.mark.parametrize("table", [(3, 10, 4, 10), (0, 500, 5, 400), (1, 1, 200, 1_000), (300, 900, 500, 1_000)])
def test_shares_are_tested_exactly(table: tuple[int, int, int, int]) -> None:
    cases, n, others, m = table
    sides = [[cases, n - cases], [others, m - others]]
    less, more = (fisher_exact(sides, alternative=side).pvalue for side in ("less", "greater"))
    found = shares_test(*(np.array([count]) for count in table))
    assert found[0] == pytest.approx(min(1.0, 2 * min(less, more)), rel=1e-6)


def test_a_share_of_nothing_cannot_be_tested() -> None:
    assert np.isnan(shares_test(np.array([0]), np.array([0]), np.array([1]), np.array([2]))).all()


def test_one_case_alone_is_never_a_change() -> None:
    times = np.zeros((1, 53), dtype=np.int64)
    early, late = times.copy(), times.copy()
    early[0, 3], late[0, 50] = 1, 900
    assert medians_test(early, late)[0] > 0.002
    assert medians_test(late, late)[0] == 1.0
