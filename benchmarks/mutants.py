"""Do the tests notice a wrong rule? Each rule is made wrong in every small way, one at a time, and the tests judge it.

    python benchmarks/mutants.py                           every rule
    python benchmarks/mutants.py --of budget --of choice   some files

A mutant turns one comparison, one sign, one number, one word (and, or, not) or one condition of a rule of the rule
book. The rules are interpreted, so that a mutant is one code object put in the place of another in a process of its
own. Only tests that call the rule are asked, the quickest first; the first that fails has killed it. One that no test
has noticed in some seconds lives: it is either no other rule (nothing that can happen tells the two apart) or a hole
in the tests: docs/reference/mutants.md.
"""

import argparse
import ast
import contextlib
import copy
import importlib
import io
import os
import select
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

os.environ["NUMBA_DISABLE_JIT"] = "1"

import pytest
from _pytest.doctest import DoctestItem
from _pytest.runner import runtestprotocol

import scenarios.rulebook

BOOK = Path(scenarios.rulebook.__file__).parent
ROOT = Path(__file__).parent.parent
LAWS = (
    *("rules_are_rules", "arithmetic", "steps_by_hand", "published_numbers", "laws_of_one_decision"),
    *("drains_threats_and_requests", "rules_by_hand"),
)
NOT_RULES = ("rule", "layout", "traits", "__init__")  # sheets and how they lie
LONGEST = 5  # seconds of the processor that the tests of one mutant may take; no rule can run for ever
KILLED, LIVED = 1, 0
COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
TURNED = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
RECKONED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


class Mutant(NamedTuple):
    """One rule made wrong in one place."""

    module: str
    name: str
    line: int
    words: str
    code: CodeType


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Every small way in which one node can be wrong."""
    if isinstance(node, ast.Compare):
        first = type(node.ops[0])
        for table in (COMPARED, TURNED):
            if first in table:
                yield ast.Compare(node.left, [table[first](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in RECKONED:
        yield ast.BinOp(node.left, RECKONED[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant) and type(node.value) in (bool, int, float):
        yield ast.Constant(another(node.value))
    else:
        yield from other_words(node)


def another(value: float) -> float:
    """Another number, or the other truth."""
    if type(value) is bool:
        return not value
    return value + 1 if value == 0 or type(value) is int else value * 1.1


def other_words(node: ast.AST) -> Iterator[ast.AST]:
    """And for or, a sign or a not left out, a condition turned round."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of the rules of a file, in the order of its lines."""
    file = BOOK / f"{module}.py"
    tree = ast.parse(file.read_text("utf-8"))
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        body = [node for node in function.body if not is_text(node)]
        for place, node in enumerate(each_node(body)):
            for changed in changes(node):
                ast.copy_location(changed, node)
                words = f"{ast.unparse(node)}  ->  {ast.unparse(changed)}"
                words = words if not isinstance(node, ast.If) else f"if {ast.unparse(node.test)}  ->  if not"
                code = compiled(function, place, changed, str(file))
                yield Mutant(module, function.name, node.lineno, words, code)  # type: ignore[attr-defined]


def is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def each_node(body: list[Any]) -> Iterator[ast.AST]:
    """Every node of some statements, always in the same order."""
    for statement in body:
        yield from ast.walk(statement)


class Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """The new node where the old one stood."""
        return self.new if node is self.old else self.generic_visit(node)


def compiled(function: ast.FunctionDef, place: int, changed: ast.AST, file: str) -> CodeType:
    """The code of a rule with one node changed."""
    twin = copy.deepcopy(function)
    twin.body = [node for node in twin.body if not is_text(node)]
    twin.decorator_list, twin.returns = [], None
    for argument in twin.args.args:
        argument.annotation = None
    twin = Put(list(each_node(twin.body))[place], copy.deepcopy(changed)).visit(twin)
    made = compile(ast.fix_missing_locations(ast.Module([twin], [])), file, "exec")
    return next(part for part in made.co_consts if isinstance(part, CodeType))


class Judged:
    """A plugin that runs the tests once to see which call what, then judges the mutants by them."""

    def __init__(self, mutants: list[Mutant], workers: int) -> None:
        self.mutants, self.workers = mutants, workers
        self.callers: dict[tuple[str, str], list[tuple[float, Any]]] = defaultdict(list)
        self.lived: list[Mutant] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.is_done, self.cut_short = False, 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once."""
        for item in session.items:
            self.watch(item)
        under_way: dict[int, tuple[int, Mutant]] = {}
        for number, mutant in enumerate(self.mutants):
            if len(under_way) == self.workers:
                self.settle(under_way)
            read, child = begun(self, mutant)
            under_way[read] = (child, mutant)
            if sys.stderr.isatty() or number % 100 == 0:
                print(f"{number} of {len(self.mutants)}, {len(self.lived)} live", file=sys.stderr, flush=True)
        while under_way:
            self.settle(under_way)
        self.is_done = True
        return True

    def watch(self, item: Any) -> None:
        """Runs a test as it stands, and notes which rules it calls and how long it takes."""
        called: set[tuple[str, str]] = set()

        def note(frame: Any, event: str, _: Any) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(str(BOOK)):
                called.add((Path(frame.f_code.co_filename).stem, frame.f_code.co_name))

        begin = time.perf_counter()
        sys.setprofile(note)
        reports = quietly(item)
        sys.setprofile(None)
        if any(report.failed for report in reports):
            raise pytest.UsageError(f"{item.nodeid} fails as things stand")
        for rule in called:
            self.callers[rule].append((time.perf_counter() - begin, item))

    def settle(self, under_way: dict[int, tuple[int, Mutant]]) -> None:
        """Waits for one of the processes, and counts what its tests said."""
        ready, _, _ = select.select(list(under_way), [], [])
        child, mutant = under_way.pop(ready[0])
        os.close(ready[0])
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        is_cut_short = code == -signal.SIGPROF
        is_alive = code == LIVED or is_cut_short
        self.cut_short += is_cut_short
        self.counts[mutant.module, "lived" if is_alive else "killed"] += 1
        if is_alive:
            self.lived.append(mutant)
            print(f"{mutant.module}.py:{mutant.line} {mutant.name}: {mutant.words}", flush=True)

    def verdict(self, mutant: Mutant) -> int:
        """Whether a test that calls the rule notices."""
        module = importlib.import_module(f"scenarios.rulebook.{mutant.module}")
        function: FunctionType = getattr(module, mutant.name)
        function.__code__ = mutant.code
        for _, item in sorted(self.callers[mutant.module, mutant.name], key=lambda pair: pair[0]):
            if any(report.failed for report in quietly(item)):
                return KILLED
        return LIVED


def quietly(item: Any) -> list[Any]:
    """The reports of one test, whose fixtures are made anew; an example in a docstring keeps the names it knows."""
    known = dict(item.dtest.globs) if isinstance(item, DoctestItem) else {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        reports = runtestprotocol(item, log=False, nextitem=None)
    if isinstance(item, DoctestItem):
        item.dtest.globs.update(known)
    return reports


def begun(judged: Judged, mutant: Mutant) -> tuple[int, int]:
    """A process in which one rule is wrong; its pipe closes when it ends."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return read, child
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    code = KILLED
    with contextlib.suppress(BaseException):
        code = judged.verdict(mutant)
    os._exit(code)


def main() -> None:
    """Judges the mutants and prints those that live as they are found, then the counts of each file."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--of", action="append", help="file of the rule book, without .py; repeatable")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    said = asked.parse_args()
    files = said.of or [file.stem for file in sorted(BOOK.glob("*.py")) if file.stem not in NOT_RULES]
    mutants = [mutant for module in files for mutant in mutants_of(module)]
    judged = Judged(mutants, said.workers)
    arguments = ["-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", str(BOOK)]
    pytest.main([*arguments, *(str(ROOT / f"tests/test_{name}.py") for name in LAWS)], plugins=[judged])
    if not judged.is_done:
        raise SystemExit(1)
    print("| file | mutants | killed | live |\n|---|---|---|---|")
    for module in files:
        killed, lived = judged.counts[module, "killed"], judged.counts[module, "lived"]
        print(f"| {module} | {killed + lived} | {killed} | {lived} |")
    print(f"| all | {len(mutants)} | {len(mutants) - len(judged.lived)} | {len(judged.lived)} |")
    print(f"For {judged.cut_short} of those that live not every test was asked: {LONGEST} s of them had passed.")


if __name__ == "__main__":
    main()
