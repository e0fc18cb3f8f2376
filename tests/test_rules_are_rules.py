"""A rule is plain arithmetic on plain numbers: read off the syntax trees of the rule book."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import scenarios
import scenarios.draws
import scenarios.engine.batch
import scenarios.scenario.priors
from scenarios.engine.compiler import rules_of
from scenarios.recorded import Swing
from scenarios.rulebook import conditions, posture, traits
from scenarios.rulebook.rule import LARGE
from scenarios.vocabulary import Term

ROOT = Path(scenarios.__file__).parent
FILES = sorted(path for path in (ROOT / "rulebook").glob("*.py") if path.name != "__init__.py")
PLAYED = ("batch", "choosing", "notes", "starting", "records", "sheets", "steps")
OTHER_RULES = [ROOT / "scenario/priors.py", *(ROOT / f"engine/{name}.py" for name in PLAYED)]
TREES = {path: ast.parse(path.read_text()) for path in [*FILES, *OTHER_RULES]}
SHEETS = {
    name: sheet
    for name, sheet in (vars(traits) | vars(conditions) | vars(posture)).items()
    if hasattr(sheet, "_fields")
}
NOT_RULES = {  # what declares, marks, lays out and starts, but decides nothing
    "traits.py": {"numbers"},
    "rule.py": {"large_rule"},
    "layout.py": {"width", "flat_fields", "sheets_within", "reading", "row_access"},
    "batch.py": {"play_chunk", "machine_loop", "compiled_loop"},
    "records.py": {"empty_records"},
    "sheets.py": {"new_desk", "remembered", "__init__", "read"},
}
INSIDE = {"sheets.py": {"__init__", "read"}}  # a row that remembers its sheets, whose class says so
BUILT_IN = {"abs", "float", "int", "range"}
OF_A_ROW = {"layout.py": {"len"}}
FROM_MATH = {"arithmetic.py": {"sqrt", "frexp"}}
EVERYWHERE = {"arithmetic", "conditions", "rule", "traits"}
ORDER = {"opening", "notice", "reviewing", "delivery"}  # where the mechanisms meet
CHAIN = {"utility": {"budget"}, "choice": {"utility"}, "reasons": {"choice", "utility"}}
CHAIN |= {"coercer": {"delivery"}, "client": {"delivery"}, "posture": {"delivery"}}
FORBIDDEN = (
    ast.Pow,
    ast.Mod,
    ast.FloorDiv,
    ast.MatMult,
    ast.LShift,
    ast.RShift,
    ast.BitAnd,
    ast.BitOr,
    ast.BitXor,
    ast.Global,
    ast.Nonlocal,
    ast.Import,
    ast.ImportFrom,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.JoinedStr,
    ast.Try,
    ast.With,
    ast.While,
    ast.Yield,
    ast.Await,
)
by_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Every function of a file, also those inside others."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def rules(path: Path) -> list[ast.FunctionDef]:
    """The rules of a file: all its functions but a few."""
    return [function for function in functions(TREES[path]) if function.name not in NOT_RULES.get(path.name, set())]


def body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All that a function does."""
    for statement in function.body:
        yield from ast.walk(statement)


def module_of(path: Path) -> Any:
    """A file of rules as a module."""
    return importlib.import_module(".".join(["scenarios", *path.relative_to(ROOT).with_suffix("").parts]))


MODULES = {path: module_of(path) for path in TREES}


class Known:
    """What sheet stands behind each name of a rule, as far as its lines say."""

    def __init__(self, function: ast.FunctionDef, module: Any) -> None:
        hints = get_type_hints(getattr(module, function.name))
        self.module, self.names = module, {argument.arg: hints.get(argument.arg) for argument in function.args.args}
        for node in body(function):
            if isinstance(node, ast.Assign):
                self.assign(node.targets[0], node.value)

    def assign(self, target: ast.AST, value: ast.AST) -> None:
        """A name stands for what it is first given."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for each, part in zip(target.elts, value.elts, strict=True):
                self.assign(each, part)
        elif isinstance(target, ast.Name):
            self.names.setdefault(target.id, self.sheet(value))

    def sheet(self, node: ast.AST) -> Any:
        """The sheet that an expression is, None if it is none or its lines do not say."""
        found = None
        if isinstance(node, ast.Name):
            found = self.names.get(node.id, vars(self.module).get(node.id))
        elif isinstance(node, ast.Attribute):
            outer = self.sheet(node.value)
            found = get_type_hints(outer).get(node.attr) if outer is not None else None
        elif isinstance(node, ast.Call) and is_replacing(node.func):
            found = self.sheet(node.func.value)  # type: ignore[attr-defined]
        elif isinstance(node, ast.Call) and (isinstance(node.func, ast.Name) or is_of_a_module(node.func)):
            called = self.called(node.func)
            is_function = callable(called) and not hasattr(called, "_fields")
            found = get_type_hints(called).get("return") if is_function and called.__module__ != "builtins" else called
        return found if hasattr(found, "_fields") else None

    def called(self, node: ast.AST) -> Any:
        """What is called, by its own name or by the module in which it lies."""
        if isinstance(node, ast.Attribute):
            return getattr(self.called(node.value), node.attr, None)
        return vars(self.module).get(node.id) if isinstance(node, ast.Name) else None


def is_of_a_module(called: ast.AST) -> bool:
    """Whether something called is named by its module."""
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and not is_replacing(called)


def is_replacing(called: ast.AST) -> bool:
    """Whether something called is the `_replace` of a sheet."""
    return isinstance(called, ast.Attribute) and called.attr == "_replace"


RULE_NAMES = {function.name for path in FILES for function in rules(path)}


PLAYED_RULES = rules_of(scenarios.engine.batch.play_chunk)


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_every_function_of_the_rule_book_is_played_but_those_that_decide_nothing(path):
    played = {function.__name__ for function in PLAYED_RULES if function.__module__ == MODULES[path].__name__}
    assert {function.name for function in rules(path)} == played - {"pick", "put"}


def test_only_a_rule_is_marked_as_a_large_one():
    assert set(PLAYED_RULES) >= LARGE


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_every_rule_says_what_it_does(path):
    silent = {function.name for function in functions(TREES[path]) if not ast.get_docstring(function)}
    assert silent == INSIDE.get(path.name, set())


@by_file
def test_a_rule_knows_only_the_four_operations_and_comparisons(path):
    for function in rules(path):
        strange = [type(node).__name__ for node in body(function) if isinstance(node, FORBIDDEN)]
        assert strange == [], function.name


@by_file
def test_a_rule_calls_only_rules_sheets_and_the_square_root(path):
    allowed = RULE_NAMES | set(SHEETS) | BUILT_IN | OF_A_ROW.get(path.name, set())
    from_math = FROM_MATH.get(path.name, {"sqrt"})
    for function in rules(path):
        calls = [node.func for node in body(function) if isinstance(node, ast.Call)]
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        assert names <= allowed, function.name
        methods = {ast.unparse(call) for call in calls if not (isinstance(call, ast.Name) or is_replacing(call))}
        assert methods <= {f"math.{name}" for name in from_math}, function.name


# -- which fields are replaced -----------------------------------------------------------------------------------------


def replaced(function: ast.FunctionDef) -> list[ast.Call]:
    """Every call of `_replace` in a rule."""
    return [node for node in body(function) if isinstance(node, ast.Call) and is_replacing(node.func)]


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_a_rule_replaces_only_fields_of_a_sheet_and_names_them(path):
    for function in rules(path):
        known = Known(function, MODULES[path])
        for call in replaced(function):
            sheet = known.sheet(call.func.value)
            where = f"{function.name}, line {call.lineno}"
            assert sheet is not None, f"{where}: not a sheet"
            assert call.args == [], f"{where}: fields are named"
            assert {keyword.arg for keyword in call.keywords} <= set(sheet._fields), where
            assert call.keywords, f"{where}: nothing is replaced"


def test_sheets_are_replaced_somewhere():
    assert sum(len(replaced(function)) for path in TREES for function in rules(path)) > 20


@by_file
def test_a_rule_takes_nothing_from_numpy_or_chance(path):
    for function in rules(path):
        used = {node.id for node in body(function) if isinstance(node, ast.Name)}
        assert not used & {"np", "numpy", "random", "time"}, function.name


@by_file
def test_the_rule_book_imports_no_randomness_no_clock_and_no_engine(path):
    allowed = {"math", "typing", "collections"} | ({"numpy"} if path.name == "arithmetic.py" else set())
    outside = {module.split(".")[0] for module in imported(path) if not module.startswith("scenarios.")}
    assert outside <= allowed
    inside = {".".join(module.split(".")[1:2]) for module in imported(path) if module.startswith("scenarios.")}
    assert inside <= {"rulebook", "vocabulary"}


def imported(path: Path) -> set[str]:
    """Dotted names of the modules that a file imports."""
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "scenarios.rulebook":
            found |= {f"scenarios.rulebook.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


def mechanisms_of(path):
    """Mechanism files of the rule book that a file imports."""
    modules = [module.split(".") for module in imported(path)]
    return {parts[2] for parts in modules if parts[:2] == ["scenarios", "rulebook"]} - EVERYWHERE


@by_file
def test_mechanisms_meet_only_in_the_order_of_the_turns(path):
    if path.stem not in ORDER:
        assert mechanisms_of(path) <= CHAIN.get(path.stem, set())


def test_every_mechanism_has_its_turn():
    met = set().union(*[mechanisms_of(path) for path in [*OTHER_RULES, *FILES] if path.stem in ORDER | set(PLAYED)])
    assert met - ORDER - {"layout"} == {path.stem for path in FILES} - EVERYWHERE - ORDER - {"layout"}


# -- which numbers are read --------------------------------------------------------------------------------------------


def reads(function: ast.FunctionDef, module: Any) -> Iterator[tuple[Any, str]]:
    """Every sheet and field that a rule reads, also of a sheet inside a sheet."""
    known = Known(function, module)
    for node in body(function):
        if isinstance(node, ast.Attribute) and not is_replacing(node) and known.sheet(node.value) is not None:
            yield known.sheet(node.value), node.attr


READ = {found for path in TREES for function in rules(path) for found in reads(function, MODULES[path])}


@pytest.mark.parametrize("kind", traits.TRAITS)
def test_every_number_that_a_scenario_must_give_is_read_by_some_rule(kind):
    sheet = traits.TRAITS[kind]
    assert [field for field in sheet._fields if (sheet, field) not in READ] == []


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_every_number_that_a_rule_reads_is_declared_on_its_sheet(path):
    unknown = {
        (function.name, sheet.__name__, field)
        for function in rules(path)
        for sheet, field in reads(function, MODULES[path])
        if field not in sheet._fields
    }
    assert unknown == set()


@pytest.mark.parametrize("kind", traits.TRAITS)
def test_every_number_has_a_unit_a_domain_and_a_meaning(kind):
    declared = traits.numbers(traits.TRAITS[kind])
    assert list(declared) == list(traits.TRAITS[kind]._fields)
    assert all(number.unit and number.meaning and number.low < number.high for number in declared.values())


def test_an_event_says_the_worth_of_every_term_in_the_order_of_the_terms():
    assert list(Swing._fields) == Term.words()[: len(Swing._fields)]
