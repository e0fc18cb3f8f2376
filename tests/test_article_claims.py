"""What does the model say of the claims of the article? Each in its direction, or a documented miss; and the rules."""

import re
from pathlib import Path

import numpy as np
import pytest

from reference_pages.claim_plays import OPEN, PLAYS, all_readings, doubled_bargains, out_of_reach, staged
from reference_pages.claim_readings import material, weights_of
from reference_pages.claim_values import VALUES, apart, bootstrapped, means_of, over, recovery
from reference_pages.claimed import claim_rows, counts_in_words
from reference_pages.claims import (
    CANNOT_TELL,
    CONTRADICTED,
    EVIDENCE,
    PARTLY,
    SUPPORTED,
    agreement,
    claim_rules,
    claims_table,
    details_table,
    interval,
    rule_in_words,
    verdict,
)
from scenarios import load
from scenarios.history.ensembles import HISTORY
from scenarios.history.observations import article_claims
from scenarios.runs.courses import reduced
from scenarios.runs.job import Play

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "claims.md"
RUNS = 500  # a quarter of those on the page
CLAIMS = {claim.id: claim for claim in article_claims()}
RULES = {rule.id: rule for rule in claim_rules()}
SEE = "docs/reference/claims.md"
# Claims on which model and evidence say different things, and why: the page says it. Edit it, never the rules, when the
# numbers change.
DISAGREE: dict[str, str] = dict(re.findall(r"^\* \*\*(C\d\d)\*\*: (.*)$", PAGE.read_text(), re.MULTILINE))
# What the model cannot tell, whatever its number.
UNTESTABLE = {"C05", "C07", "C09", "C12", "C13", "C14", "C20"}
TESTED = [name for name in CLAIMS if name not in UNTESTABLE]


@pytest.fixture(scope="module")
def played():
    return all_readings(RUNS)


@pytest.fixture(scope="module")
def table(played):
    return claims_table(played).set_index("id")


def reaches(rule, word, low, high):
    """Whether an interval reaches the values that bear out a word."""
    sign = 1.0 if rule.supports > rule.refutes else -1.0
    least, most = sorted((sign * low, sign * high))
    if word == SUPPORTED:
        return most >= sign * rule.supports
    if word == CONTRADICTED:
        return least <= sign * rule.refutes
    return most > sign * rule.refutes and least < sign * rule.supports


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=f"{DISAGREE[name]} ({SEE})"))
        if name in DISAGREE
        else name
        for name in TESTED
    ],
)
def test_the_model_says_of_the_claim_what_the_evidence_says(table, name):
    row, word = table.loc[name], EVIDENCE[CLAIMS[name].verdict]
    said = f"{name}: {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f}), {rule_in_words(RULES[name])}"
    assert reaches(RULES[name], word, row["low"], row["high"]), said


def test_no_claim_is_left_out_and_none_without_a_rule(table):
    assert list(table.index) == list(CLAIMS) == list(RULES) == list(VALUES)
    assert {name for name, rule in RULES.items() if rule.untestable} == UNTESTABLE
    assert set(table.index[table["model"] == "cannot tell"]) == UNTESTABLE
    # inputs, and what is no part of the model; of C17 there may be nothing to read in few runs
    assert set(table.index[table["value"].isna()]) - {"C17"} == {"C12", "C13", "C14"}


def test_every_number_stands_in_its_interval(table):
    known = table[table["low"].notna()]
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()
    assert (table["n"] == np.where(table["value"].isna(), 0, RUNS)).all()


def test_most_of_the_retreat_remains_with_the_pressure_frozen(table):
    assert table.loc["C02", "low"] > 0.5


def test_cuba_is_told_rung_by_rung_and_the_patrons_side_by_side(played):
    details = details_table(played).set_index(["id", "quantity"])["value"]
    assert {name for name in details["C23"].index if name.startswith("cuba_")} == {f"cuba_{r}" for r in range(1, 9)}
    channels = details["C21"].filter(like="russia.first_channel")
    assert 0.8 < channels.sum() <= 1.0, "shares of first step-backs, the rare ones left out"


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "low", "high", "word"),
    [
        ("C01", 1.3, 1.4, SUPPORTED),
        ("C01", 1.1, 1.2, PARTLY),
        ("C01", 0.9, 1.0, CONTRADICTED),
        ("C01", 1.2, 1.3, "undecided"),
        ("C02", 0.1, 0.2, SUPPORTED),
        ("C02", 0.6, 0.9, CONTRADICTED),
        ("C07", 0.6, 0.9, "cannot tell"),
        ("C01", float("nan"), float("nan"), "undecided"),
    ],
)
def test_a_word_is_given_only_if_the_whole_interval_bears_it_out(name, low, high, word):
    assert verdict(RULES[name], low, high) == word


@pytest.mark.parametrize("name", CLAIMS)
def test_a_rule_says_where_support_ends_or_why_the_model_cannot_tell(name):
    rule = RULES[name]
    assert bool(rule.untestable) == (rule.supports != rule.supports) == (rule.refutes != rule.refutes)
    assert rule.supports != rule.refutes


def test_the_model_never_agrees_with_what_the_evidence_leaves_open():
    for name in ("C07", "C09", "C20"):
        assert agreement(SUPPORTED, CLAIMS[name]) == CANNOT_TELL
    assert agreement(SUPPORTED, CLAIMS["C02"]) == "disagrees"


# -- readings ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def courses():
    history = load(HISTORY)
    return history, reduced(history, lambda chunk: chunk, Play(5))[0]


def test_material_support_is_one_if_everything_is_delivered_in_full(courses):
    history, course = courses
    full = course._replace(delivered=np.full_like(course.delivered, 3.0))
    assert sum(weights_of(history).values()) == pytest.approx(1.0)
    assert set(weights_of(history)) == {"oil", "finance", "arms", "people"}
    assert material(history, full, slice(0, 9)) == pytest.approx(1.0)


def test_two_patrons_that_fall_alike_are_not_apart_and_two_that_share_nothing_are_wholly_so():
    alike = {"falls:russia.reason.a": 0.4, "falls:russia.reason.b": 0.6}
    alike |= {name.replace("russia", "china"): value for name, value in alike.items()}
    assert apart(alike, "reason") == 0.0
    unlike = {f"falls:{p}.reason.{r}": float((p == "russia") == (r == "a")) for p in ("russia", "china") for r in "ab"}
    assert apart(unlike, "reason") == 1.0


def test_a_trade_that_lost_nothing_says_nothing_of_recovery():
    means = {"history:china_before": 2.0, "history:china_trough": 1.0, "history:china_after": 1.5}
    means |= {f"history:russia_{word}": 1.0 for word in ("before", "trough", "after")}
    assert recovery(means) == 0.5


def test_means_leave_out_what_did_not_happen_and_bootstrap_keeps_runs_matched():
    columns = {"a": np.array([1.0, np.nan, 3.0]), "b": np.array([10.0, 20.0, 30.0]), "c": np.array([20.0, 40.0, 60.0])}
    assert means_of(columns)["a"] == 2.0
    for means in bootstrapped(columns, np.random.default_rng(1), 20):
        assert over(means["c"], means["b"]) == pytest.approx(2.0)


def test_an_interval_of_what_often_cannot_be_read_off_is_none():
    assert np.isnan(interval([1.0] * 90 + [float("nan")] * 10)).all()
    assert interval([1.0] * 100) == (1.0, 1.0)


def test_frozen_plays_differ_from_the_base_in_nothing_else():
    base = load(OPEN)
    for play in PLAYS.values():
        assert (staged(play) == load(play.scenario)) == (not play.changes(load(play.scenario)))
    assert doubled_bargains(base) == {"patrons.russia.bargain": "x2", "patrons.china.bargain": "x2"}
    assert set(out_of_reach(base).values()) == {0.0}


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_data_dictionary_describes_the_claims(played):
    text = (PAGE.parent / "tables.md").read_text().split("\n## claims:")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")][1:]
    assert {name.strip() for cell in cells for name in cell.split(",")} == set(claims_table(played).columns)


def test_the_page_of_claims_holds_every_claim_with_its_rule(table):
    text = PAGE.read_text()
    for row in table.itertuples():
        assert f"| {row.Index}" in text
        assert row.rule in text, f"run python experiments/20_article_claims.py --page {SEE}"


def test_claims_are_told_with_their_numbers(table):
    rows = claim_rows(table.reset_index())
    assert [row["id"] for row in rows] == list(CLAIMS)
    assert rows[12]["statistic (95 %)"] == "–"
    assert counts_in_words(table).endswith("of 23 claims")
