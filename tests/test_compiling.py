"""What the compiler does that plain Python does not: fields replaced, and a way out when numba has moved."""

import shutil

import numpy as np
import pytest
from numba.core.errors import TypingError

from scenarios.engine import compiler, linking
from scenarios.engine.compiler import Cache, compiled
from scenarios.rulebook.conditions import Crisis, Luck, Pair, Patron
from scenarios.rulebook.layout import row_access, width
from scenarios.rulebook.notice import with_alert
from scenarios.rulebook.reviewing import put_at

pick_patron, put_patron = row_access(Patron)
pick_pair, put_pair = row_access(Pair)
PAIR = width(Patron)  # where the pair lies


def spent(rows, t):
    """Sheets replaced in every way: inside one another, by a choice, one after the other, by a whole number."""
    patron = with_alert(pick_patron(rows, 0), 2.0)
    money = 1 if t > 1.0 else 2
    patron = patron._replace(threat=patron.threat._replace(height=patron.threat.height if t > 9.0 else 0.5))
    patron = patron._replace(crisis=patron.crisis._replace(next_at=t, depth=money))
    put_patron(rows, 0, patron)
    put_pair(rows, PAIR, put_at(pick_pair(rows, PAIR), money, t))


@pytest.fixture
def rows():
    """A patron and a pair in a row."""
    return np.arange(float(PAIR + width(Pair)))


@pytest.fixture
def without_cache(monkeypatch, tmp_path):
    """No machine code is kept."""
    monkeypatch.setattr(compiler, "cache", lambda: Cache(tmp_path, ""))


@pytest.mark.usefixtures("without_cache")
@pytest.mark.parametrize("t", [0.5, 2.0, 10.0])
def test_fields_are_replaced_as_machine_code_as_in_plain_python(rows, t):
    other = rows.copy()
    compiled([spent])[0](rows, t)
    spent(other, t)
    assert np.array_equal(rows, other)
    assert pick_patron(rows, 0).watch.alert == 2.0
    assert pick_pair(rows, PAIR).level == (1.0 if t > 1.0 else 2.0)
    number = PAIR + 5.0
    assert pick_pair(rows, PAIR).luck == Luck(number, number + 1.0, t)


def misspelt(rows):
    """Replaces what is not there."""
    rows[0] = Crisis(rows[0], rows[1])._replace(dept=0.0).depth


def ill_typed(rows):
    """Puts a sheet where a number belongs."""
    rows[0] = Crisis(rows[0], rows[1])._replace(depth=Luck(0.0, 1.0, 2.0)).next_at


@pytest.mark.usefixtures("without_cache")
@pytest.mark.parametrize(
    ("entry", "fault"), [(misspelt, "Crisis has no field 'dept'"), (ill_typed, "Crisis.depth cannot")]
)
def test_a_field_that_is_none_fails_at_compile_time_by_its_name(entry, fault, rows):
    with pytest.raises(TypingError, match=fault):
        compiled([entry])[0](rows)


def gone(_options):
    """As if a private part of numba had another name."""
    raise AttributeError("module 'numba.core.codegen' has no attribute 'JITCodeLibrary'")


@pytest.mark.usefixtures("without_cache")
def test_where_numba_has_moved_the_rules_are_compiled_plainly_with_one_line_on_stderr(monkeypatch, capsys, rows):
    monkeypatch.setattr(linking, "tried", gone)
    compiler.inside_of_numba.cache_clear()
    other = rows.copy()
    try:
        for _ in range(2):
            compiled([spent])[0](rows, 2.0)
    finally:
        compiler.inside_of_numba.cache_clear()
    spent(other, 2.0)
    spent(other, 2.0)
    assert np.array_equal(rows, other)
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "JITCodeLibrary" in said.err
    assert "takes minutes" in said.err


# -- what a stale cache is judged by -----------------------------------------------------------------------------------


def test_what_is_played_is_read_off_the_imports_of_the_loop():
    played = compiler.playing(compiler.PACKAGE)
    rules = {f"rulebook/{path.name}" for path in (compiler.PACKAGE / "rulebook").glob("[a-z]*.py")}
    engine = {f"engine/{name}.py" for name in ("batch", "steps", "records", "linking", "replacing")}
    assert played >= rules | engine | {"draws.py", "scenario/arrays.py", "scenario/priors.py"}
    assert not {name.split("/")[0] for name in played} & {"explore", "report", "calibrate", "runs", "store", "cli"}
    assert "engine/agents.py" not in played


@pytest.mark.parametrize(
    ("name", "is_played"),
    [
        ("draws.py", True),
        ("engine/steps.py", True),
        ("engine/records.py", True),
        ("rulebook/notice.py", True),
        ("questions/sensitivity/indices.py", False),
        ("report/style.py", False),
        ("report/curves.py", False),
    ],
)
def test_the_hash_changes_with_what_is_played_and_with_nothing_else(monkeypatch, tmp_path, name, is_played):
    copy = tmp_path / "scenarios"
    shutil.copytree(compiler.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "library"))
    monkeypatch.setattr(compiler, "PACKAGE", copy)
    before = compiler.rulebook_hash.__wrapped__()
    (copy / name).write_text((copy / name).read_text() + "\n# another word\n")
    assert (compiler.rulebook_hash.__wrapped__() != before) == is_played
