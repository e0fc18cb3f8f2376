"""An earlier answer is believed only if every file of it is as it was written; else it is named, and played again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner, Result

import scenarios as sc
from made_up import curve, results, summary
from scenarios.cli.app import app
from scenarios.errors import RequestRefused, StoreError, Unvouched
from scenarios.questions.sweep import ask as sweeps
from scenarios.runs import play, to_disk
from scenarios.store.answers import keep_answer, kept_answer, record_file
from scenarios.store.aside import add_files
from scenarios.store.folder import CONTROL, find, read, read_kept_table, save
from scenarios.store.manifest import question_of
from scenarios.store.parts import TABLES

SMALL = ("--runs", "20", "--seed", "3")
VARY = {"patrons.redland.risk_tolerance": (0.2, 0.8, 3), "terms.bargain": ["on", "frozen"]}
QUESTIONS = {
    "run": ("run", "toy", *SMALL, "--no-ladder"),
    "compare": ("compare", "toy", "--set", "patrons.redland.stake=0.4", *SMALL),
    "threshold": ("threshold", "toy", "--of", "client.holds", "--over", "client.oil_price", "--grid", "3", *SMALL),
    "sensitivity": (
        *("sensitivity", "toy", "--of", "client.removed", "--base-samples", "4", "--top", "2", *SMALL),
        *("--over", "coercer.rise_rate", "--over", "coercer.memory"),
    ),
    "rules": ("sensitivity", "toy", "--over-rules", *SMALL),
    "discover": ("discover", "toy", "--of", "client.removed", "--points", "200", "--seed", "3"),
    "sweep": ("sweep", "toy", "--vary", "patrons.redland.risk_tolerance=0.2:0.8:3", *SMALL),
}


def flipped(content: bytes) -> bytes:
    """One byte in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "was changed": lambda file: file.write_bytes(flipped(file.read_bytes())),
    "was changed, cut short": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "is missing": lambda file: file.unlink(),
}


def files_of(folder: Path) -> list[Path]:
    """All files of a folder."""
    return sorted(file for file in folder.rglob("*") if file.is_file())


def without_checksums(file: Path) -> None:
    """Makes a record one from before results had checksums."""
    record = json.loads(file.read_text("utf-8"))
    del record["files"], record["sha256"]
    file.write_text(json.dumps(record), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Made-up results with their control, a further table and a figure."""
    made = save(results(n=20), tmp_path, results(0.4, n=20), summary(), {"ladder": curve()})
    (made / "figures").mkdir()
    (made / "figures" / "support.svg").write_text("a figure")
    add_files(made / "manifest.json", [made / "figures" / "support.svg"])
    return made


def found_again(folder: Path) -> Path | None:
    """What the same question finds."""
    return find(folder.parents[1], question_of(results(n=20).manifest, results(n=20).scenario))


@pytest.mark.parametrize("said", DAMAGES)
def test_every_file_that_is_not_as_it_was_written_is_named(folder: Path, said: str) -> None:
    files = [file for file in files_of(folder) if file.name != "manifest.json"]
    assert len(files) == 2 * len(TABLES) + 3
    for file in files:
        before = file.read_bytes()
        DAMAGES[said](file)
        home = folder / CONTROL if file.parent.name == CONTROL else folder
        named = f"{home}: damaged result folder ({file.relative_to(home)} {said.split(',')[0]}). Ask the same question"
        for look in (read, found_again):
            with pytest.raises(StoreError) as fault:
                look(folder)
            assert str(fault.value).startswith(named)
            assert "--again" in str(fault.value)
        file.write_bytes(before)
    assert found_again(folder) == folder
    assert len(read(folder).runs) == 20


@pytest.mark.parametrize("part", [".", CONTROL])
def test_every_line_of_a_manifest_is_checked(folder: Path, part: str) -> None:
    file = folder / part / "manifest.json"
    whole = json.loads(file.read_text("utf-8"))
    changes = [{**whole, key: "another"} for key in whole]
    lacking = [{name: value for name, value in whole.items() if name != key} for key in whole]
    for record in [*changes, *lacking]:
        file.write_text(json.dumps(record), "utf-8")
        with pytest.raises(StoreError, match=r"damaged result folder \(.*manifest\.json was changed"):
            read(folder)


@pytest.mark.parametrize("text", ["", '{"half": ', "[1, 2]", "null", "\x00"])
def test_a_manifest_that_is_none_is_named(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    for look in (read, found_again):
        with pytest.raises(StoreError, match=r"damaged result folder \(manifest\.json"):
            look(folder)


def test_a_question_whose_folder_has_lost_its_manifest_is_not_taken_for_a_new_one(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"manifest\.json is missing"):
        found_again(folder)


def test_nobody_vouches_for_a_folder_without_checksums(folder: Path) -> None:
    without_checksums(folder / "manifest.json")
    for look in (read, found_again):
        with pytest.raises(Unvouched, match=r"nobody can vouch for it.*--again"):
            look(folder)


def test_what_somebody_else_puts_into_a_folder_neither_hurts_nor_answers(folder: Path) -> None:
    for place in (folder, folder / "figures", folder / CONTROL):
        (place / "notes.txt").write_text("seen on Monday")
        (place / "more.csv").write_text("not, a\ntable")
    curve().to_parquet(folder / "patterns.parquet")
    assert found_again(folder) == folder
    assert len(read(folder).runs) == 20
    assert read_kept_table(folder, "patterns") is None


def test_a_table_that_is_not_of_an_answer_is_not_read_with_it(tmp_path: Path) -> None:
    keep_answer(tmp_path / "kept", "kind", {"date": "today"}, {"values": curve()})
    (tmp_path / "kept" / "mine.csv").write_bytes(b'\xff"')
    found = kept_answer(tmp_path / "kept", "kind")
    assert found is not None
    assert (found[0], list(found[1])) == ({"date": "today"}, ["values"])
    without_checksums(record_file(tmp_path / "kept", "kind"))
    with pytest.raises(Unvouched):
        kept_answer(tmp_path / "kept", "kind")


def test_parts_of_many_runs_are_checked_and_others_are_not_read(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(play, "BLOCK", 30)
    monkeypatch.setattr(play, "CHUNK", 10)
    folder = sc.run_to_disk(sc.load("toy"), 70, out=tmp_path)
    runs = folder / "runs.parquet"
    (runs / "README.txt").write_text("what these are")
    (runs / "part-00003.parquet").write_bytes((runs / "part-00000.parquet").read_bytes())
    assert len(read(folder).runs) == sum(len(part.runs) for part in read(folder).parts()) == 70
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    assert {f"runs.parquet/part-0000{part}.parquet" for part in range(3)} <= set(listed)
    for name in listed:
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(flipped(before))
        with pytest.raises(StoreError, match=name):
            read(folder)
        (folder / name).write_bytes(before)


def test_runs_are_played_again_when_that_is_asked(tmp_path: Path, monkeypatch: Any) -> None:
    folder = sc.run_to_disk(sc.load("toy"), 20, out=tmp_path)
    whole = read(folder)
    (folder / "summary.csv").write_text("made up")
    with pytest.raises(StoreError, match=r"summary\.csv was changed"):
        sc.run_to_disk(sc.load("toy"), 20, out=tmp_path)
    assert sc.run_to_disk(sc.load("toy"), 20, out=tmp_path, again=True) == folder
    for name in TABLES:
        assert_frame_equal(getattr(read(folder), name), getattr(whole, name), check_exact=True)
    monkeypatch.setattr(to_disk, "blocks", None)
    assert sc.run_to_disk(sc.load("toy"), 20, out=tmp_path) == folder


# -- sweeps ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def swept(tmp_path: Path, monkeypatch: Any) -> Callable[..., sc.Sweep]:
    """Six points of the toy scenario in three parts."""
    monkeypatch.setattr(sweeps, "RUNS_A_PART", 40)
    return lambda **more: sc.sweep(sc.load("toy"), VARY, "grid", replications=20, out=tmp_path, keep_runs=True, **more)


def test_a_damaged_part_of_a_sweep_is_named_and_played_again_alone(swept: Callable[..., sc.Sweep]) -> None:
    whole = swept()
    tables = {name: whole._store.table(name) for name in ("points", "outcomes", "runs", "patrons")}
    files = [file for file in files_of(whole.folder) if file.name == "part-00001.parquet"]
    assert len(files) == len(tables)
    for file in [*files, whole.folder / "checksums" / "part-00001.json"]:
        untouched = (whole.folder / "points.parquet" / "part-00000.parquet").stat().st_mtime_ns
        file.write_bytes(flipped(file.read_bytes()))
        with pytest.raises(StoreError, match=r"part(-00001\.parquet| 1) was changed.*--resume"):
            swept()
        mended = swept(resume=True)
        assert mended.is_complete
        for name, table in tables.items():
            assert_frame_equal(mended._store.table(name), table, check_exact=True)
        assert (whole.folder / "points.parquet" / "part-00000.parquet").stat().st_mtime_ns == untouched
        assert not swept().was_played


def test_a_sweep_whose_manifest_was_changed_is_played_again_only_as_a_whole(swept: Callable[..., sc.Sweep]) -> None:
    whole = swept()
    points, file = whole.points, whole.folder / "manifest.json"
    file.write_bytes(file.read_bytes().replace(b'"seed": 1', b'"seed": 2'))
    for words in ({}, {"resume": True}):
        with pytest.raises(StoreError, match=r"manifest\.json was changed.*--again"):
            swept(**words)
    assert swept(again=True).was_played
    assert_frame_equal(swept().points, points, check_exact=True)
    with pytest.raises(RequestRefused, match="Leave one of them out"):
        swept(again=True, resume=True)


def test_what_is_kept_of_a_failure_is_checked_too(swept: Callable[..., sc.Sweep], monkeypatch: Any) -> None:
    def broken(_: Any) -> None:
        raise ZeroDivisionError("the purse is empty")

    with monkeypatch.context() as failing:
        failing.setattr("scenarios.questions.sweep.ask.played_points", broken)
        found = swept()
    assert len(found.failed) == 3
    (found.folder / "failed" / "part-00001.json").write_text("{")
    with pytest.raises(StoreError, match="what is kept of part 1 was changed"):
        swept()
    assert len(swept(resume=True).failed) == 2
    assert swept(retry_failed=True).is_complete


def test_nobody_vouches_for_a_sweep_without_checksums(swept: Callable[..., sc.Sweep]) -> None:
    without_checksums(swept().folder / "manifest.json")
    with pytest.raises(Unvouched):
        swept()


# -- at the command line -----------------------------------------------------------------------------------------------


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: Any) -> Callable[..., Result]:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("kind", QUESTIONS)
def test_the_same_question_after_damage_names_the_file_and_is_played_again_on_request(
    ask: Callable[..., Result], tmp_path: Path, kind: str
) -> None:
    words = QUESTIONS[kind]
    first = ask(*words)
    assert first.exit_code == 0, first.output
    again = ask(*words)
    assert again.stdout == first.stdout
    assert "nothing was run" in again.stderr or "was run before" in again.stderr
    files = files_of(tmp_path / "results")
    assert len(files) >= 3
    for file in files:
        before = file.read_bytes()
        file.write_bytes(flipped(before))
        done = ask(*words)
        assert (done.exit_code, done.stdout) == (2, ""), file
        assert (file.name in done.stderr or "part 0" in done.stderr) and "--again" in done.stderr
        file.write_bytes(before)
    files[-1].write_bytes(b"made up")
    mended = ask(*words, "--again")
    assert (mended.exit_code, mended.stdout) == (0, first.stdout), mended.output
    assert "nothing was run" not in mended.stderr
    assert ask(*words).stdout == first.stdout


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_without_checksums_is_played_anew_and_that_is_said(
    ask: Callable[..., Result], tmp_path: Path, kind: str
) -> None:
    first = ask(*QUESTIONS[kind])
    for file in (tmp_path / "results").glob("*/*/*.json"):
        without_checksums(file)
    for table in (tmp_path / "results").rglob("*.csv"):
        pd.DataFrame({"made": ["up"]}).to_csv(table)
    anew = ask(*QUESTIONS[kind])
    assert (anew.exit_code, anew.stdout) == (0, first.stdout), anew.output
    assert "nobody can vouch for it, it is played anew" in anew.stderr
    assert "nobody can vouch" not in ask(*QUESTIONS[kind]).stderr


def test_damaged_results_are_neither_explained_nor_compared(ask: Callable[..., Result], folder: Path) -> None:
    (folder / "summary.csv").write_text("made up")
    for words in (("explain", folder), ("compare", folder, folder)):
        done = ask(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "summary.csv was changed" in done.stderr
