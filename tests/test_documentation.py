"""The pages say what the code does."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios import discover, load, rule_shares, sensitivity, sensitivity_given, simulate, summarise, sweep
from scenarios.engine.batch import play_chunk
from scenarios.engine.compiler import rules_of
from scenarios.outcomes.chance import COLUMNS as CHANCE_COLUMNS
from scenarios.questions.explanation.signs import COLUMNS as SIGN_COLUMNS
from scenarios.questions.forecast.ask import score_table
from scenarios.runs.counting import COLUMNS
from scenarios.scenario.arrays import uncertain_paths
from scenarios.vocabulary import Term

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RULEBOOK = ROOT / "src" / "scenarios" / "rulebook"


def described(table: str) -> set[str]:
    """Columns of a table in the data dictionary."""
    section = (DOCS / "reference" / "tables.md").read_text().split(f"\n## {table}:")[1].split("\n## ")[0]
    cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("| ")][1:]
    return {name.strip() for cell in cells for name in cell.split(",")}


@pytest.mark.parametrize("table", ["runs", "patrons", "events", "deliveries", "levels", "support", "paths"])
def test_the_data_dictionary_describes_every_column_and_no_other(table: str) -> None:
    results = simulate(load("toy"), 5, engine="agents")
    columns = set(getattr(results, table).columns)
    if table == "runs":
        columns = columns - set(uncertain_paths(results.scenario)) | {"(dotted path)"}
    columns = {re.sub(r"^(level|delivered|shielded)\..*", r"\1.CHANNEL", name) for name in columns}
    assert described(table) == columns


def test_the_data_dictionary_describes_the_summary_and_the_ladder() -> None:
    assert described("summary") == set(summarise(simulate(load("toy"), 5, engine="agents")).columns)
    assert described("ladder") == set(COLUMNS)


def test_the_data_dictionary_describes_the_tables_of_a_sweep() -> None:
    found = sweep(load("toy"), {"client.hold": (0.3, 0.6, 2)}, "grid", None, 2, engine="agents")
    assert described("outcomes") == set(found.outcomes.columns)
    named = {name: name for name in ("point",)} | {"client.hold": "(dotted path)"}
    ends = (".se", ".low", ".high")
    said = {name: f"OUTCOME.{name.rpartition('.')[2]}" for name in found.points.columns if name.endswith(ends)}
    columns = {named.get(name) or said.get(name, "OUTCOME") for name in found.points.columns}
    assert described("points") == columns


def test_the_data_dictionary_describes_the_tables_of_sensitivity() -> None:
    toy = load("toy")
    sizes: dict[str, Any] = {"base_samples": 4, "replications": 40, "top": 1}
    found = sensitivity(
        toy, "redland.support_end", ["patrons.redland.bargain", "patrons.redland.support_budget"], **sizes
    )
    assert described("split") == set(found.split.columns)
    assert described("chances") == {*CHANCE_COLUMNS, "control"}
    assert described("signs") == set(SIGN_COLUMNS)
    assert described("forecast scores") == set(score_table({"published": np.array([0.5])}, np.array([1.0])))
    assert described("screening") == set(found.screening.columns)
    assert described("indices") == set(found.indices.columns)
    given = sensitivity_given(simulate(toy, 200), "client.holds")
    assert described("given") == set(given.shares.columns)
    rules, shares = rule_shares(toy, "redland.step_back", 20)
    assert described("rules") == set(rules.columns)
    assert described("shares") == set(shares.columns)


def test_the_data_dictionary_describes_the_tables_of_discovery() -> None:
    found = discover(load("venezuela_2025"), "china.step_back", points=1500)
    assert described("boxes") == set(found.boxes.columns)
    assert described("limits") == set(found.limits.columns)
    assert described("tree") == set(found.tree.columns)


def test_the_page_of_numbers_is_current() -> None:
    script = DOCS / "reference" / "make_numbers.py"
    spec = importlib.util.spec_from_file_location("make_numbers", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == (DOCS / "reference" / "numbers.md").read_text(), f"run python {script.relative_to(ROOT)}"


def equations() -> list[tuple[int, str]]:
    """Number and rules of every equation of the model page, in the order of the page."""
    text = (DOCS / "model.md").read_text()
    found = re.findall(r"^    .*\((\d+)\) ([a-z_, ]+)$|^\|.*\| \((\d+)\) ([a-z_]+) \|$", text, flags=re.M)
    return [(int(line or row), rules or rule) for line, rules, row, rule in found]


def test_every_equation_names_a_rule_that_exists() -> None:
    rules = {rule.__name__ for rule in rules_of(play_chunk)}
    found = {name.strip() for _, names in equations() for name in names.split(",")}
    assert len(found) > 25
    assert found <= rules, found - rules


def test_every_equation_has_a_number_of_its_own() -> None:
    numbers = {number for number, _ in equations()}
    assert numbers == set(range(1, len(numbers) + 1))


def test_every_mechanism_file_cites_a_section_that_exists() -> None:
    text = (DOCS / "model.md").read_text()
    for file in RULEBOOK.glob("*.py"):
        for section in re.findall(r"docs/model.md, section ([\d.]+)\)", file.read_text()):
            assert re.search(rf"^##+ {re.escape(section.rstrip('.'))} ", text, flags=re.M), (file.name, section)


def test_every_term_has_its_place_in_the_model_page() -> None:
    text = (DOCS / "model.md").read_text()
    assert all(f"| {term.replace('_', ' ')} |" in text for term in Term.words())
