"""How is the reference class fitted anew, and what is written of it? The draws, and a manifest beside them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.cases.hazards import Numbers
from scenarios.cases.library import library_cases, rows_hash
from scenarios.cases.likelihood import PRIOR, SPREAD
from scenarios.cases.mode import DRAWS, PROPOSALS, Fit, fitted
from scenarios.cases.rows import size
from scenarios.store.aside import put_file, written_aside
from scenarios.store.manifest import versions

METHOD = (
    "mode of the posterior by BFGS; draws by importance sampling from a multivariate t (6 degrees of freedom) around "
    "it, resampled systematically"
)


class Refit(NamedTuple):
    """A fit and how it was made."""

    fit: Fit
    manifest: dict[str, Any]


def refit(which: str, seed: int, draws: int = DRAWS, proposals: int = PROPOSALS) -> Refit:
    """The fit of the ``calibration`` rows, or of ``all``."""
    rows = library_cases(which)
    fit, effective = fitted(rows, draws, proposals, seed)
    mode = {name: round(float(value), 6) for name, value in fit.mode._asdict().items()}
    manifest = {
        "command": f"scenarios fit --cases {which} --seed {seed}",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": size(rows),
        "rows_hash": rows_hash(which),
        "seed": seed,
        "draws": draws,
        "proposals": proposals,
        "effective_proposals": round(effective, 1),
        "method": METHOD,
        "mode": mode,
        **versions(),
    }
    return Refit(fit, manifest)


def write_refit(folder: Path, which: str, made: Refit) -> Path:
    """Writes the draws and their manifest; returns the folder."""
    with written_aside(folder) as aside:
        aside.mkdir()
        lines = [
            ",".join(Numbers._fields),
            *(",".join(f"{value:.6f}" for value in row) for row in made.fit.draws.tolist()),
        ]
        put_file(aside / f"fit_{which}.csv", "\n".join(lines) + "\n")
        put_file(aside / f"fit_{which}.json", json.dumps(made.manifest, indent=1) + "\n")
    return folder


def number_rows(made: Refit) -> list[dict[str, str | float]]:
    """What was learnt of each number: its prior, the mode, and the draws' mean and spread."""
    rows: list[dict[str, str | float]] = []
    for place, name in enumerate(Numbers._fields):
        drawn = made.fit.draws[:, place]
        rows.append(
            {
                "number": name,
                "prior_mean": float(PRIOR[place]),
                "prior_sd": float(SPREAD[place]),
                "mode": round(float(made.fit.mode[place]), 3),
                "mean": round(float(drawn.mean()), 3),
                "sd": round(float(drawn.std()), 3),
            }
        )
    return rows
