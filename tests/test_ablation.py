"""Is a frozen mechanism frozen, and nothing else? Terms in turn, all of them together, and what is said of them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reference_pages.ablation import (
    BASE,
    COLUMNS,
    NEVER_MOVES,
    ablation_table,
    frozen_parts,
    judged,
    mark_of,
    marked_rows,
    mechanisms,
)
from scenarios import load
from scenarios.history.ensembles import AUTUMN, HISTORY, PRESENT, WAR
from scenarios.history.observations import patterns
from scenarios.runs.courses import reduced
from scenarios.runs.job import Play
from scenarios.vocabulary import EventKind, Freeze, Reason, Term

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "ablations.md"
RUNS = 12
PATTERNS = {pattern.id: pattern for pattern in patterns()}
# the numbers that make a term nil, of every patron or of the model
NIL = {
    "payment": ("payment_weight",),
    "bargain": ("bargain",),
    "secondary_sanctions": ("exposure",),
    "entrapment": ("model.clash_probability",),
    "material_cost": ("model.thrift",),
    "commitment": ("model.commitment_by_stake",),
    "words": ("model.words_rise", "model.words_strikes", "model.words_fade"),
}


def course_of(scenario, runs=RUNS):
    return reduced(scenario, lambda chunk: chunk, Play(runs), with_events=True)[0]


def nil(scenario, term):
    """The scenario with a term that is nil."""
    paths = [path for path in NIL[term] if "." in path]
    paths += [f"patrons.{patron}.{name}" for name in NIL[term] if "." not in name for patron in scenario.patrons]
    return scenario.believed(dict.fromkeys(paths, 0.0))


@pytest.mark.parametrize("term", NIL)
def test_freezing_a_term_that_is_nil_changes_nothing(term):
    without = nil(load(AUTUMN), term)
    on, frozen = (course_of(without.with_values({f"terms.{term}": word})) for word in ("on", "frozen"))
    assert np.array_equal(on.intended, frozen.intended, equal_nan=True)
    assert np.array_equal(on.delivered, frozen.delivered, equal_nan=True)


@pytest.mark.parametrize("term", ["payment", "secondary_sanctions", "material_cost", "words"])
def test_freezing_a_term_that_moves_changes_what_is_done(term):
    base = load(HISTORY)
    on, frozen = course_of(base), course_of(base.with_values({f"terms.{term}": "frozen"}))
    assert np.array_equal(on.intended[:, 0], frozen.intended[:, 0]), "all open alike"
    assert not np.array_equal(on.intended, frozen.intended)


def all_frozen():
    return load(HISTORY).with_values({f"terms.{term}": "frozen" for term in Term.words()})


def changes_of(course):
    return course.events[np.isin(course.events[:, 3], [float(EventKind.LEVEL_UP), float(EventKind.LEVEL_DOWN)])]


def test_with_all_terms_frozen_and_luck_held_only_an_empty_purse_changes_a_level():
    assert set(changes_of(course_of(all_frozen(), 40))[:, 8]) <= {float(Reason.BUDGET)}


def test_with_all_terms_frozen_no_term_is_ever_the_reason_of_a_change():
    changes = changes_of(course_of(all_frozen().believed({"model.rho": 1.0}), 40))
    assert len(changes) > 40
    assert set(changes[:, 8]) <= {float(Reason.ON_THE_EDGE), float(Reason.BUDGET)}


def test_every_term_and_every_input_is_frozen_in_turn_in_every_part():
    assert set(mechanisms()) == {BASE, *Term.words(), *Freeze.words()}
    for name, settings in mechanisms().items():
        parts = frozen_parts(settings)
        assert set(parts) == {HISTORY, AUTUMN, WAR, PRESENT}
        for scenario in parts.values():
            frozen = [term for term, word in scenario.terms.items() if word == "frozen"] + list(scenario.freeze)
            assert frozen == ([] if name == BASE else [name])


def row(simulated, low, high):
    return {"simulated": simulated, "low": low, "high": high, "holds": PATTERNS["P1a"].holds(simulated)}


@pytest.mark.parametrize(
    ("base", "frozen", "mark"),
    [
        (row(0.6, 0.5, 0.7), row(0.2, 0.1, 0.3), "x"),
        (row(0.6, 0.5, 0.7), row(0.4, 0.3, 0.5), "(x)"),
        (row(0.3, 0.2, 0.4), row(0.6, 0.5, 0.7), "+"),
        (row(0.3, 0.2, 0.4), row(0.5, 0.4, 0.6), "(+)"),
        (row(0.6, 0.4, 0.7), row(0.2, 0.1, 0.3), "(x)"),
        (row(0.6, 0.5, 0.7), row(0.7, 0.6, 0.8), ""),
        (row(0.6, 0.5, 0.7), row(float("nan"), float("nan"), float("nan")), ""),
    ],
)
def test_a_mark_stands_in_brackets_if_the_interval_reaches_across_the_threshold(base, frozen, mark):
    assert mark_of(PATTERNS["P1a"], base, frozen) == mark


def made_up():
    rows = [
        [BASE, "P1a", "arms", "at least 0.45", 0.6, 0.6, 0.5, 0.7, True, "", 10],
        ["own_crisis", "P1a", "arms", "at least 0.45", 0.6, 0.44, 0.4, 0.5, False, "(x)", 10],
        ["backing_down", "P1a", "arms", "at least 0.45", 0.6, 0.6, 0.5, 0.7, True, "", 10],
        ["payment", "P1a", "arms", "at least 0.45", 0.6, 0.2, 0.1, 0.3, False, "x", 10],
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_only_what_the_interval_bears_out_counts_in_the_words():
    rows = {line["frozen"]: line for line in ablation_table(made_up())}
    assert rows["payment"]["in words"] == "needed for P1a"
    assert rows["own crisis"]["in words"] == judged([], []) == "unsupported by the evidence: freezing it breaks nothing"
    assert rows["backing down"]["in words"] == NEVER_MOVES
    assert rows["payment"]["P1a"] == "x 0.20"
    assert [line["frozen"] for line in marked_rows(made_up())] == ["own crisis", "payment"]


def test_the_data_dictionary_describes_the_ablations():
    text = (PAGE.parent / "tables.md").read_text().split("\n## ablations:")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")][1:]
    assert {name.strip() for cell in cells for name in cell.split(",")} == set(COLUMNS)


def test_the_page_of_ablations_holds_every_mechanism_and_every_part_of_a_pattern():
    text = PAGE.read_text()
    assert all(f"| {name.replace('_', ' ')} " in text for name in mechanisms())
    assert all(f"| {name} " in text for name in PATTERNS)
