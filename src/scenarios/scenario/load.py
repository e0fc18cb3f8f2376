"""How does a file become a scenario? Found, merged with its base and library patrons, checked, frozen."""

import tomllib
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any

from scenarios.errors import ScenarioError, UnknownName
from scenarios.rulebook.parameters import TRAITS, numbers
from scenarios.scenario.scenario import STEP_DAYS, Parameter, Path, Scenario
from scenarios.vocabulary import Term

LIBRARY = File(__file__).parent / "library"


def library() -> list[str]:
    return sorted(f.stem for f in LIBRARY.glob("*.toml") if f.stem != "sources")


def locate(name: str) -> File:
    if (LIBRARY / f"{name}.toml").exists() and "/" not in name:
        return LIBRARY / f"{name}.toml"
    if File(name).exists():
        return File(name)
    raise UnknownName("scenario", name, library())


def merged(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    out = dict(a)
    for k, v in b.items():
        is_number = isinstance(v, dict) and "value" in v
        out[k] = merged(out[k], v) if isinstance(v, dict) and isinstance(out.get(k), dict) and not is_number else v
    return out


def read(file: File) -> dict[str, Any]:
    doc = tomllib.loads(file.read_text())
    base = doc.pop("base", "")
    for p in doc.get("patrons", {}).values():
        lib = p.pop("library", None)
        if lib:
            own = dict(p)
            p.clear()
            p.update(merged(tomllib.loads((LIBRARY / "patrons" / f"{lib}.toml").read_text()), own))
    return merged(read(locate(base)), doc) if base else doc


def number(path: str, entry: dict[str, Any]) -> Parameter:
    v = float(entry["value"])
    lo, hi = (float(x) for x in entry.get("range", [v, v]))
    kind = (
        "fixed"
        if "range" not in entry
        else entry.get("distribution", "loguniform" if lo > 0 and hi / lo >= 10 else "triangular")
    )
    return Parameter(
        path, v, lo, hi, kind, entry["unit"], entry["source"], entry.get("where", ""), entry.get("note", "")
    )


def load(name: str, overlays: Iterable[str] = ()) -> Scenario:
    file = locate(str(name))
    doc = read(file)
    for o in overlays:
        doc = merged(doc, read(File(o)))
    found: dict[str, Parameter] = {}
    faults: list[str] = []

    def sheet(prefix: str, kind: str, table: dict[str, Any]) -> None:
        for field, spec in numbers(TRAITS[kind]).items():
            if field not in table:
                faults.append(f"{prefix}.{field} missing")
                continue
            found[f"{prefix}.{field}"] = q = number(f"{prefix}.{field}", table[field])
            if q.unit != spec.unit or not spec.low <= q.low <= q.value <= q.high <= spec.high:
                faults.append(f"{prefix}.{field}: {table[field]} against {spec}")

    sheet("model", "model", doc["model"])
    sheet("coercer", "coercer", doc["coercer"])
    sheet("client", "client", doc["client"])
    for r in range(11):
        sheet(f"ladder.{r}", "ladder", doc["ladder"][str(r)])
    for c, t in doc["channels"].items():
        sheet(f"channels.{c}", "channels", t)
    zero = {
        f: {"value": 0, "unit": s.unit, "source": "judgement", "note": "out of reach"}
        for f, s in numbers(TRAITS["pairs"]).items()
    }
    for p, t in doc["patrons"].items():
        sheet(f"patrons.{p}", "patrons", t)
        for c in doc["channels"]:
            sheet(f"patrons.{p}.channels.{c}", "pairs", t.get("channels", {}).get(c, zero))
    if faults:
        raise ScenarioError(faults)
    paths = {
        k: Path(
            k,
            tuple(v["at"]),
            tuple(float(x) for x in v["values"]),
            v["unit"],
            v["source"],
            v.get("where", ""),
            v.get("note", ""),
        )
        for k, v in doc.get("paths", {}).items()
    }
    keys = {"coercer": doc["coercer"].get("key", "coercer"), "client": doc["client"].get("key", "client")}
    labels = {"coercer": doc["coercer"]["name"], "client": doc["client"]["name"]}
    for kind in ("patrons", "channels"):
        for n, t in doc[kind].items():
            keys[f"{kind}.{n}"] = t.get("key", n)
            labels[f"{kind}.{n}"] = t.get("name", n)
    for r in range(11):
        labels[f"ladder.{r}"] = doc["ladder"][str(r)].get("name", "")
    return Scenario(
        name=file.stem,
        title=doc["title"],
        question=doc.get("question", ""),
        start=doc["start"],
        step=doc["step"],
        step_days=STEP_DAYS[doc["step"]],
        steps=doc["steps"],
        persistence_days=float(doc["persistence_days"]),
        mode=doc["coercer"]["mode"],
        decision=doc.get("decision", {"quantal_response": 1.0}),
        terms={t: doc.get("terms", {}).get(t, "on") for t in Term.words()},
        freeze=frozenset(doc.get("freeze", [])),
        numbers=found,
        paths=paths,
        patrons=tuple(doc["patrons"]),
        channels=tuple(doc["channels"]),
        keys=keys,
        labels=labels,
    )
