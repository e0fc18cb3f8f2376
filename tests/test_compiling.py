"""What the compiler does that plain Python does not: fields replaced, and a way out when numba has moved."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from ctypes.util import find_library
from time import sleep

import llvmlite.binding as llvm
import numpy as np
import pytest
from numba.core.errors import TypingError

from scenarios.engine import batch, compiler, linking
from scenarios.engine.compiler import Cache, compiled
from scenarios.engine.native import layout_of, lend_division
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
    compiled(spent)(rows, t)
    spent(other, t)
    assert np.array_equal(rows, other)
    assert pick_patron(rows, 0).watch.alert == 2.0
    assert pick_pair(rows, PAIR).level == (1.0 if t > 1.0 else 2.0)
    number = PAIR + 5.0
    assert pick_pair(rows, PAIR).luck == Luck(number, number + 1.0, t)


@pytest.mark.usefixtures("without_cache")
def test_machine_code_is_kept_and_what_was_cut_short_is_compiled_anew(monkeypatch, tmp_path, rows):
    compile_for, made = compiler.compiled_for, []
    monkeypatch.setattr(compiler, "compiled_for", lambda *given: made.append(given) or compile_for(*given))
    for is_cut, n_made in ((False, 1), (False, 1), (True, 2)):
        for file in tmp_path.iterdir() if is_cut else ():
            file.write_bytes(file.read_bytes()[:-1])
        again, plain = rows.copy(), rows.copy()
        compiled(spent)(again, 2.0)
        spent(plain, 2.0)
        assert len(made) == n_made
        assert np.array_equal(again, plain)


def added(rows, sums):
    """Numbers of a sheet of two dimensions, one after the other."""
    for i in range(2):
        for j in range(3):
            sums[0] = 10.0 * sums[0] + rows[i, j]


@pytest.mark.usefixtures("without_cache")
def test_an_array_is_read_as_it_lies_whatever_was_read_before():
    numbers = np.arange(12.0).reshape(2, 6)
    lying = numbers[:, :3].copy(), np.asfortranarray(numbers[:, :3]), numbers[:, ::2], numbers[:, :3]
    loop = compiled(added)
    for each in lying:
        machine, plain = np.zeros(1), np.zeros(1)
        loop(each, machine)
        added(each, plain)
        assert machine.tolist() == plain.tolist()


def test_what_is_nested_otherwise_is_laid_out_otherwise():
    assert layout_of(((1.0, 2.0), 3.0)) != layout_of((1.0, (2.0, 3.0)))


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
        compiled(entry)(rows)


def gone(_options):
    """As if a private part of numba had another name."""
    raise AttributeError("module 'numba.core.codegen' has no attribute 'JITCodeLibrary'")


@pytest.mark.skipif(find_library("gcc_s") is None, reason="there is no library of the compiler here")
def test_the_division_of_128_bits_is_lent_to_what_is_compiled_plainly():
    lend_division()
    assert all(llvm.address_of_symbol(name) for name in ("__udivti3", "__umodti3"))


@pytest.mark.usefixtures("without_cache")
def test_where_numba_has_moved_the_rules_are_compiled_plainly_with_one_line_on_stderr(monkeypatch, capsys, rows):
    monkeypatch.setattr(linking, "tried", gone)
    compiler.inside_of_numba.cache_clear()
    other = rows.copy()
    try:
        for _ in range(2):
            compiled(spent)(rows, 2.0)
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


def test_threads_that_ask_at_once_get_one_loop(monkeypatch):
    made = []
    monkeypatch.setattr(batch, "compiled", lambda entry: made.append(entry) or sleep(0.05) or entry)
    monkeypatch.setattr(batch, "is_interpreted", lambda: False)
    batch.compiled_loop.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: batch.machine_loop(), range(4)))
    finally:
        batch.compiled_loop.cache_clear()
    assert made == [batch.play_chunk]


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
        ("shown.py", False),
        ("legible.py", False),
    ],
)
def test_the_hash_changes_with_what_is_played_and_with_nothing_else(monkeypatch, tmp_path, name, is_played):
    copy = tmp_path / "scenarios"
    shutil.copytree(compiler.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "library"))
    monkeypatch.setattr(compiler, "PACKAGE", copy)
    before = compiler.rulebook_hash.__wrapped__()
    (copy / name).write_text((copy / name).read_text() + "\n# another word\n")
    assert (compiler.rulebook_hash.__wrapped__() != before) == is_played
