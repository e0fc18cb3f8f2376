"""Every experiment answers its question, at a small size."""

import ast
import importlib.util
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reference_pages.borne_out import ablation_lines, shift_lines
from reference_pages.openings import ALL, CODED
from scenarios import compare, load, simulate, threshold
from scenarios.cli.concluded import box_lines, growth, map_lines, rung_lines, side_lines
from scenarios.cli.experiment import (
    CONCLUDED,
    LONGEST_NAME,
    MARK,
    Experiment,
    blocks_of_page,
    changed_folder,
    experiment,
)
from scenarios.errors import RequestRefused
from scenarios.questions.comparison.figure import COLUMNS, by_outcome, contrast_section, sides_of
from scenarios.report.answer import section_of
from scenarios.report.contrast import contrast

FOLDER = Path(__file__).parents[1] / "experiments"
EXPERIMENTS = sorted(FOLDER.glob("[0-9]*.py"))
HEADINGS = ("Question", "Scenario", "Covers")
LINES_OF_A_HEADER = 8
# what must be answered, whatever the numbers
ANSWERS = {
    "01_baseline": "step back further",
    "20_article_claims": "C23",
    "21_ablations_of_history": "secondary sanctions",
    "22_openings_shifted": "russia oil +1",
}
TABLES_ONLY = {"20_article_claims", "21_ablations_of_history"}  # marks and words; a picture would say no more
NUMBER = r"\d\.\d+ ± \d\.\d+|[<>] \d\.\d+ \(\d+ of \d+\)|\(-?\d\.\d+ to -?\d\.\d+\)"
TEXT = "Why?\n\nQuestion   Why?\nScenario   toy\nCovers     nothing\n"
TOLD = ("client: holds", "other")


def opened(file: Path) -> Any:
    """The experiment as a module."""
    spec = importlib.util.spec_from_file_location(f"experiment_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(main: Any, *arguments: str) -> int:
    """The exit code of an experiment."""
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def concluded(said: str) -> list[str]:
    """The lines that a reader may conclude."""
    _, _, after = said.partition(f"\n{CONCLUDED}\n")
    return [" ".join(line.split()) for line in after.partition("\n\n")[0].removeprefix("* ").split("\n* ") if line]


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_a_header_is_a_question_and_what_it_covers(file: Path) -> None:
    text = str(ast.get_docstring(ast.parse(file.read_text()), clean=False))
    assert len(text.splitlines()) <= LINES_OF_A_HEADER
    assert text.splitlines()[0].endswith("?")
    assert [line.split()[0] for line in text.splitlines()[2:] if not line.startswith(" ")] == list(HEADINGS)


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_the_experiment_asks_answers_and_says_what_may_be_concluded(file: Path, tmp_path: Path, capsys: Any) -> None:
    module = opened(file)
    assert asked(module.main, "--quick", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert said.startswith(str(module.__doc__).splitlines()[0])
    assert re.search(NUMBER, said)
    assert ANSWERS.get(file.stem, "") in said
    assert re.search(r"(runs|n = )", said)
    assert 1 <= len(concluded(said)) <= 3
    assert all(re.search(r"\d|none", line) for line in concluded(said))
    folder = tmp_path / "experiments" / "quick" / file.stem
    assert len(pd.read_csv(folder / "table.csv")) > 1
    pictures = {picture.name for picture in folder.iterdir()} - {"table.csv"}
    assert pictures == (set() if file.stem in TABLES_ONLY else {"figure.png", "figure.svg"})


def test_the_experiments_are_numbered_and_no_number_is_missing() -> None:
    numbers = [int(file.stem.partition("_")[0]) for file in EXPERIMENTS]
    assert numbers[:16] == list(range(1, 17))
    assert len(set(numbers)) == len(numbers)


def test_every_experiment_has_its_line_in_the_list() -> None:
    page = (FOLDER.parent / "docs" / "how-to" / "experiments.md").read_text()
    assert [file.stem for file in EXPERIMENTS if f"`{file.stem}`" not in page] == []


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_an_experiment_holds_no_function_but_its_question(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    assert [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)] == ["main"]
    assert not any(isinstance(node, ast.For | ast.While | ast.Try) for node in nodes)


def a_question(runs: int = 30) -> Any:
    """An experiment of one's own."""

    @experiment("mine.py", TEXT, runs, 5)
    def main(asked: Experiment) -> None:
        toy = load("toy")
        compared = compare(toy, toy, replications=asked.runs, rng=asked.seed, engine="agents")
        asked.tell_sides(sides_of(compared, ["one", "other"], ["client.holds"], toy), toy, side_lines(TOLD))

    return main


@pytest.mark.parametrize(("arguments", "n"), [(("--quick",), 5), (("--runs", "7"), 7), (("--quick", "--runs", "3"), 3)])
def test_the_size_of_an_experiment_is_its_own_the_trials_or_the_users(
    arguments: tuple[str, ...], n: int, tmp_path: Path, capsys: Any
) -> None:
    assert asked(a_question(), *arguments, "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert f"{n} matched runs" in said
    assert ("A trial" in said) == ("--quick" in arguments)
    assert said.rstrip().endswith("mine")


@pytest.mark.parametrize("arguments", [("--runs", "0"), ("--seed", "-1"), ("--rnus", "5")])
def test_an_experiment_asked_for_what_makes_no_sense_says_so_and_ends_with_2(
    arguments: tuple[str, ...], capsys: Any
) -> None:
    assert asked(a_question(), *arguments) == 2
    heard = capsys.readouterr()
    assert arguments[0].replace("--runs", "--replications") in heard.err
    assert "Traceback" not in heard.err


@experiment("tweaked.py", TEXT, 30, 5)
def tweaked(asked: Experiment) -> None:
    """A scenario beside one with another hold, as the user has set it up."""
    toy = asked.scenario("toy")
    other = toy.with_values({"client.hold": 0.05})
    table = sides_of(
        compare(toy, other, replications=asked.runs, rng=asked.seed), ["one", "other"], ["client.holds"], toy
    )
    table["hold"] = toy.settings[0].value if toy.settings else toy.numbers["client.hold"].value
    asked.tell_sides(table, toy, side_lines(TOLD))


def test_what_a_user_sets_is_set_on_every_side_said_and_kept_apart(tmp_path: Path, capsys: Any) -> None:
    assert asked(tweaked, "--quick", "--out", str(tmp_path)) == 0
    capsys.readouterr()
    assert asked(tweaked, "--quick", "--out", str(tmp_path), "--set", "client.hold=0.35", "--set", "steps=60") == 0
    assert "--set client.hold=0.35, --set steps=60." in capsys.readouterr().out
    folder = tmp_path / "experiments" / "quick" / "tweaked"
    usual, changed = (pd.read_csv(file)["hold"][0] for file in (folder / "table.csv", *folder.glob("*/table.csv")))
    assert usual == load("toy").numbers["client.hold"].value
    assert changed == 0.35
    assert [file.parent.name for file in folder.glob("*/table.csv")] == ["client.hold=0.35,steps=60"]


@pytest.mark.parametrize("option", ["--set", "--believe", "--overlay"])
def test_what_may_be_concluded_is_computed_from_the_runs_and_vanishes_when_anything_is_changed(
    option: str, tmp_path: Path, capsys: Any
) -> None:
    overlay = tmp_path / "other.toml"
    overlay.write_text('[client]\nhold = { value = 0.9, unit = "share", source = "judgement", note = "" }\n')
    said = []
    for changed in ((), (option, str(overlay) if option == "--overlay" else "client.hold=0.9")):
        assert asked(tweaked, "--quick", "--out", str(tmp_path), *changed) == 0
        said.append(capsys.readouterr().out)
    usual, other = map(concluded, said)
    toy = load("toy")
    sides = (toy, toy.with_values({"client.hold": 0.05}))
    before, after = (float((simulate(side, 5, 1).runs["client_outcome"] == "holds").mean()) for side in sides)
    assert usual == [usual[0]] and f"{before:.1f}" in usual[0] and f"{after:.1f}" in usual[0]
    assert other == [] and CONCLUDED not in said[1] and option in said[1]


def a_table_of_sides(difference: float, verdict: str) -> pd.DataFrame:
    """A table with one outcome on two sides."""
    error = {"difference_se": 0.01, "low": difference - 0.02, "high": difference + 0.02, "verdict": verdict}
    first = {"what": "Russia: step back", "side": "war", "value": 0.3, "se": 0.01, "n": 1000}
    return pd.DataFrame([first, first | {"side": "peace", "value": 0.3 + difference, "difference": difference} | error])


@pytest.mark.parametrize(
    ("difference", "verdict", "word"),
    [
        (-0.2, "changed", "less likely"),
        (0.2, "changed", "likelier"),
        (-0.01, "within Monte Carlo error", "as likely, as far"),
        (0.0, "not at risk", "not at risk"),
    ],
)
def test_a_line_says_the_verdict_of_its_row(difference: float, verdict: str, word: str) -> None:
    (line,) = side_lines(("Russia: step back", "peace"))(a_table_of_sides(difference, verdict))
    assert line.startswith("Peace: a step back by Russia is") and f" {word}" in line
    assert "0.30 ± 0.01 ('war')" in line


def test_a_chance_grows_only_beyond_the_errors_of_both_ends() -> None:
    low = {"value": 0.2, "se": 0.03}
    assert growth(low, {"value": 0.4, "se": 0.03}) == "it grows"
    assert growth(low, {"value": 0.0, "se": 0.03}) == "it falls"
    assert growth(low, {"value": 0.27, "se": 0.03}).startswith("no change")


def test_a_map_says_what_each_number_does_and_where_it_tips() -> None:
    grid = [(x, y) for x in (1.0, 2.0, 3.0) for y in (1.0, 2.0, 3.0)]
    table = pd.DataFrame(
        [{"x": x, "y": y, "value": 0.2 * x, "se": 0.02, "low": 0.2 * x - 0.04, "n": 100} for x, y in grid]
    )
    across, up, tipped = map_lines(table, "x", "y", "russia.step_back")
    assert across.endswith("it grows.") and "x from 1 to 3, y at 2" in across
    assert "no change" in up
    assert tipped.startswith("At 3 of the 9 points")


def test_a_climb_that_never_gets_there_says_the_most_it_brings() -> None:
    toy = load("toy")
    patron = toy.patrons[0]
    found = threshold(toy, of=f"{patron}.step_back", over="rung", probability=0.999, replications=20, engine="agents")
    held, climbed = rung_lines(found, toy, [patron])
    assert "rung held" in held and "rung 10" in held
    assert "at no rung; the most is" in climbed


def test_a_box_that_nothing_limits_is_no_finding() -> None:
    (line,) = box_lines(pd.DataFrame(), pd.DataFrame(), 0.1, "china.step_back")
    assert line.startswith("No box") and "0.100" in line


def test_a_version_may_believe_what_another_sets(tmp_path: Path) -> None:
    @experiment("mine.py", TEXT, 40, 40)
    def main(asked: Experiment) -> None:
        sides = {"one": {}, "other": {"client.hold": 0.05}, "third": {"believe:client.hold": 0.05}}
        asked.compare(
            {"here": asked.scenario("toy")}, sides, ["client.holds"], side_lines(("client: holds, here", "other"))
        )

    assert asked(main, "--out", str(tmp_path)) == 0
    table = pd.read_csv(tmp_path / "experiments" / "mine" / "table.csv")
    assert table["what"].unique().tolist() == ["client: holds, here"]
    assert table["side"].tolist() == ["one", "other", "third"]
    assert table["value"][2] < table["value"][0]


def test_a_long_list_of_settings_still_has_a_folder_of_its_own() -> None:
    many = [[f"patrons.redland.channels.arms.cost={i}/{j}" for i in range(9)] for j in range(2)]
    one, other = (changed_folder(settings) for settings in many)
    assert one != other
    assert max(len(one), len(other)) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("setting", "says"),
    [("client.hodl=0.4", "Did you mean 'client.hold'?"), ("client.hold=2", "lies outside [0.01, 0.99]")],
)
def test_a_setting_that_makes_no_sense_ends_an_experiment_with_2(setting: str, says: str, capsys: Any) -> None:
    assert asked(tweaked, "--set", setting) == 2
    assert says in capsys.readouterr().err


def test_a_setting_that_would_go_unheard_is_refused(tmp_path: Path, capsys: Any) -> None:
    fixed = opened(FOLDER / "21_ablations_of_history.py").main
    assert asked(fixed, "--set", "client.hold=0.4") == 2
    assert "what this experiment plays is fixed" in capsys.readouterr().err
    assert asked(a_question(), "--quick", "--set", "client.hold=0.4", "--out", str(tmp_path)) == 2
    assert "no scenario was opened with asked.scenario(NAME)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_said_before_anything_is_played(tmp_path: Path, capsys: Any) -> None:
    def never(_: Experiment) -> None:
        raise AssertionError("was played")

    command = experiment("mine.py", TEXT, 1, 1)(never)
    (tmp_path / "taken").write_text("a file")
    bare = tmp_path / "bare.md"
    bare.write_text("no mark")
    marked = tmp_path / "marked.md"
    marked.write_text(MARK)
    for arguments in (
        ("--out", str(tmp_path / "taken")),
        ("--page", str(tmp_path / "none.md")),
        ("--page", str(bare)),
        ("--page", str(marked), "--set", "client.hold=0.4"),
    ):
        assert asked(command, *arguments, "--quick") != 0
        heard = capsys.readouterr().err
        assert heard.startswith("Error: ") and "Traceback" not in heard


def test_a_refusal_within_an_experiment_ends_with_2(capsys: Any) -> None:
    @experiment("mine.py", TEXT, 1, 1)
    def main(_: Experiment) -> None:
        raise RequestRefused("Too few.")

    assert asked(main) == 2
    assert capsys.readouterr().err.strip() == "Error: Too few."


def test_sides_that_differ_are_told_apart_and_those_that_do_not_are_not() -> None:
    toy = load("toy")
    gone = toy.with_values({"client.hold": 0.01})
    results = [simulate(side, 60, 1, "agents") for side in (toy, toy, gone)]
    table = sides_of(compare(*results), ["as it is", "the same", "doomed"], ["client.holds"], toy)
    assert table["what"].tolist() == ["client: holds"] * 3
    assert table["verdict"].tolist()[1:] == ["within Monte Carlo error", "changed"]
    words = contrast_section(table, "").rows
    assert words[0][3:5] == ("–", "–")
    assert words[1][3].startswith("0 (no run differs")
    figure = contrast(table, "Doom", toy, {"seed": 1})
    faces = {
        line.get_markerfacecolor()
        for line in figure.axes[0].get_lines()
        if line.get_marker() == "s" and len(line.get_xdata()) and line.get_markeredgecolor() == "#0072B2"
    }
    assert "white" in faces


def test_a_page_keeps_its_own_words_and_takes_new_tables(tmp_path: Path, capsys: Any) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Words\n\n{MARK}\nold tables\n")
    for _ in range(2):
        assert asked(a_question(), "--quick", "--out", str(tmp_path), "--page", str(page)) == 0
    text = page.read_text()
    assert text.startswith(f"# Words\n\n{MARK}")
    assert "old tables" not in text
    assert text.count("client: holds") == 2
    assert "matched runs" in capsys.readouterr().out


def test_a_wide_table_is_shown_in_parts_that_lose_nothing() -> None:
    wide = section_of([{"who": "russia"} | {f"c{i}": i for i in range(20)}], "Wide")
    parts = blocks_of_page(wide)
    assert all(len(part.columns) <= 9 and part.columns[0] == "who" for part in parts)
    found = {name: cell for part in parts for name, cell in zip(part.columns, part.rows[0], strict=True)}
    assert found == dict(zip(wide.columns, wide.rows[0], strict=True))


def test_the_data_dictionary_describes_the_table_of_sides() -> None:
    page = (FOLDER.parent / "docs" / "reference" / "tables.md").read_text()
    rows = page.split("\n## sides:")[1].split("\n## ")[0].splitlines()
    cells = [row.split("|")[1] for row in rows if row.startswith("| ")][1:]
    assert [name.strip() for cell in cells for name in cell.split(",")] == list(COLUMNS)


def test_several_comparisons_stand_outcome_by_outcome() -> None:
    tables = [pd.DataFrame({"what": [f"a{i}", f"a{i}", f"b{i}"], "side": ["x", "y", "x"]}) for i in range(2)]
    assert by_outcome(tables)["what"].tolist() == ["a0", "a0", "a1", "a1", "b0", "b1"]


def shifted_rows(values: dict[int, float]) -> pd.DataFrame:
    """A quantity as coded and under shifts of one channel, each with an error of .01."""
    rows = [
        {
            "patron": "russia" if by else ALL,
            "channel": "oil" if by else CODED,
            "by": by,
            "quantity": "russia.step_back, less control",
            "value": value,
            "low": value - 0.0196,
            "high": value + 0.0196,
        }
        for by, value in values.items()
    ]
    return pd.DataFrame(rows)


def test_a_quantity_under_shifted_openings_is_told_with_its_range_and_its_sign() -> None:
    (line,) = shift_lines(shifted_rows({0: 0.1, -1: -0.05, 1: 0.2, 2: 0.01}), ["russia.step_back, less control"])
    assert "0.100 ± 0.010 as coded" in line
    assert "-0.050 ± 0.010 (russia oil -1) to 0.200 ± 0.010 (russia oil +1)" in line
    assert "Under 1 of 3 shifts it is above 0 beyond luck, under 1 below." in line


def test_what_a_mechanism_breaks_counts_only_beyond_its_interval() -> None:
    rows = [("nothing frozen", "P1a", True, ""), ("nothing frozen", "P2a", False, "")]
    rows += [("payment", "P1a", False, "x"), ("words", "P1a", False, "(x)"), ("words", "P2a", True, "+")]
    held, needed, mended = ablation_lines(pd.DataFrame(rows, columns=["mechanism", "id", "holds", "mark"]))
    assert "1 of 2 parts of patterns hold; missed: 1 (P2a)" in held
    assert needed.endswith("1 (payment: P1a).")
    assert mended.endswith("1 (words: P2a).")
