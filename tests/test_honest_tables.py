"""No table of any command says an error of 0: a chance has limits that hold it, and n stands beside."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import scenarios as sc
from scenarios.cli.app import app
from scenarios.intervals import estimated
from scenarios.outcomes.chance import chances
from scenarios.questions.comparison.figure import sides_of

EVENT = "redland.step_back"
COMMANDS = {
    "run": "run toy --runs 40 --no-figures",
    "run, shared draws": "run toy --points 8 --runs 5 --no-figures --no-ladder",
    "run, one draw": "run toy --points 1 --runs 20 --no-figures --no-ladder --no-control",
    "sweep": f"sweep toy --vary client.hold=0.3:0.6:2 --runs 30 --of {EVENT} --of redland.support_end",
    "compare": "compare toy --set coercer.rung=8 --runs 40",
    "transitions": "compare toy --set coercer.rung=8 --runs 40 --only transitions",
    "threshold": f"threshold toy --of {EVENT} --over patrons.redland.war_drain --grid 3 --runs 40 --no-figures",
    "threshold, rung": f"threshold toy --of {EVENT} --over rung --runs 40 --no-figures",
    "split": f"sensitivity toy --of {EVENT} --over patrons.redland --base-samples 8 --runs 20 --top 3 --no-figures",
    "rules": "sensitivity toy --over-rules --runs 40 --no-figures",
    "discover": f"discover toy --of {EVENT} --points 1000 --no-figures",
    "reasons": "explain toy --runs 40",
    "frozen": f"explain toy --of {EVENT} --frozen --runs 40",
    "nearest": f"explain toy --of {EVENT} --nearest --over patrons.redland --runs 40",
    "ask": f"ask toy {EVENT} client.exits --runs 40",
}
OTHERS = ("change", "delay")  # sizes and times, no chances
NAMES = ("probability", "value", "share", "chance", "held_out_density")


def value_of(table: pd.DataFrame, error: str) -> str:
    """The column whose error another one is."""
    prefix = error.removesuffix("se").rstrip("_.")
    return prefix if prefix in table else next(name for name in NAMES if name in table)


def faults_of(table: pd.DataFrame) -> list[str]:
    """What is dishonest in a table."""
    found = []
    for error in [name for name in table.columns if name == "se" or name.endswith(("_se", ".se"))]:
        start = error.removesuffix("se")
        if start.rstrip("_.") in OTHERS:
            continue
        found += [f"{error} is 0"] if (table[error] == 0).any() else []
        begins = [start, *({"": ["value_"], "difference_": [""]}.get(start, []))]
        if start == "" and "value_low" in table:  # whose low and high are those of the difference
            begins = ["value_"]
        ends = next(((f"{at}low", f"{at}high") for at in begins if f"{at}low" in table), None)
        if ends is None:
            found.append(f"{error} has no limits")
            continue
        value, low, high = (table[name].astype(float) for name in (value_of(table, error), *ends))
        known = value.notna() & low.notna()
        found += [f"{ends} do not hold it"] if not (low[known] <= value[known] + 1e-12).all() else []
        found += [f"{ends} do not hold it"] if not (high[known] >= value[known] - 1e-12).all() else []
        is_bare = value.isin([0.0, 1.0]) & table[error].isna() & low.isna()
        found += [f"{error} is missing and {ends} too"] if is_bare.any() else []
    return found


@pytest.fixture
def tables(monkeypatch: Any, tmp_path: Path) -> Any:
    """What a command prints as csv and leaves in its folder."""
    monkeypatch.chdir(tmp_path)

    def asked(words: str) -> dict[str, pd.DataFrame]:
        out = [] if words.startswith(("explain", "ask")) else ["--out", "out"]
        done = CliRunner().invoke(app, [*words.split(), "--format", "csv", *out, "--quiet"])
        assert done.exit_code == 0, done.output
        found = {"printed": pd.read_csv(io.StringIO(done.stdout))}
        for path in Path("out").rglob("*.csv"):
            found[str(path)] = pd.read_csv(path)
        for path in Path("out").rglob("*.parquet"):
            found[str(path)] = pd.read_parquet(path)
        return found

    return asked


@pytest.mark.parametrize("what", COMMANDS)
def test_no_table_of_a_command_says_an_error_of_0_or_leaves_a_chance_without_limits(what: str, tables: Any) -> None:
    found = {name: faults_of(table) for name, table in tables(COMMANDS[what]).items()}
    if "draw" in what:  # a single draw that has cases says nothing of how far draws lie apart
        found = {name: [fault for fault in faults if "missing" not in fault] for name, faults in found.items()}
    assert found
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_nor_does_a_table_that_only_python_gives() -> None:
    toy = sc.load("toy")
    one, other = sc.simulate(toy, 30), sc.simulate(sc.control(toy), 30)
    compared = sc.compare(one, other)
    for table in (compared, sides_of(compared, ["A", "B"], [EVENT, "client.exits"], toy), sc.transitions(one, other)):
        assert len(table)
        assert faults_of(table) == []
    assert faults_of(sc.variance_split(toy, "client.exits", 5, 4)) == []
    assert faults_of(chances(one, [EVENT, "client.exits"])) == []


@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=2, max_size=60))
def test_limits_of_a_chance_hold_it_and_are_never_missing_where_draws_are(values: list[float]) -> None:
    found = estimated(np.array(values), np.arange(len(values)))
    assert found.n == np.isfinite(values).sum()
    assert found.n == 0 or 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.se != 0.0


@given(st.lists(st.integers(-50, 50).map(lambda k: k / 8), min_size=3, max_size=60))
def test_limits_of_an_amount_hold_it_unless_all_runs_are_alike(values: list[float]) -> None:
    found = estimated(np.array(values), np.arange(len(values)))
    assert found.se != 0.0
    assert np.isnan(found.low) or found.low <= found.value <= found.high
