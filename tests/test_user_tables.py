"""A table that a user wrote is read as it stands, or refused with the line at fault; nothing is guessed or fetched."""

import csv
import gzip
import io
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios import load
from scenarios.cli.app import app
from scenarios.errors import ScenarioError
from scenarios.questions.design import points_from_table
from scenarios.scenario.user_table import read_table, table_in

NAMES = "client.hold, steps"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1).map(str.strip).filter(bool)


def refused(text: str) -> list[str]:
    """Faults of a table."""
    with pytest.raises(ScenarioError) as caught:
        table_in(text, "points.csv")
    return caught.value.faults


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.lists(WORDS, min_size=n, max_size=n)] * 3)))
def test_what_a_csv_writer_writes_is_read_back(rows: tuple[list[str], ...]) -> None:
    head = [f"column {place}" for place in range(len(rows[0]))]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([head, *rows])
    found = table_in(text.getvalue(), "points.csv")
    assert found.head == tuple(head)
    assert found.rows == tuple(map(tuple, rows))


@given(st.lists(st.sampled_from(["0.3,52", "", "  ", ",", '"0.3\n",52', '"\n\n0.3", 52']), max_size=12))
def test_a_line_is_the_one_that_an_editor_shows(rows: list[str]) -> None:
    text = "\n".join([NAMES, *rows, "0.3"])
    assert refused(text) == [
        f"points.csv, line {text.count(chr(10)) + 1}: has 1 cell, must have 2. An empty cell needs its comma too."
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(end: str) -> None:
    found = table_in(end.join([NAMES, "", "0.3,52", "0.4,40"]), "points.csv")
    assert (found.lines, found.rows) == ((3, 4), (("0.3", "52"), ("0.4", "40")))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{NAMES}\n0.3, 52, 7\n", "line 2: has 3 cells, must have 2. A comma parts cells: write 0.1, not 0,1"),
        (f"{NAMES}\n0.3\n", "line 2: has 1 cell, must have 2. An empty cell needs its comma too."),
        (f"{NAMES}\n0,3, 52\n", "line 2: has 3 cells, must have 2. A comma parts cells: write 0.1, not 0,1"),
        ("steps, steps\n1, 2\n", "line 1: column 'steps' stands 2 times. Name every column once."),
        ("steps,, x\n1,,2\n", "line 1: column 2 has no name. Name it, or drop the comma that makes it."),
        ("steps;client.hold\n52;0,3\n", "line 1: the columns are parted by ';'. Part cells by commas"),
        ("steps\tclient.hold\n52\t0.3\n", "line 1: the columns are parted by '\\t'. Part cells by commas"),
        (f'{NAMES}\n0.3, "52\n0.4, 40\n', "line 2: cannot be read (unexpected end of data). Close every quote"),
        (f"{NAMES}\n\n0.3,{'1' * 200_000}\n", "line 3: cannot be read (field larger than field limit (131072))."),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    (told,) = refused(text)
    assert told.startswith(f"points.csv, {fault}")


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n", "\ufeff"])
def test_a_table_without_a_word_is_empty(text: str, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match="is empty"):
        read_table(file)


def test_all_faults_are_told_at_once_up_to_twenty() -> None:
    assert len(refused(f"{NAMES}\n1\n2\n")) == 2
    assert len(refused(f"{NAMES}\n" + "1\n" * 100)) == 20


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("client.hold\n0.3\n", "utf-8-sig")
    assert points_from_table(load("toy"), file).paths == ("client.hold",)


def test_what_is_no_file_of_text_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "packed.csv").write_bytes(gzip.compress(b"client.hold\n0.3\n"))
    (tmp_path / "latin.csv").write_bytes("client.hold\n0.3\nZürich".encode("latin-1"))
    for place, fault in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.csv", "is a pipe or a device"),
        ("/dev/zero", "is a pipe or a device"),
        (tmp_path / "packed.csv", "is compressed"),
        (tmp_path / "latin.csv", "line 3: is not UTF-8"),
        (tmp_path / "none.csv", "no such file"),
        (tmp_path / ("x" * 5_000), "cannot be read"),
    ):
        with pytest.raises(ScenarioError, match=fault):
            read_table(place)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a connection was opened"))
    for address in ("http://localhost/points.csv", "s3://there/points.csv", "file:///etc/hosts"):
        with pytest.raises(ScenarioError, match="is an address, and nothing is fetched"):
            points_from_table(load("toy"), address)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0.3, 52\n0.4, 40, 7\n", "points.csv, line 3: has 3 cells, must have 2."),
        ('\n"0,3", 52\n', "points.csv, line 3: 0,3: did you mean 0.3?"),
        ("0.3, 52\n\n, 40\n", "points.csv, line 4: client.hold: value '' is not a finite number"),
    ],
)
def test_a_sweep_over_a_faulty_table_plays_nothing(text: str, fault: str, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(f"{NAMES}\n{text}")
    done = CliRunner().invoke(app, ["sweep", "toy", "--design", f"table={file}", "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert fault in done.stderr
    assert not (tmp_path / "out").exists()
