"""What is saved is read back as it was, and nothing half-written is ever taken for a result."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from made_up import curve, manifest, results, scenario, summary
from scenarios.errors import StoreError
from scenarios.store.aside import check_room, check_writable
from scenarios.store.checksums import write_record
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
