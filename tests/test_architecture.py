"""Imports point down only; nothing runs in a circle; no drawer for odds and ends."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import scenarios

ROOT = Path(scenarios.__file__).parent
LAYERS = (
    ("errors", "vocabulary", "legible", "shown", "kinds"),
    ("rulebook",),
    ("draws",),
    ("scenario",),
    ("recorded", "results", "moments", "intervals", "significance", "tally", "summary", "spells"),
    ("outcomes",),
    ("store",),
    ("engine",),
    ("engines",),
    ("runs",),
    ("report",),
    ("cases",),
    ("history",),
    ("questions",),
    ("handout",),
    ("page",),
    ("cli",),
    ("", "__main__"),
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
QUESTIONS = {"questions", "history", "cases", "handout", "page"}
COMMANDS = {"command", "options", "subject"}
DRAWERS = {"utils", "util", "helpers", "helper", "base", "common", "misc", "shared", "tools"}


class Found(NamedTuple):
    """One import of a module of this package."""

    module: str
    names: tuple[str, ...]
    is_for_types: bool  # read by the type checker only
    is_late: bool  # inside a function


def module_of(path: Path) -> str:
    """Dotted name of a file within the package; empty for the package itself."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def is_type_checking(node: ast.AST) -> bool:
    """Whether a block is read by the type checker only."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def walk(node: ast.AST, is_for_types: bool = False, is_late: bool = False) -> list[tuple[ast.AST, bool, bool]]:
    """Every node with where it stands."""
    found = [(node, is_for_types, is_late)]
    late = is_late or isinstance(node, ast.FunctionDef)
    for child in ast.iter_child_nodes(node):
        found += walk(child, is_for_types or is_type_checking(node), late)
    return found


def outside(path: Path) -> set[str]:
    """Packages of others that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


def imports(module: str) -> list[Found]:
    """What a module imports of this package."""
    found = []
    for node, is_for_types, is_late in walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            assert not any(name.name.split(".")[0] == "scenarios" for name in node.names), "write from ... import"
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "scenarios":
            assert node.level == 0
            target = str(node.module).removeprefix("scenarios").lstrip(".")
            names = tuple(name.name for name in node.names)
            inner = [f"{target}.{name}".lstrip(".") for name in names]
            targets = [name for name in inner if name in FILES] or [target]
            found += [Found(name, names, is_for_types, is_late) for name in targets]
    return found


def layer(module: str) -> int:
    """How high a module stands; the commands of a question stand with the command line."""
    first, *_, last = module.split(".") if "." in module else (module, module)
    return HEIGHT["cli" if first in QUESTIONS and last in COMMANDS else first]


by_module = pytest.mark.parametrize("module", FILES)


@by_module
def test_every_module_has_its_place_in_the_layers(module):
    assert module.split(".")[0] in HEIGHT


# whoever has results in hand asks them for a figure; a question of a million runs plays again what was not kept
DOORS = {
    ("scenario.scenario", "report.curves"),
    ("results", "questions.headline.figure"),
    ("outcomes.reading", "runs.replay"),
}


@by_module
def test_imports_point_down_only(module):
    for found in imports(module):
        if found.is_late and (module, found.module) in DOORS:
            continue
        # a type named for the reader runs nothing; the number of the version is everybody's
        if found.is_for_types or found.names == ("__version__",):
            continue
        assert layer(found.module) <= layer(module), f"{module} imports {found.module}"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that cannot be put in an order because they need each other."""
    left = {module: set(needs) for module, needs in graph.items()}
    while ready := [module for module, needs in left.items() if not needs & left.keys()]:
        for module in ready:
            del left[module]
    return sorted(left)


def test_no_imports_run_in_a_circle():
    graph = {
        module: {found.module for found in imports(module) if not (found.is_for_types or found.is_late)} - {module, ""}
        for module in FILES
    }
    assert sum(map(len, graph.values())) > 100
    assert circle(graph) == []


def test_a_circle_would_be_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}) == ["a", "b", "c", "d"]


READABLE = {"engine.agents"}
FAST = {"engine.batch"}


@pytest.mark.parametrize(("ones", "others"), [(READABLE, FAST), (FAST, READABLE)], ids=["readable", "fast"])
def test_the_two_engines_do_not_know_each_other(ones, others):
    assert ones <= FILES.keys()
    assert not {found.module for name in ones for found in imports(name)} & others


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[0] in ("report", "store")])
def test_what_stores_and_reports_runs_no_model(module):
    assert not {
        found.module for found in imports(module) if found.module.split(".")[0] in ("engine", "engines", "runs")
    }


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[0] == "questions"])
def test_what_asks_questions_knows_no_rule_and_neither_engine_from_within(module):
    needs = {found.module for found in imports(module)}
    assert not needs & (READABLE | FAST)
    assert not any(name.split(".")[0] == "rulebook" for name in needs)
    assert not outside(FILES[module]) & {"numba", "mesa"}


FOLDERS = [name for name in FILES if name.startswith("questions.") and name.count(".") == 2]


@pytest.mark.parametrize("module", FOLDERS)
def test_questions_do_not_import_each_other(module):
    own = module.split(".")[1]
    others = {found.module.split(".")[1] for found in imports(module) if found.module.startswith("questions.")}
    folders = {name.split(".")[1] for name in FOLDERS}
    assert not (others & folders) - {own}


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[-1] in ("words", "figure")])
def test_what_is_said_and_drawn_of_an_answer_plays_nothing(module):
    assert not {found.module.split(".")[0] for found in imports(module)} & {"runs", "engine", "cli"}


@pytest.mark.parametrize("module", FILES)
def test_only_the_command_line_needs_typer_and_only_figures_need_matplotlib(module):
    needs = outside(FILES[module])
    assert "typer" not in needs or layer(module) == HEIGHT["cli"]
    assert "matplotlib" not in needs or module.split(".")[-1] != "ask"


ASKED = "ask, compare, discover, explain, sensitivity, sensitivity_given, story, story_text, sweep, threshold"


def test_who_asks_without_a_figure_does_not_wait_for_matplotlib():
    commands = "from scenarios.questions.headline import command, findings, words"
    said = f"import sys; from scenarios import {ASKED}; {commands}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said]).returncode == 0


@pytest.mark.parametrize("words", [["discover"], ["sensitivity"], ["threshold", "--over", "client.hold"]])
def test_a_command_that_draws_nothing_does_not_wait_for_matplotlib(words):
    asked = ["scenarios", words[0], "toy", "--of", "redland.nothing", *words[1:]]
    said = f"import sys; sys.argv = {asked}\nfrom scenarios.cli.app import app\n"
    said += "try:\n    app()\nexcept SystemExit as end:\n    sys.exit(end.code + 10 * ('matplotlib' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True).returncode == 2


# a table, or a figure, for whoever asks for one
ASKED_FOR = {"shown": {"pandas"}, "scenario.finding": {"pandas"}, "scenario.scenario": {"pandas", "matplotlib"}}


@pytest.mark.parametrize("module", [name for name in FILES if layer(name) <= layer("scenario")])
def test_the_rule_book_and_the_scenario_need_no_compiler_no_mesa_and_no_tables(module):
    needs = outside(FILES[module]) - ASKED_FOR.get(module, set())
    assert not needs & {"numba", "mesa", "pandas", "pyarrow", "matplotlib", "tqdm"}


def test_only_the_readable_engine_needs_mesa_and_only_the_compiler_needs_numba():
    users = {name: {module for module, path in FILES.items() if name in outside(path)} for name in ("mesa", "numba")}
    assert users == {
        "mesa": {"engine.agents"},
        "numba": {"engine.compiler", "engine.linking", "engine.replacing"},
    }


# numpy computes these with other last bits on processors with wider vectors; scipy and math do not
VARYING = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "float_power", "cbrt", "logaddexp"}


def powers(path: Path) -> set[str]:
    """What a file takes of numpy whose last bits depend on the processor; squares and roots do not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            found |= {node.attr} & VARYING
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            found |= {ast.unparse(node.right)} - {"2", "0.5"}
    return found


@pytest.mark.parametrize("module", [name for name in FILES if layer(name) in (layer("draws"), layer("results"))])
def test_what_makes_the_tables_of_runs_has_the_same_bits_on_every_processor(module):
    assert powers(FILES[module]) == set()


@by_module
def test_no_file_is_a_drawer_for_odds_and_ends(module):
    assert not set(module.split(".")) & DRAWERS


@by_module
def test_every_module_says_what_it_is_for(module):
    text = FILES[module].read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("name", sorted(scenarios.__all__))
def test_every_public_name_is_there(name):
    assert getattr(importlib.import_module("scenarios"), name) is not None


# files that every question has
ROLES = {"__init__", "ask", "words", "figure", "command"}
# both engines play a chunk; the compiler reads rows in a way of its own
ONE_MEANING = {"play_chunk", "peek", "poke", "within"}


def twice(places: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Names that stand in several places, with the places."""
    found: dict[str, list[str]] = {}
    for name, place in places:
        found.setdefault(name, []).append(place)
    return {name: where for name, where in found.items() if len(where) > 1}


def public_names(module: str) -> list[str]:
    """Classes and functions that a module has for others."""
    nodes = ast.parse(FILES[module].read_text()).body
    return [
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def test_no_module_has_the_name_of_another():
    modules = [(path.stem, module) for module, path in FILES.items() if module.split(".")[0] != "engines"]
    assert {name for name in twice(modules) if name not in ROLES} == set()


def test_no_class_or_function_has_the_name_of_another():
    places = [(name, module) for module in FILES if not module.endswith(".command") for name in public_names(module)]
    assert {name: where for name, where in twice(places).items() if name not in ONE_MEANING} == {}


def test_a_name_that_stands_twice_would_be_found():
    assert twice([("ask", "a"), ("rows", "a"), ("rows", "b")]) == {"rows": ["a", "b"]}
