"""With SCENARIOS_CHECKED=1 what leaves its rows ends in an error that says which, not in a crash."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scenarios import load
from scenarios.engine import batch, compiler
from scenarios.engine.records import N_LEVELS, Chunk, empty_records
from scenarios.engine.sheets import new_desk
from scenarios.rulebook.conditions import Crisis
from scenarios.rulebook.layout import row_access
from scenarios.scenario.arrays import as_plan, relived_by

RUNS = 2
TOO_SMALL = {
    "runs": "a RunRow is written outside its rows",
    "patrons": "a PatronRow is written outside its rows",
    "drawn": "numbers drawn are kept outside their rows",
    "levels": "a level is counted outside the table of levels",
    "support": "a support index is counted outside the table of support",
    "paths": "a PathChannel is written outside its rows",
}
ALL_AT_ONCE = """
import numpy as np
from test_checked import TOO_SMALL, misused
from scenarios.engine.batch import machine_loop
from scenarios.engine.compiler import cache
assert cache().folder.name.endswith("-checked")
for name in TOO_SMALL:
    print(name, misused(machine_loop(), name), sep=": ")
misused(machine_loop(), "events")
misused(machine_loop(), "deliveries")
print("played on")
"""


def misused(loop, name):
    """What a loop says that is given records with one table too small."""
    toy = load("toy")
    plan = as_plan(toy)
    records = empty_records(plan, RUNS, 10, RUNS)
    records = records._replace(**{name: getattr(records, name)[: 2 * N_LEVELS - 1]})
    try:
        with np.errstate(over="ignore"):
            loop(plan, relived_by(toy), new_desk(plan), records, Chunk(1, 0, RUNS, 1, RUNS))
    except IndexError as error:
        return str(error)
    return "nothing"


@pytest.mark.parametrize("name", TOO_SMALL)
def test_plain_python_says_which_table_is_too_small(name):
    assert misused(batch.play_chunk, name) == TOO_SMALL[name]


@pytest.mark.parametrize("name", ["events", "deliveries"])
def test_what_happened_and_does_not_fit_is_counted_and_nothing_else(name):
    assert misused(batch.play_chunk, name) == "nothing"


@pytest.mark.parametrize("at", [-1, 2, 3])
def test_no_sheet_is_read_or_written_beyond_the_ends_of_a_row(at):
    pick, put = row_access(Crisis)
    with pytest.raises(IndexError, match="a Crisis is read outside its rows"):
        pick(np.zeros(3), at)
    with pytest.raises(IndexError, match="a Crisis is written outside its rows"):
        put(np.zeros(3), at, Crisis(0.0, 0.0))


def test_checked_machine_code_says_which_table_is_too_small():
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(Path(compiler.__file__).parents[2])])
    environment = {**os.environ, "SCENARIOS_CHECKED": "1", "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", ALL_AT_ONCE], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said == [*(f"{name}: {fault}" for name, fault in TOO_SMALL.items()), "played on"]
