"""The gates: formatting, lint and types, by the same tools and settings for everyone."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECKED = ["src", "tests", "benchmarks", "experiments"]
GATES = {
    "formatting": ["ruff", "format", "--check", *CHECKED],
    "lint": ["ruff", "check", *CHECKED],
    "types": ["mypy"],
}


@pytest.mark.parametrize("gate", GATES)
def test_the_gate_is_open(gate: str) -> None:
    done = subprocess.run([sys.executable, "-m", *GATES[gate]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_names_of_the_readme_exist_on_the_command_line() -> None:
    text = (ROOT / "README.md").read_text()
    told = subprocess.run(
        [sys.executable, "-m", "scenarios", "--help"], capture_output=True, text=True, check=True
    ).stdout
    used = {line.split()[1] for line in text.splitlines() if line.startswith("scenarios ")}
    assert used
    assert all(command in told for command in used)
