"""Does any input end in a traceback, in a fault inside, or never? A seeded mutator over all that a user can hand over.

    python benchmarks/fuzz.py                          2,000 inputs, exit 1 if one was not answered as it should be
    python benchmarks/fuzz.py --inputs 100000 --seed 3
    python benchmarks/fuzz.py --only folder --first 4711 --inputs 1     one input again, with what it printed

Scenario files, overlays, settings, questions, tables, cases, what was seen, result folders and options go through the
command's main function in worker processes, which are replaced when they hang or grow old. An input follows from the
seed and its number alone.
"""

import argparse
import io
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import typer

SECONDS = 60  # after which an input hangs
AGE = 1_000  # inputs of one worker
MEMORY = 12 << 30  # that a worker may ask for, most of it never touched [bytes]
ALLOWED = ("exit 0", "exit 2")
Made = list[str]
Words = Callable[[random.Random], str]
Told = Callable[..., None]

NUMBERS = (
    "0", "-1", "1", "2", "3", "0.5", "-0.0", "nan", "inf", "-inf", "1e999", "1e-999", "1_0", "0x10", "1e308",
    "-1e308", "0,5", "x2", "x-1",
    "xnan", "xinf", "9" * 400, "9" * 5_000, "0x" + "f" * 6_000, "0." + "3" * 5_000, "18446744073709551616",
    "9223372036854775807", "٣", " 1 ", "1 2", "",
)  # fmt: skip
DAYS = (
    "2030-01-06", "2030-06-01", "2030-12-31", "0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01",
    "2030-02-30", "2030-W03-1", "20300601",
    "2030-6-1", "1e4", "-2030-01-01", "2030-06-01T00:00:00Z", "2030-06-01 12:00", "9" * 5_000,
)  # fmt: skip
TEXTS = (
    "", " ", "a", "x" * 300, "x" * 5_000, "../" * 40 + "etc/passwd", "/dev/zero", "/dev/stdin",
    "/proc/self/mem", "http://localhost/x.csv",
    "s3://x/y.csv", "pipe", "a\x00b", "\x1b[2J", "\x7f\x85", "\u202e", "\ufeff", "\udc80", "\U0010ffff",
    "ß" * 200, "%s%n{}{0}", "a.b.c",
    "a." * 1_500, "'", '"', "\\", "`", "=1+1", "<b>", "@", ":", ";", ",", "()", "(" * 2_000, "not " * 2_000,
    "\n", "\r", "\t", "toy", "redland", "--help",
)  # fmt: skip
TOML = (
    "[]", "[[]]", "{}", "[{}]", "{ a = [] }", "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "''",
    "'''x'''", '"\\u0000"', '"\\ud800"',
    "[" * 500 + "]" * 500, "{ a = " * 90 + "1" + " }" * 90, "[1, 'a', {}]", "{ value = {} }",
    "{ value = [], unit = [], source = {} }",
    '{ value = 1, range = "x", distribution = [], unit = {}, source = [] }',
    "{ value = 1, range = [2, 1], distribution = {} }",
    '{ at = [], values = [] }', '{ at = [2030-01-07], values = ["x"], until = [] }', "{ file = 'pipe' }",
    "{ file = '/dev/zero' }", "{ file = [] }",
)  # fmt: skip
HEADS = (
    "[" + "a." * 60 + "a]", "[" + "a." * 2_000 + "a]", "a." * 2_000 + "a = 1", "base = 'toy'", "base = []",
    "base = {}", "base = 'scenario.toml'", "without = 3",
    "without = ['redland']", "without = [[], {}]", "base = 'toy'\nwithout = [{}]", "base = 'general'",
    "[[settings]]", "[[held]]", "[settings]", "[observed]",
    "[patrons]", "[[patrons]]", "[patrons.x]\nlibrary = []", "[patrons.x]\nlibrary = 'iran'",
    "[paths]\n'coercer.rung' = 3", "[sources.a]", "[reference_class]",
    "[publication]", "posterior = 'venezuela_2025'", "title = " + "'" + "t" * 70_000 + "'",
    "'" + "k" * 400 + "' = 1", "[channels.x]", "steps = 3", "[terms]\nbargain = []",
)  # fmt: skip
JSON = (
    None, True, -1, 0, 1, 2.5, 1e308, float("nan"), "", "x", "2030-01-01", "x" * 300, [], [[]], {}, {"a": 1},
    10**400, [1, "a"], "../../x", "\ud800", "\x00",
)  # fmt: skip
QUESTIONS = (
    "redland.step_back by 2030-06-01", "rung >= 9 by 2030-06-01", "redland.oil < 2 on 2030-06-01",
    "client.removed by 2030-06-30",
    "redland.oil.delivered <= 0.5 of opening by 2030-03-01",
    "(rung >= 9 and not redland.step_back) by 2030-06-30", "blueland.pause within 2030-02-01..2030-06-01",
    "redland.request.arms by 2030-06-01", "redland.abandonment.oil", "client.holds", "coercer.attempt_failed",
    "blueland.level_down.arms by 2030-06-30",
)  # fmt: skip
PATHS = (
    "client.hold", "client.oil_price", "patrons.redland.war_drain", "patrons.redland.channels.oil.opening",
    "channels.oil.weight", "coercer.rung", "terms.bargain",
    "freeze", "coercer.mode", "decision.prospect", "step", "steps", "persistence_days", "start",
    "model.precision", "ladder.3.threat", "rung", "believe:client.hold",
)  # fmt: skip
OUTCOMES = (
    "redland.step_back", "redland.step_back.at", "redland.abandonment.oil", "client.removed", "max_rung",
    "redland.reason", "redland.support_end",
)  # fmt: skip
SIGNS = (
    "=", ":", "@", ",", ".", " ", "(", ")", "\n", '"', "'", "[", "]", "{", "}", "#", "<=", " of ", " by ",
    "-", "\x00", "é", "%",
)  # fmt: skip


def nasty(rng: random.Random) -> str:
    """A word that no one expects."""
    return rng.choice(rng.choice((NUMBERS, DAYS, TEXTS, TOML, QUESTIONS, PATHS)))


def bent(text: str, rng: random.Random) -> str:
    """A text with a few changes: spans left out, doubled or put elsewhere, signs and odd words in their place."""
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.choice((0, 1, 1, 3, 12)))
        text = (
            text[:at]
            + rng.choice(("", text[at:end] * 2, rng.choice(SIGNS), nasty(rng), chr(rng.randrange(0x250))))
            + text[end:]
        )
    return text


def bent_lines(text: str, rng: random.Random, odd: Words, sign: str) -> str:
    """A file with a few lines changed, left out, doubled or moved; `sign` stands before what a line says last."""
    lines = text.split("\n")
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        at = rng.randrange(len(lines))
        left, _, right = lines[at].partition(sign)
        cells = lines[at].split(",")
        cells[rng.randrange(len(cells))] = odd(rng)
        lines[at : at + 1] = rng.choice(
            (
                [],
                [lines[at]] * 2,
                [lines[at], rng.choice(lines)],
                [odd(rng)],
                [lines[at], odd(rng)],
                [f"{left}{sign} {odd(rng)}"],
                [f"{bent(left, rng)}{sign}{right}"],
                [f"{left}{sign}{bent(right, rng)}"],
                [",".join(cells)],
                [bent(lines[at], rng)],
            )
        )
        lines = lines or [""]
    return "\n".join(lines)


def put(place: Path, text: str, rng: random.Random) -> str:
    """Writes a text as some editor may have, or what is no file of text at all; returns the name."""
    written = text.encode("utf-8", "surrogateescape" if rng.random() < 0.5 else "surrogatepass")
    turn = rng.random()
    if turn < 0.02:
        os.mkfifo(place)
        return str(place)
    if turn < 0.03:
        place.mkdir()
        return str(place)
    if turn < 0.08:
        written = rng.choice(
            (
                b"\xef\xbb\xbf" + written,
                written.replace(b"\n", b"\r\n"),
                text.encode("utf-16", "replace"),
                b"",
                written[: len(written) // 2],
            )
        )
    elif turn < 0.12:
        at = rng.randrange(len(written) + 1)
        written = (
            written[:at]
            + rng.choice((b"\x00", b"\xff\xfe", b"\x1f\x8b", b"PK\x03\x04", rng.randbytes(40)))
            + written[at:]
        )
    place.write_bytes(written)
    return str(place) if rng.random() < 0.97 else rng.choice(TEXTS)


def odd_line(rng: random.Random) -> str:
    """What may stand in a TOML file."""
    return rng.choice(rng.choice((NUMBERS, DAYS, TOML, TEXTS, HEADS)))


def setting(rng: random.Random) -> str:
    """What a number or switch is set to."""
    path, value = (
        rng.choice(PATHS),
        rng.choice((*NUMBERS, *DAYS, "on", "off", "frozen", "pressure", "scripted", "week")),
    )
    text = f"{path}{rng.choice(('', '', '@' + rng.choice(DAYS)))}={value}"
    return bent(text, rng) if rng.random() < 0.4 else text


def scenario_file(rng: random.Random, seeds: Path) -> Made:
    """A scenario file, whole or over a base."""
    text = (seeds / rng.choice(("toy.toml", "toy.toml", "based.toml", "calm.toml", "new.toml"))).read_text("utf-8")
    name = put(Path("scenario.toml"), bent_lines(text, rng, odd_line, " ="), rng)
    return rng.choice(
        (
            ["check", name],
            ["check", name, "--full"],
            ["show", name],
            ["show", name, rng.choice(PATHS), "--format", "json"],
            ["new", "copy.toml", "--from", name],
            ["ask", name, rng.choice(QUESTIONS), "--runs", "2"],
        )
    )


def overlay(rng: random.Random, seeds: Path) -> Made:
    """A file of changed lines."""
    text = (seeds / rng.choice(("over.toml", "calm.toml"))).read_text("utf-8").removeprefix('base = "toy"\n')
    name = put(Path("over.toml"), bent_lines(text, rng, odd_line, " ="), rng)
    side = rng.choice(("", "", "B:", "z:", ":"))
    ask = ["ask", "toy", rng.choice(QUESTIONS), "--overlay", name, "--runs", "2"]
    return rng.choice((ask, ask, ["compare", "toy", "--overlay", side + name, "--runs", "2", "--no-figures"]))


def settings(rng: random.Random, seeds: Path) -> Made:
    """Options that set, believe or vary."""
    del seeds
    said, over = setting(rng), rng.choice(PATHS)
    span = f"{over}={':'.join(rng.choice(NUMBERS) for _ in range(rng.choice((1, 2, 2, 3))))}"
    asked = ["--of", rng.choice(OUTCOMES)]
    return rng.choice(
        (
            ["ask", "toy", rng.choice(QUESTIONS), rng.choice(("--set", "--believe")), said, "--runs", "2"],
            [
                "compare",
                "toy",
                "--set",
                rng.choice(("", "A:", "B:", "z:", "::", "é:")) + said,
                "--runs",
                "2",
                "--no-figures",
            ],
            [
                "sweep",
                "toy",
                "--vary",
                rng.choice((span, bent(span, rng), setting(rng))),
                "--points",
                rng.choice(("2", "3")),
                "--runs",
                "1",
            ],
            [
                "threshold",
                "toy",
                *asked,
                "--over",
                bent(over, rng),
                "--range",
                f"{rng.choice(NUMBERS)}:{rng.choice(NUMBERS)}",
                "--grid",
                "3",
                "--runs",
                "1",
                "--no-figures",
            ],
            ["show", "toy", bent(over, rng)],
        )
    )


def question(rng: random.Random, seeds: Path) -> Made:
    """Questions, in the command line and in a file."""
    del seeds
    text = bent(rng.choice(QUESTIONS), rng)
    file = "id,question\n" + "\n".join(
        f"{nasty(rng) if rng.random() < 0.2 else k},{bent(rng.choice(QUESTIONS), rng)}" for k in range(3)
    )
    asked = ["ask", "toy", "--runs", "2"]
    return rng.choice(
        (
            [*asked, text],
            [*asked, text, "--given", bent(rng.choice(QUESTIONS), rng)],
            [*asked, "--questions", put(Path("q.csv"), bent_lines(file, rng, nasty, ","), rng), "--freeze", "frozen"],
            ["explain", "toy", "--of", text, "--runs", "2"],
            [
                "threshold",
                "toy",
                "--of",
                bent(rng.choice(OUTCOMES), rng),
                "--over",
                "client.hold",
                "--grid",
                "3",
                "--runs",
                "1",
                "--no-figures",
            ],
            ["discover", "toy", "--of", bent(rng.choice(OUTCOMES), rng), "--points", "20", "--no-figures"],
        )
    )


def table(rng: random.Random, seeds: Path) -> Made:
    """A design, rows of cases, what came of questions, what was seen, a series over time."""
    kind = rng.choice(("design", "cases", "outcomes", "observed", "series"))
    name = put(Path(f"{kind}.csv"), bent_lines((seeds / f"{kind}.csv").read_text("utf-8"), rng, nasty, ","), rng)
    if kind == "series":
        said = json.dumps(name)
        Path("serial.toml").write_text(
            f'base = "toy"\n[paths."client.oil_price"]\nfile = {said}\nunit = "factor"\n', "utf-8", "surrogatepass"
        )
    return {
        "design": ["sweep", "toy", "--design", f"table={name}", "--runs", "1"],
        "cases": ["score", "--cases", name],
        "outcomes": ["score", str(seeds / "frozen"), "--outcomes", name],
        "observed": [
            "update",
            "toy",
            "--observed",
            name,
            "--to",
            rng.choice(("2030-03-01", "2030-03-01", *DAYS)),
            "--runs",
            "3",
        ],
        "series": ["check", "serial.toml"],
    }[kind]


def bent_json(plain: Any, rng: random.Random) -> Any:
    """A record with one entry left out, replaced or renamed, at any depth."""
    if not isinstance(plain, (dict, list)) or not plain or rng.random() < 0.1:
        return rng.choice(JSON)
    keys = list(plain) if isinstance(plain, dict) else list(range(len(plain)))
    key, turn = rng.choice(keys), rng.random()
    if turn < 0.25:
        del plain[key]
    elif turn < 0.3 and isinstance(plain, dict):
        plain[nasty(rng)] = plain.pop(key)
    else:
        plain[key] = bent_json(plain[key], rng)
    return plain


def bend_table(file: Path, rng: random.Random) -> None:
    """A table of a result folder with other columns, rows or types."""
    import pandas as pd

    frame = pd.read_parquet(file)
    column = rng.choice(list(frame.columns))
    bends: list[Callable[[], pd.DataFrame]] = [
        lambda: frame.drop(columns=column),
        lambda: frame.rename(columns={column: "x"}),
        lambda: frame.assign(**{column: rng.choice(("x", None, -1, 1e308, float("nan"), 10**9))}),
        lambda: frame.astype({column: str}),
        lambda: frame.iloc[: rng.choice((0, 1))],
        lambda: pd.concat([frame, frame], ignore_index=True),
        lambda: pd.DataFrame({"x": [1]}),
    ]
    rng.choice(bends)().to_parquet(file, index=False)


def damage(folder: Path, rng: random.Random) -> None:
    """Hurts one file of a folder; in most cases as somebody would who writes the checksums anew."""
    from scenarios.store.aside import read_record

    records = sorted(folder.rglob("*.json"))
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in (".parquet", ".csv") and file.is_file()]
    hurt, bent_record = rng.choice([*files, *records * 8]), None
    turn = rng.random()
    if turn < 0.15:
        whole = hurt.read_bytes()
        at = rng.randrange(len(whole))
        mixed = whole[:at] + rng.randbytes(9) + whole[at + 9 :]
        hurt.write_bytes(rng.choice((whole[:at], mixed, b"", b"[]", b"null", b"\xff" * 9, b"[" * 9_999)))
    elif turn < 0.2:
        hurt.unlink()
        rng.choice((lambda: None, hurt.mkdir, lambda: os.mkfifo(hurt)))()
    elif hurt.suffix == ".json":
        bent_record = bent_json(read_record(hurt), rng)
        hurt.write_text(json.dumps(bent_record), "utf-8")
    elif hurt.suffix == ".parquet":
        bend_table(hurt, rng)
    else:
        hurt.write_text(bent_lines(hurt.read_text("utf-8"), rng, nasty, ","), "utf-8", "replace")
    if rng.random() < 0.9:
        for place in sorted(records, key=lambda file: -len(file.parts)):  # a control before what vouches for it
            vouch(place)


def vouch(place: Path) -> None:
    """Writes the checksums of a record anew, if it is one that has some."""
    from scenarios.store.aside import FILES, OWN_SUM, sums_of, write_record

    found = _plain_record(place)
    if isinstance(found, dict) and isinstance(found.get(FILES), dict):
        said = {name: entry for name, entry in found.items() if name not in (FILES, OWN_SUM)}
        with suppress(ValueError, OSError):  # what JSON cannot hold; names that no disk can
            listed = [place.parent / name for name in found[FILES] if (place.parent / name).is_file()]
            write_record(place, said, sums_of(place.parent, listed))


def _plain_record(place: Path) -> Any:
    """A record as it stands; None if it is none."""
    try:
        return json.loads(place.read_text("utf-8")) if place.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None


def folder(rng: random.Random, seeds: Path) -> Made:
    """A result folder, a sweep, an answer or a frozen forecast that was hurt."""
    kind = rng.choice(("run", "run", "run", "frozen", "sweep", "threshold"))
    source = seeds / kind
    place = (
        Path("results/toy") / (seeds / f"{kind}.name").readlink()
        if kind in ("sweep", "threshold", "run")
        else Path("frozen")
    )
    shutil.copytree(source, place)
    damage(place, rng)
    name = str(place)
    asked = ["ask", "toy", QUESTIONS[0], "--runs", "3"]
    by_kind = {
        "run": (
            ["ask", name, rng.choice(QUESTIONS)],
            asked,
            ["explain", name],
            ["explain", name, "--run", "1"],
            ["explain", name, "--of", QUESTIONS[0], "--nearest"],
            ["compare", name, str(source), "--no-figures"],
            ["compare", str(source), name, "--no-figures", "--all", "--name", rng.choice(("a", *TEXTS))],
            ["sensitivity", "--given", name, "--no-figures"],
            ["results"],
            ["report", name, "--quiet"] if rng.random() < 0.1 else ["results", "toy", "--format", "csv"],
        ),
        "frozen": (["score", name, "--outcomes", str(seeds / "outcomes.csv")],),
        "sweep": (SWEEP, [*SWEEP, "--resume"], ["results"]),
        "threshold": (["results"], THRESHOLD),
    }
    return list(rng.choice(by_kind[kind]))


def options(rng: random.Random, seeds: Path) -> Made:
    """Options of every command with words that no one expects."""
    argv = list(rng.choice(COMMAND_LINES))
    places = [k for k, word in enumerate(argv) if word.startswith("?")]
    for place in places:
        argv[place] = rng.choice((argv[place][1:], rng.choice(NUMBERS), rng.choice(TEXTS), nasty(rng)))
    if rng.random() < 0.1:
        argv.insert(
            rng.randrange(len(argv) + 1),
            rng.choice(("--", "--quiet", "--format=", "-", "--nonsense", "--runs=-1", bent("--seed", rng))),
        )
    return [word.replace("SEEDS", str(seeds)) for word in argv]


SWEEP = ["sweep", "toy", "--vary", "client.hold=0.2:0.4:2", "--runs", "2"]
THRESHOLD = [
    "threshold",
    "toy",
    "--of",
    "redland.step_back",
    "--over",
    "client.hold",
    "--grid",
    "3",
    "--runs",
    "2",
    "--no-figures",
]
COMMAND_LINES = (
    ["ask", "?toy", "?redland.step_back", "--runs", "2", "--seed", "?1", "--jobs", "?1"],
    ["ask", "toy", "redland.step_back", "--runs", "?2", "--points", "?2"],
    ["ask", "toy", "redland.step_back", "--runs", "2", "--format", "?csv", "--engine", "?batch"],
    ["list", "--format", "?json"],
    ["show", "?toy", "?client.hold", "--find", "?price"],
    ["show", "toy", "--find", "?price", "--out", "?results"],
    ["check", "?toy.toml", "?other.toml"],
    ["schema", "?x"],
    ["new", "made.toml", "--from", "?toy"],
    ["new", "made.toml", "--client", "?Cuba", "--coercer", "?United States", "--patrons",
     "?russia:like=russia", "--start", "?2030-01-01"],
    ["run", "toy", "--runs", "2", "--no-figures", "--no-ladder", "--no-what-ifs", "--until-se", "?0.5",
     "--seed", "?1"],
    ["run", "toy", "--runs", "2", "--no-figures", "--no-ladder", "--no-what-ifs", "--executor", "?threads"],
    ["cases", "?SYR15R"],
    ["cases", "--find", "?oil"],
    ["show", "?case:SYR15R"],
    ["score", "?frozen", "--outcomes", "?o.csv", "--training", "?all", "--by", "?reference"],
    ["score", "--cases", "?c.csv", "--by", "simulation", "--runs", "?1", "--seed", "?1"],
    ["sensitivity", "toy", "--of", "?redland.support_end", "--over", "?client", "--method", "?morris",
     "--base-samples", "?2", "--runs", "2", "--top", "?1", "--rest", "?drawn"],
    ["sensitivity", "--given", "?SEEDS/run", "--of", "?redland.step_back", "--no-figures"],
    ["discover", "toy", "--of", "redland.step_back", "--over", "?client", "--points", "20", "--coverage",
     "?0.5", "--no-figures"],
    ["sweep", "toy", "--vary", "client.hold=0.2:0.4", "--design", "?lhs", "--points", "?2", "--runs", "1",
     "--of", "?redland.step_back"],
    ["threshold", "toy", "--of", "redland.step_back", "--over", "?client.hold", "--probability", "?0.5",
     "--tolerance", "?0.1", "--grid", "?3", "--runs", "1", "--no-figures"],
    ["explain", "toy", "--run", "?1", "--patron", "?redland", "--runs", "2"],
    ["explain", "toy", "--signs", "--by", "?2030-03-01", "--of", "?redland.step_back", "--runs", "20"],
    ["explain", "toy", "--nearest", "--over", "?client", "--of", "redland.step_back", "--runs", "2"],
    ["compare", "?toy", "?SEEDS/run", "--runs", "?2", "--only", "?inputs", "--of", "?redland.step_back",
     "--patron", "?redland", "--no-figures"],
    ["compare", "toy", "--set", "client.hold=0.3", "--runs", "2", "--name", "?a", "--no-figures", "--points", "?1"],
    ["update", "?toy", "--observed", "SEEDS/observed.csv", "--to", "?2030-03-01", "--runs", "?3"],
    ["results", "?toy", "--out", "?results"],
    ["fit", "--particles", "?x", "--generations", "?x", "--screen", "?x", "--runs", "?x"],
    ["fit", "--library", "?x", "--particles", "0"],
    ["?help", "?--version", "?x"],
)  # fmt: skip
KINDS: dict[str, Callable[[random.Random, Path], Made]] = {
    "scenario": scenario_file,
    "overlay": overlay,
    "settings": settings,
    "question": question,
    "table": table,
    "folder": folder,
    "options": options,
}

MIX = (
    *(["question"] * 5),
    *(["settings"] * 5),
    *(["options"] * 4),
    *(["table"] * 2),
    *(["overlay"] * 2),
    "scenario",
    "folder",
)  # inputs that are refused before anything is played are the quick ones


def play(argv: Made) -> tuple[int | None, str, str]:
    """What the command's main function makes of some words: exit code, what it printed, what went through it."""
    from scenarios.cli.app import main

    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace")]
    kept = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["scenarios", *argv], *streams
    code, through = None, ""
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else (0 if end.code is None else 1)
    except BaseException:
        through = traceback.format_exc()
    finally:
        sys.argv, sys.stdout, sys.stderr = kept
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue().decode("utf-8", "replace") for stream in streams)  # type: ignore[attr-defined]
    return code, out + err, through or (err if "Traceback (most recent call last)" in err else "")


def judged(code: int | None, through: str) -> str:
    """What became of an input."""
    return "traceback" if through else f"exit {code}"


def plant(seeds: Path) -> None:
    """Makes what is bent: files, a result folder, a sweep, an answer, a frozen forecast."""
    from scenarios.cases import library as shelf
    from scenarios.scenario.load import LIBRARY

    seeds.mkdir()
    os.chdir(seeds)
    shutil.copy(LIBRARY / "toy.toml", seeds)
    (seeds / "calm.toml").write_text(
        (LIBRARY / "venezuela_2025_calm.toml").read_text("utf-8").replace("venezuela_2025", "toy"), "utf-8"
    )
    (seeds / "over.toml").write_text(OVER, "utf-8")
    (seeds / "based.toml").write_text('base = "toy"\n' + OVER.replace("oil_price = 60\n", ""), "utf-8")
    rows = (shelf.DATA / "open_test.csv").read_text("utf-8").splitlines()[:4]
    (seeds / "cases.csv").write_text("\n".join(rows), "utf-8")
    (seeds / "design.csv").write_text("client.hold,terms.bargain\n0.3,on\n0.4,off\n", "utf-8")
    (seeds / "outcomes.csv").write_text("id,outcome,other\nq1,1,0.5\n", "utf-8")
    (seeds / "observed.csv").write_text("date,event\n2030-02-01,rung >= 3\n2030-02-10,not client.removed\n", "utf-8")
    (seeds / "series.csv").write_text(
        "date,value,source,note\n2030-01-06,1.0,judgement,a\n2030-06-01,0.9,judgement,\n", "utf-8"
    )
    small = ["--runs", "3", "--quiet", "--out", "made"]
    for argv in (
        ["new", "new.toml", "--client", "Cuba", "--coercer", "United States", "--patrons", "russia:like=russia,b"],
        ["run", "toy", *small, "--no-figures", "--no-ladder", "--no-what-ifs"],
        ["ask", "toy", QUESTIONS[0], *small, "--freeze", "frozen"],
        [*SWEEP, "--out", "made", "--quiet"],
        [*THRESHOLD, "--out", "made", "--quiet"],
    ):
        code, said, through = play(argv)
        if code:
            raise SystemExit(f"{argv}: {said}{through}")
    for place in (seeds / "made" / "toy").iterdir():
        kind = place.name.split("-")[0] if "-" in place.name else "run"
        (seeds / f"{kind}.name").symlink_to(place.name)
        shutil.move(place, seeds / kind)


OVER = """title = "Changed lines"
freeze = ["war"]
[client]
hold = { value = 0.4, range = [0.3, 0.5], distribution = "uniform", unit = "share", source = "judgement", note = "n" }
oil_price = 60
[terms]
bargain = "off"
[paths."client.oil_price"]
at = [2030-01-06, 2030-06-01]
values = [1.0, 0.8]
unit = "factor"
source = "judgement"
until = 2030-09-01
[[settings]]
path = "client.hold"
on = 2030-03-03
value = 0.5
source = "judgement"
[sources.mine]
title = "A source"
publisher = "A house"
year = 2025
address = "https://example.org"
quality = "A"
"""


def words_of(kind: str, seed: int, number: int, seeds: Path) -> Made:
    """The command line of an input; its files are written where we stand."""
    rng = random.Random(f"{seed}:{number}:{kind}")
    return [
        word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") if word.isascii() else word
        for word in KINDS[kind](rng, seeds)
    ]


def work(asked: Connection, seeds: Path, seed: int, kinds: list[str]) -> None:
    """Plays the inputs whose numbers are sent, each in a folder of its own, and sends what became of them."""
    from scenarios.cli import app
    from scenarios.scenario import load

    load_anew = load.load
    app.app = typer.main.get_command(app.app)  # typer makes all commands anew for every command line
    once = cache(load_anew)
    load.load = lambda name, *how, **more: (
        once(name) if name == "toy" and not any((*how, *more.values())) else load_anew(name, *how, **more)
    )
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in iter(asked.recv, None):
        place = Path(tempfile.mkdtemp(dir=seeds.parent))
        os.chdir(place)
        os.mkfifo("pipe")
        argv: Made = []
        try:
            argv = words_of(kinds[number % len(kinds)], seed, number, seeds)
            asked.send(argv)
            asked.send((argv, *play([word.replace("\x00", "") for word in argv])))
        except Exception:
            asked.send((argv, None, "", "mutator: " + traceback.format_exc()))
        os.chdir(seeds)
        shutil.rmtree(place, ignore_errors=True)


class Worker:
    """A process that plays inputs, replaced when it hangs or grows old."""

    def __init__(self, *given: Any) -> None:
        self.given = given
        self.argv: Made = []
        self.number, self.since = -1, 0.0
        self.begin()

    def begin(self) -> None:
        """Starts the process."""
        self.link, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=work, args=(other, *self.given), daemon=True)
        self.process.start()
        other.close()
        self.age = 0

    def send(self, number: int) -> bool:
        """Sends the number of the next input; true, so that it can be counted."""
        if self.age >= AGE:
            self.end()
            self.begin()
        self.age, self.number, self.since = self.age + 1, number, time.monotonic()
        self.link.send(number)
        return True

    def end(self) -> None:
        """Ends the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.link.close()


def fuzz(
    inputs: int, seed: int, kinds: list[str], first: int = 0, n_workers: int = 2, told: Told = print
) -> Counter[tuple[str, str]]:
    """Plays inputs and counts what became of them, by kind and end.

    Parameters
    ----------
    told : callable
        Hears of every input that did not end as it should: number, kind, end, command line, what was said.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room:
        seeds = Path(room) / "seeds"
        planter = multiprocessing.get_context("spawn").Process(target=plant, args=(seeds,))
        planter.start()
        planter.join()
        if planter.exitcode:
            raise SystemExit("what is bent could not be made")
        workers = [Worker(seeds, seed, kinds) for _ in range(min(n_workers, inputs))]
        try:
            return shared(iter(range(first, first + inputs)), workers, kinds, told)
        finally:
            for worker in workers:
                worker.end()


def shared(numbers: Iterator[int], workers: list["Worker"], kinds: list[str], told: Told) -> Counter[tuple[str, str]]:
    """Has inputs played by whichever worker is free, and counts what became of them."""
    counts: Counter[tuple[str, str]] = Counter()
    busy = [worker for worker, number in zip(workers, numbers, strict=False) if worker.send(number)]
    while busy:
        ready = wait([worker.link for worker in busy], timeout=1)
        for worker, end in [(worker, ended(worker, worker.link in ready)) for worker in busy]:
            if end is None:
                continue
            kind = kinds[worker.number % len(kinds)]
            counts[kind, end[0]] += 1
            if end[0] not in ALLOWED:
                told(worker.number, kind, *end)
            number = next(numbers, None)
            if number is None:
                busy.remove(worker)
            else:
                worker.send(number)
    return counts


def ended(worker: Worker, is_ready: bool) -> tuple[str, Made, str] | None:
    """How the input of a worker ended, with its words and what was said; None if it has not."""
    try:
        if is_ready:
            found = worker.link.recv()
            if isinstance(found, tuple):
                argv, code, said, through = found
                return judged(code, through), argv, through or said
            worker.argv = found
        if time.monotonic() - worker.since < SECONDS:
            return None
        end = "hang"
    except EOFError:
        end = "death"
    argv = worker.argv
    worker.end()
    worker.begin()
    return end, argv, ""


def main() -> int:
    """Plays what is asked and prints the totals."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=list(KINDS), action="append")
    asked = parser.parse_args()

    def told(number: int, kind: str, end: str, argv: Made, said: str) -> None:
        print(f"--- input {number} of {kind}: {end}: {' '.join(argv)[:400]!r}\n{said[-2500:]}", flush=True)

    began = time.monotonic()
    counts = fuzz(asked.inputs, asked.seed, asked.only or list(MIX), asked.first, asked.workers, told)
    ends = sorted({end for _, end in counts})
    print("kind       " + "".join(f"{end:>12}" for end in ends))
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind:<11}" + "".join(f"{counts[kind, end]:>12,}" for end in ends))
    print(f"{sum(counts.values()):,} inputs, seed {asked.seed}, {time.monotonic() - began:,.0f} s")
    return int(any(end not in ALLOWED for end in ends))


if __name__ == "__main__":
    sys.exit(main())
