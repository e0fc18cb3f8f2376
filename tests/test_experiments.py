"""Every experiment answers its question, at a small size."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

EXPERIMENTS = sorted((Path(__file__).parents[1] / "experiments").glob("[0-9]*.py"))
HEADINGS = ("Question", "Scenario", "Covers")
# what each must answer, whatever the numbers
ANSWERS = {
    "01_baseline": "russia.step_back",
    "20_article_claims": "C23",
    "21_ablations_of_history": "secondary sanctions",
    "22_openings_shifted": "russia oil +1",
}


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_the_experiment_says_what_it_asks_and_prints_its_table(
    file: Path, monkeypatch: Any, capsys: Any, tmp_path: Path
) -> None:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert all(f"\n{heading} " in str(module.__doc__) for heading in HEADINGS)
    monkeypatch.setattr(module, "RUNS", 40)
    monkeypatch.chdir(tmp_path)  # what it writes goes under results/ of the folder where it is called
    module.main()
    assert ANSWERS[file.stem] in capsys.readouterr().out


def test_there_is_an_experiment() -> None:
    assert EXPERIMENTS
