"""Did a reshaping move anything? Tables and texts of a golden set, against those that were frozen.

    python benchmarks/golden.py                   one line a case, exit 1 if anything moved
    python benchmarks/golden.py --only iran       cases with this in their name; --tables, --texts: one half
    python benchmarks/golden.py --freeze          what is played now is right from here on

Only public names are used, so that any edition can be held against any other. Tables are compared by the bits of their
numbers, through a hash in golden.json; texts of commands through a hash, and as a difference where golden/ has them.
"""

import argparse
import difflib
import hashlib
import io
import json
import os
import re
import runpy
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd

import scenarios as sc

HERE = Path(__file__).resolve().parent
FROZEN, TEXTS = HERE / "golden.json", HERE / "golden"
TABLES = ("runs", "patrons", "events", "deliveries", "levels", "support", "paths", "summary")
FORMS = ("table", "csv", "json", "markdown")
MOST_LINES = 30  # of a difference
LONGEST = 12_000  # a longer text is kept as a hash alone [characters]
RUNS, SEED, MESA_RUNS = 1_500, 7, 5
LONG = "venezuela_2005_2025"  # a thousand weeks a run
LONG_RUNS, LONG_SEED, LONG_MESA_RUNS = 150, 3, 2

RULES = ("prospect", "threshold")
CHANGED: dict[str, tuple[str, dict[str, Any]]] = {
    "toy": ("toy", {}),
    "venezuela_2025": ("venezuela_2025", {}),
    "venezuela_2025_august": ("venezuela_2025_august", {}),
    "iran_2025": ("iran_2025", {}),
    "rules": ("venezuela_2025", {f"decision.{rule}": 1.0 for rule in RULES}),
    "frozen": ("venezuela_2025", {"freeze": "war,crisis", "terms.bargain": "frozen", "terms.commitment": "off"}),
    "high": ("venezuela_2025", {"coercer.rung": 9, "coercer.presence": 1.0}),
    "dated": (
        "venezuela_2025",
        {"patrons.russia.support_budget@2026-06-01": 0.03, "client.oil_price@2026-03-01": "x0.5"},
    ),
    "belarus_2020": ("belarus_2020", {}),
    "syria_2024": ("syria_2024", {}),
    LONG: (LONG, {}),
}
GIVEN = {"client.hold": [0.2, 0.5, 0.8], "patrons.redland.war_drain": [0.0, 0.1, 0.3]}

# each in a folder of its own, its forms one after the other: the later ones find the answer of the first
COMMANDS = {
    "list": "list",
    "show": "show toy",
    "show number": "show toy client.hold",
    "new": "new mine.toml --from toy",
    "new blank": "new mine.toml --client Cuba --coercer America --patrons russia,hezbollah:like=iran "
    "--start 2030-01-06",
    "check": "check toy iran_2025",
    "run": "run toy --runs 200 --seed 7 --jobs {jobs} --no-figures --out out",
    "run points": "run toy --points 20 --runs 5 --set coercer.rung=8 --jobs {jobs} --no-control --no-figures --out out",
    "sweep": "sweep toy --vary client.hold=0.3:0.6:3 --vary terms.bargain=on,frozen --runs 50 --jobs {jobs} --out out",
    "sweep of": "sweep toy --vary client.hold=0.3:0.6 --design lhs --points 4 --runs 50 --of redland.step_back "
    "--jobs {jobs} --out out",
    "compare": "compare toy --set coercer.rung=8 --runs 200 --jobs {jobs} --out out",
    "compare inputs": "compare toy --set coercer.rung=8 --runs 50 --only inputs --jobs {jobs} --out out",
    "compare transitions": "compare toy --set coercer.rung=8 --runs 200 --only transitions --jobs {jobs} --out out",
    "threshold": "threshold toy --of redland.step_back --over patrons.redland.war_drain --probability 0.35 --grid 5 "
    "--runs 100 --jobs {jobs} --no-figures --out out",
    "threshold rung": "threshold toy --of redland.step_back --over rung --runs 100 --jobs {jobs} --no-figures "
    "--out out",
    "sensitivity": "sensitivity toy --of redland.step_back --over patrons.redland --base-samples 8 --runs 20 --top 3 "
    "--jobs {jobs} --no-figures --out out",
    "sensitivity morris": "sensitivity toy --of redland.step_back --method morris --over patrons.redland "
    "--base-samples 3 --runs 30 --jobs {jobs} --no-figures --out out",
    "sensitivity rules": "sensitivity toy --over-rules --runs 50 --jobs {jobs} --no-figures --out out",
    "discover": "discover toy --of redland.step_back --points 1000 --jobs {jobs} --no-figures --out out",
    "explain": "explain toy --runs 200 --jobs {jobs}",
    "explain run": "explain toy --runs 200 --run 6 --jobs {jobs}",
    "explain frozen": "explain toy --of redland.step_back --frozen --runs 100 --jobs {jobs}",
    "explain nearest": "explain toy --of redland.step_back --nearest --over patrons.redland --runs 100 --jobs {jobs}",
    "explain nearest run": "explain toy --of redland.step_back --nearest --run 6 --over patrons.redland --runs 100 "
    "--jobs {jobs}",
}
VARIES = (
    # an answer's folder is named by its question, in which is the hash of the rule book's source
    (r"(?<=[/-])[0-9a-f]{12}\b", "HASH"),
    # the manifest: the same two hashes, when, how long, and with what it was played
    (r'"(id|rulebook_hash|date|duration_s|version_\w+)": [^,\n]*', r'"\1": VARIES'),
)

Case = Callable[[int], dict[str, str]]


def digest(text: bytes) -> str:
    """A short hash."""
    return hashlib.sha256(text).hexdigest()[:12]


def hashed(table: pd.DataFrame) -> str:
    """A short hash of a table's names, kinds and bits, in order."""
    head = [f"{name} {'text' if is_text(column) else column.dtype}" for name, column in table.items()]
    rows = pd.util.hash_pandas_object(table, index=False).to_numpy()
    return digest("\n".join(head).encode() + rows.tobytes())


def is_text(column: pd.Series) -> bool:
    """Whether a column holds words, whose dtype is named otherwise by each version of pandas."""
    return isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(column.dtype)


def hashes(results: Any, tables: tuple[str, ...] = TABLES) -> dict[str, str]:
    """A short hash of each table of an answer."""
    return {name: hashed(getattr(results, name)) for name in tables}


def scenario_of(name: str) -> Any:
    """The scenario of a case."""
    library, values = CHANGED[name]
    scenario = sc.load(library)
    return scenario.with_values(values) if values else scenario


def batch_case(name: str) -> Case:
    """All tables of many runs."""
    runs, seed = (LONG_RUNS, LONG_SEED) if name == LONG else (RUNS, SEED)
    return lambda jobs: hashes(sc.simulate(scenario_of(name), runs, seed, jobs=jobs))


def mesa_case(name: str) -> Case:
    """All tables of a few runs on the readable engine; where the fast engine differs, both hashes."""
    runs, seed = (LONG_MESA_RUNS, LONG_SEED) if name == LONG else (MESA_RUNS, SEED)

    def play(jobs: int) -> dict[str, str]:
        scenario = scenario_of(name)
        read = hashes(sc.simulate(scenario, runs, seed, engine="agents"))
        raced = hashes(sc.simulate(scenario, runs, seed, engine="batch", jobs=jobs))
        return {t: read[t] if read[t] == raced[t] else f"agents {read[t]}, batch {raced[t]}" for t in read}

    return play


def given(jobs: int) -> dict[str, str]:
    """All tables of points whose numbers are given."""
    return hashes(sc.simulate(sc.load("toy"), 200, SEED, jobs=jobs, numbers=pd.DataFrame(GIVEN)))


def drawn(jobs: int) -> dict[str, str]:
    """All tables of points that are drawn, some runs in each."""
    return hashes(sc.simulate(sc.load("venezuela_2025"), 10, SEED, points=50, jobs=jobs))


def grid(jobs: int) -> dict[str, str]:
    """The tables of a sweep over a number and a switch."""
    vary = {"client.hold": (0.3, 0.6, 3), "terms.bargain": ["on", "frozen"]}
    found = sc.sweep(sc.load("toy"), vary, "grid", replications=100, rng=SEED, jobs=jobs)
    return hashes(found, ("points", "outcomes"))


def sobol(jobs: int) -> dict[str, str]:
    """The tables of a sweep whose points are drawn."""
    vary = {"coercer.presence": (0.2, 0.8), "client.hold": (0.3, 0.6)}
    found = sc.sweep(sc.load("iran_2025"), vary, "sobol", points=8, replications=50, rng=SEED, jobs=jobs)
    return hashes(found, ("points", "outcomes"))


def command_case(line: str) -> Case:
    """The texts of one command in every form that it takes, and the files that it leaves."""

    def play(jobs: int) -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            words = line.format(jobs=jobs).split()
            texts = {form: said([*words, "--format", form]) for form in FORMS}
            if all(text is None for text in texts.values()):
                texts = {"text": said(words)}
            texts["files"] = left_behind()
            found = {form: lasting(text, folder) for form, text in texts.items() if text}
            # in order only now: the names of folders differ from one rule book to the next
            return {form: in_order(text) if form == "files" else text for form, text in found.items()}

    return play


def left_behind() -> str:
    """The files that a command left in this folder, with a short hash of those that hold neither a date nor a time."""
    files = sorted(path for path in Path().rglob("*") if path.is_file())
    marks = [digest(path.read_bytes()) if path.suffix in (".csv", ".toml") else "" for path in files]
    return "".join(f"{path} {mark}".rstrip() + "\n" for path, mark in zip(files, marks, strict=True))


def in_order(text: str) -> str:
    """A text with its lines sorted."""
    return "".join(sorted(text.splitlines(keepends=True)))


def said(words: list[str]) -> str | None:
    """What a command prints on stdout, and its exit code if that is not 0; None if it knows no --format."""
    out, err = io.StringIO(), io.StringIO()
    code, before = 0, sys.argv
    sys.argv = ["scenarios", *words]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            runpy.run_module("scenarios", run_name="__main__")
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    if "No such option" in err.getvalue() and "--format" in err.getvalue():
        return None
    return out.getvalue() + (f"exit {code}\n" if code else "")


def lasting(text: str, folder: str) -> str:
    """A text without what may differ between two days or machines."""
    for found, instead in ((re.escape(str(Path(folder).resolve())), "FOLDER"), *VARIES):
        text = re.sub(found, instead, text)
    return text


def cases(only: str, has_tables: bool, has_texts: bool) -> dict[str, Case]:
    """The cases to play, by name."""
    tables: dict[str, Case] = {name: batch_case(name) for name in CHANGED}
    tables |= {f"engines {name}": mesa_case(name) for name in CHANGED}
    tables |= {"numbers given": given, "points drawn": drawn, "sweep grid": grid, "sweep sobol": sobol}
    texts = {f"$ {name}": command_case(line) for name, line in COMMANDS.items()}
    chosen = (tables if has_tables else {}) | (texts if has_texts else {})
    return {name: play for name, play in chosen.items() if only in name}


def played(play: Case, jobs: int) -> dict[str, str]:
    """What a case found; a case that breaks has moved, and the others are still played."""
    try:
        return play(jobs)
    except Exception as fault:
        return {"fault": f"{type(fault).__name__}: {fault}".splitlines()[0]}


def shortened(name: str, found: Mapping[str, str]) -> dict[str, str]:
    """Hashes of what a case found."""
    return {part: digest(text.encode()) for part, text in found.items()} if name.startswith("$") else dict(found)


def text_file(name: str, part: str) -> Path:
    """Where the text of a command is kept."""
    return TEXTS / f"{name.removeprefix('$ ').replace(' ', '-')}.{part}.txt"


def keep_texts(name: str, found: Mapping[str, str]) -> None:
    """Keeps the texts of a command that are not too long."""
    TEXTS.mkdir(exist_ok=True)
    for part, text in found.items():
        if len(text) <= LONGEST:
            text_file(name, part).write_text(text, encoding="utf-8")
        else:
            text_file(name, part).unlink(missing_ok=True)


def show_difference(name: str, part: str, text: str) -> None:
    """Prints what moved in a text, if the old one is there."""
    kept = text_file(name, part)
    if kept.is_file():
        old, new = kept.read_text(encoding="utf-8").splitlines(), text.splitlines()
        lines = list(difflib.unified_diff(old, new, f"{name} {part}, frozen", "now", lineterm="", n=1))
        print("\n".join([*lines[:MOST_LINES], f"... {len(lines)} lines"] if len(lines) > MOST_LINES else lines))


def check(name: str, found: Mapping[str, str], frozen: Mapping[str, str]) -> bool:
    """Prints whether a case is as it was frozen; True if it is."""
    now = shortened(name, found)
    moved = [part for part in sorted({*now, *frozen}) if now.get(part) != frozen.get(part)]
    torn = [part for part, value in now.items() if value.startswith("agents ")]
    said_torn = f" (the engines differ: {', '.join(torn)})" if torn else ""
    print(f"{name:<32}{'MOVED ' + ', '.join(moved) if moved else 'same'}{said_torn}", flush=True)
    print(f"  {found['fault']}\n" if "fault" in found else "", end="")
    for part in moved:
        if name.startswith("$") and part in found:
            show_difference(name, part, found[part])
    return not moved and not torn


def asked() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--freeze", action="store_true", help="write what is played now")
    parser.add_argument("--only", default="", metavar="NAME", help="cases with this in their name")
    parser.add_argument("--tables", action="store_true", help="the tables alone")
    parser.add_argument("--texts", action="store_true", help="the texts of commands alone")
    parser.add_argument("--jobs", type=int, default=0, help="threads; 0 = all")
    return parser.parse_args()


def main() -> int:
    """Plays the cases and checks or freezes them."""
    os.environ["COLUMNS"] = "120"
    options = asked()
    chosen = cases(options.only, options.tables or not options.texts, options.texts or not options.tables)
    if not chosen:
        sys.exit(f"No case has {options.only!r} in its name.")
    frozen = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.is_file() else {}
    n_moved = 0
    for name, play in chosen.items():
        found = played(play, options.jobs)
        n_moved += not check(name, found, frozen.get(name, {}))
        if options.freeze and "fault" not in found:
            frozen[name] = shortened(name, found)
            if name.startswith("$"):
                keep_texts(name, found)
    if options.freeze:
        FROZEN.write_text(json.dumps(frozen, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(chosen) - n_moved} of {len(chosen)} cases are as they were frozen.")
    return 1 if n_moved and not options.freeze else 0


if __name__ == "__main__":
    sys.exit(main())
