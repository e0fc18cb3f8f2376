"""Every experiment answers its question, at a small size."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

EXPERIMENTS = sorted((Path(__file__).parents[1] / "experiments").glob("[0-9]*.py"))
HEADINGS = ("Question", "Scenario", "Covers")


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_the_experiment_says_what_it_asks_and_prints_its_table(file: Path, monkeypatch: Any, capsys: Any) -> None:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert all(f"\n{heading} " in str(module.__doc__) for heading in HEADINGS)
    monkeypatch.setattr(module, "RUNS", 40)
    module.main()
    assert "russia.step_back" in capsys.readouterr().out


def test_there_is_an_experiment() -> None:
    assert EXPERIMENTS
