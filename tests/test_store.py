"""What is saved is read back as it was, and nothing half-written is ever taken for a result."""

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

from made_up import curve, manifest, results, scenario, summary
from scenarios.cli.app import app
from scenarios.cli.boundary import clear_up
from scenarios.errors import StoreError
from scenarios.runs import play, to_disk
from scenarios.store import aside
from scenarios.store.aside import check_room, check_writable, hidden, stoppable, sweep_up, write_record
from scenarios.store.folder import CONTROL, add_table, find, read, read_kept_table, read_manifest, read_summary, save
from scenarios.store.manifest import question, question_hash, scenario_from, scenario_record
from scenarios.store.parts import TABLES


def asked(**changes):
    """The question that made-up results answer."""
    fields = {"scenario": scenario(), "seed": 1, "replications": 20, "points": None, "rulebook_hash": "0123456789ab"}
    return question(**{**fields, **changes})


def everything_in(folder: Path) -> list[str]:
    """All files below a folder, hidden ones too."""
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))


def test_saved_results_are_read_back_as_they_were(tmp_path):
    saved, control = results(n=20), results(0.4, n=20)
    folder = save(saved, tmp_path, control, summary(), {"ladder": curve()})
    found, beside = read(folder), read(folder / CONTROL)
    assert found.scenario == saved.scenario
    for name in TABLES:
        assert_frame_equal(getattr(found, name), getattr(saved, name), check_dtype=False)
        assert_frame_equal(getattr(beside, name), getattr(control, name), check_dtype=False)
    assert_frame_equal(read_summary(folder), summary(), check_dtype=False)
    assert_frame_equal(read_kept_table(folder, "ladder"), curve(), check_dtype=False)
    assert read_kept_table(folder, "nothing") is None


def test_a_scenario_survives_being_written_down():
    played = scenario(freeze=frozenset({"war", "pressure"}), overlays=("a.toml",))
    assert scenario_from(json.loads(json.dumps(scenario_record(played)))) == played


def test_the_manifest_says_what_it_takes_to_run_again(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    said = json.loads((folder / "manifest.json").read_text())
    assert said["id"] == folder.name
    assert (said["seed"], said["replications"], said["engine"], said["control"]) == (1, 20, "batch", False)
    assert said["numbers"] == "prior"
    assert {"version_python", "version_numpy", "version_pandas", "version_numba", "version_mesa"} <= set(said)
    assert said["scenario"]["numbers"]["model.rho"]["high"] == 0.5
    assert not any(isinstance(value, dict) for key, value in said.items() if key not in ("scenario", "files"))
    assert "scenario" not in read_manifest(folder)


def test_results_that_are_saved_again_keep_their_folder(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    assert save(read(folder), tmp_path, summary=summary()) == folder


def test_the_same_question_finds_its_old_answer_whatever_the_engine(tmp_path):
    folder = save(results(n=20, engine="agents"), tmp_path, results(n=20), summary())
    assert find(tmp_path, asked()) == folder
    assert folder.parent == tmp_path / "made_up"


def test_an_answer_without_its_control_does_not_answer_a_question_with_one(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    assert find(tmp_path, asked()) is None
    assert find(tmp_path, asked(), with_control=False) == folder
    assert save(results(n=20), tmp_path, results(n=20), summary()) == folder
    assert find(tmp_path, asked()) == folder
    assert [place.name for place in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 2},
        {"replications": 21},
        {"points": 3},
        {"rulebook_hash": "ba9876543210"},
        {"scenario": scenario(steps=53)},
        {"scenario": scenario(freeze=frozenset({"pressure"}))},
        {"scenario": scenario(numbers={})},
    ],
)
def test_any_change_that_can_change_a_number_is_another_question(changes):
    assert question_hash(asked(**changes)) != question_hash(asked())


def test_the_way_in_which_numbers_were_written_down_is_no_part_of_the_question():
    assert question_hash(asked(scenario=scenario(overlays=("--set x=1",), base="toy"))) == question_hash(asked())


def test_a_name_that_would_leave_the_folder_stays_in_it(tmp_path):
    folder = save(results(n=20, played=scenario(name="../../a b")), tmp_path, summary=summary())
    assert folder.parent.parent == tmp_path


def test_interrupted_runs_are_kept_and_never_taken_for_the_answer(tmp_path):
    folder = save(results(n=20, interrupted=True), tmp_path, summary=summary())
    assert len(read(folder).runs) == 20
    assert find(tmp_path, asked(), with_control=False) is None


def test_nothing_is_left_behind_when_saving_fails_half_way(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StoreError, match="No space left on device"):
        save(results(n=20), tmp_path, summary=summary())
    assert everything_in(tmp_path) == ["made_up"]


def test_an_older_answer_survives_a_failed_replacement(tmp_path, monkeypatch):
    folder = save(results(n=20), tmp_path, summary=summary())
    move = Path.replace

    def refuses_the_new(place, target):
        if target == folder:
            raise OSError(13, "Permission denied")
        return move(place, target)

    monkeypatch.setattr(Path, "replace", refuses_the_new)
    with pytest.raises(StoreError, match="Permission denied"):
        save(results(n=20), tmp_path, results(n=20), summary())
    assert len(read(folder).runs) == 20
    assert [place.name for place in folder.parent.iterdir()] == [folder.name]


def test_a_further_table_is_added_whole(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    add_table(folder, "ladder", curve())
    assert_frame_equal(read_kept_table(folder, "ladder"), curve(), check_dtype=False)
    assert not [file for file in folder.iterdir() if file.name.startswith(".")]


def test_a_place_that_cannot_be_written_is_refused_with_its_name(tmp_path):
    place = tmp_path / "file"
    place.write_text("in the way")
    with pytest.raises(StoreError, match=r"file: cannot be written .*--out DIR"):
        check_writable(place)
    with pytest.raises(StoreError, match="cannot be written"):
        save(results(n=20), place, summary=summary())


def test_a_disk_without_room_is_named_before_the_run(tmp_path):
    check_room(tmp_path, 1.0, "the runs")
    with pytest.raises(StoreError, match=r"the runs need 1,000,000,000,000 MB on the disk, and .* are free"):
        check_room(tmp_path, 1e18, "the runs")


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path):
    check_writable(tmp_path / "new")
    assert everything_in(tmp_path) == ["new"]


def test_a_missing_or_foreign_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match="no such result folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"has no manifest\.json"):
        read(tmp_path)


@pytest.mark.parametrize("file", ["runs.parquet", "manifest.json"])
def test_a_damaged_folder_is_named(tmp_path, file):
    folder = save(results(n=20), tmp_path, summary=summary())
    (folder / file).write_text('{"half": ')
    with pytest.raises(StoreError, match="damaged result folder"):
        read(folder)


def test_a_folder_with_a_table_missing_is_damaged(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary(), extra_tables={"ladder": curve()})
    (folder / "support.parquet").unlink()
    (folder / "ladder.parquet").write_text("")
    (folder / "summary.csv").unlink()
    with pytest.raises(StoreError, match="damaged result folder"):
        read(folder)
    with pytest.raises(StoreError, match="damaged result folder"):
        read_kept_table(folder, "ladder")
    with pytest.raises(StoreError, match="damaged result folder"):
        read_summary(folder)


def test_fixed_numbers_are_said_to_be_central_values(tmp_path):
    numbers = {
        path: replace(number, distribution="fixed", low=number.value, high=number.value)
        for path, number in scenario().numbers.items()
    }
    folder = save(results(n=20, played=scenario(numbers=numbers)), tmp_path, summary=summary())
    assert read_manifest(folder)["numbers"] == "central values"
    assert manifest()["seed"] == read_manifest(folder)["seed"]


def test_a_folder_from_before_a_table_was_kept_says_what_to_do(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    record = json.loads((folder / "manifest.json").read_text())
    files = {name: total for name, total in record["files"].items() if name != "deliveries.parquet"}
    write_record(folder / "manifest.json", record, files)
    with pytest.raises(StoreError, match=r"an earlier edition wrote it, without the table deliveries\. Ask the same"):
        read(folder)


# -- what the killed leave behind, and what ends a command -------------------------------------------------------------


def left_by(process: str, place: Path) -> Path:
    """A hidden file beside a place, as a process writes it."""
    file = place.with_name(f".{place.name}.{process}.0123abcd")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("half")
    return file


def test_what_a_killed_process_left_is_swept_up_and_said_and_what_a_living_one_writes_is_not(tmp_path, capsys):
    place = tmp_path / "toy" / "sweep-1" / "points.parquet" / "part-00000.parquet"
    dead = left_by(f"{aside.machine()}-4194305-000000", place)
    number_given_anew = left_by(f"{aside.machine()}-{os.getpid()}-000000", place)
    living = hidden(place)
    living.write_text("half")
    (tmp_path / "toy" / ".cache").write_text("somebody's")
    clear_up(tmp_path)
    assert not dead.exists()
    assert not number_given_anew.exists()
    assert living.exists()
    assert (tmp_path / "toy" / ".cache").exists()
    assert "2 hidden files or folders, 0.0 MB" in capsys.readouterr().err
    clear_up(tmp_path)
    assert capsys.readouterr().err == ""


def test_a_process_of_another_machine_is_left_alone_for_a_day(tmp_path):
    elsewhere = left_by("ffffff-1-000000", tmp_path / "toy" / "0123456789ab")
    assert sweep_up(tmp_path) == (0, 0)
    yesterday = time.time() - aside.FORGOTTEN - 60
    os.utime(elsewhere, (yesterday, yesterday))
    assert sweep_up(tmp_path) == (1, 4)


def test_an_answer_that_was_moved_away_by_a_killed_process_is_put_back(tmp_path):
    folder = save(results(n=20), tmp_path, summary=summary())
    folder.rename(folder.with_name(f".{folder.name}.{aside.machine()}-4194305-000000.0123abcd.replaced"))
    assert sweep_up(tmp_path) == (0, 0)
    assert len(read(folder).runs) == 20


def test_the_time_limit_of_a_cluster_ends_what_is_played_as_ctrl_c_does():
    with pytest.raises(KeyboardInterrupt), stoppable() as came:
        signal.raise_signal(signal.SIGTERM)
    assert came == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_command_that_is_terminated_says_where_its_runs_are_and_ends_with_143(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(play, "BLOCK", 30)

    honest = to_disk.with_block

    def stopped(*given):
        signal.raise_signal(signal.SIGTERM)
        return honest(*given)

    monkeypatch.setattr(to_disk, "with_block", stopped)
    done = CliRunner().invoke(app, ["run", "toy", "--replications", "60", "--no-control", "--no-figures"])
    assert done.exit_code == 143
    assert "-interrupted. The same command plays all of them." in done.stderr
    (folder,) = (tmp_path / "results" / "toy").iterdir()
    assert len(read(folder).runs) == 30


def test_a_disk_that_fills_keeps_the_blocks_that_were_written_and_says_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(play, "BLOCK", 30)
    honest = os.write

    def full(opened, content):
        if any((tmp_path / "results" / "toy").glob(".*/runs.parquet/part-00001.parquet")):
            raise OSError(28, "No space left on device")
        return honest(opened, content)

    with monkeypatch.context() as small:
        small.setattr(to_disk.Book, "end", lambda book, fault, end=to_disk.Book.end: (small.undo(), end(book, fault)))
        small.setattr(os, "write", full)
        done = CliRunner().invoke(app, ["run", "toy", "--replications", "60", "--no-control", "--no-figures"])
    assert done.exit_code == 2
    assert "The first 30 runs are kept in results/toy/" in done.stderr
    (folder,) = (tmp_path / "results" / "toy").iterdir()
    assert len(read(folder).runs) == 30
