"""How large is the house? Lines, imports as a share of the lines of code, functions of many parameters.

Run it: python benchmarks/house.py
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent / "src" / "scenarios"
MANY = 8


def lines_of(nodes: list[ast.stmt]) -> set[int]:
    """The lines on which some statements stand."""
    return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def main() -> None:
    """Counts every file of the package."""
    files = [file for file in sorted(ROOT.rglob("*.py")) if file.stat().st_size]
    lines = code = imports = said = 0
    many: list[tuple[int, str]] = []
    for file in files:
        text = file.read_text("utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        owners = [node for node in nodes if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
        docs = lines_of([node.body[0] for node in owners if ast.get_docstring(node)])
        rows = text.splitlines()
        is_code = [line.strip() and not line.strip().startswith("#") for line in rows]
        lines, said = lines + len(rows), said + len(docs)
        code += sum(bool(is_it) and place not in docs for place, is_it in enumerate(is_code, 1))
        imports += sum(
            (node.end_lineno or 0) - node.lineno + 1 for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))
        )
        for node in nodes:
            if isinstance(node, ast.FunctionDef):
                named = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
                n = len([name for name in named if name != "self"])
                many += [(n, f"{file.relative_to(ROOT)} {node.name}")] if n >= MANY else []
    print(f"{lines:,} lines in {len(files)} files, {code:,} of code, {said:,} of docstrings; {imports:,} of imports,")
    print(f"{100 * imports / code:.1f} % of the code; {len(many)} functions of {MANY} or more parameters:")
    for n, name in sorted(many, reverse=True):
        print(f"  {n} {name}")


if __name__ == "__main__":
    main()
