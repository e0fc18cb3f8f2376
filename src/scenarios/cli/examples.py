"""How is a command typed? Two lines or so for each, below its ``--help``."""

EXAMPLES = {
    "list": ("list",),
    "show": ("show venezuela_2025 patrons.russia.risk_tolerance", "show venezuela_2025 --find budget"),
    "check": ("check mine.toml",),
    "schema": ("schema > scenario.schema.json",),
    "new": (
        "new mine.toml --from venezuela_2025",
        "new other.toml --client Cuba --coercer 'United States' --patrons russia:like=russia",
    ),
    "run": ("run venezuela_2025", "run venezuela_2025 --set patrons.russia.war_drain@2026-06-01=0.1"),
    "ask": ("ask venezuela_2025 'russia.step_back by 2026-06-30'",),
    "score": ("score forecast --outcomes outcomes.csv",),
    "sensitivity": ("sensitivity venezuela_2025 --method sobol", "sensitivity venezuela_2025 --over-rules"),
    "discover": ("discover venezuela_2025 --of china.step_back",),
    "sweep": (
        "sweep venezuela_2025 --vary patrons.russia.risk_tolerance=0.2:0.9:8 --replications 500",
        "sweep venezuela_2025 --vary client.hold=0.3:0.6 --design lhs --points 200",
    ),
    "explain": ("explain venezuela_2025 --run 31", "explain venezuela_2025 --nearest --of china.step_back"),
    "fit": ("fit",),
    "cases": ("cases",),
    "compare": (
        "compare venezuela_2025 --set patrons.russia.war_drain=0.1 --name peace",
        "compare venezuela_2025 iran_2025 --patron russia",
    ),
    "threshold": (
        "threshold venezuela_2025 --of russia.step_back --over patrons.russia.risk_tolerance",
        "threshold venezuela_2025 --of china.step_back --over rung",
    ),
    "update": ("update venezuela_2025 --observed seen.csv --to 2026-03-01",),
    "report": ("report results/toy/HASH --out toy.html",),
    "page": ("page", "page mine.toml --port 8600 --no-browser"),
    "results": ("results venezuela_2025",),
    "doctor": ("doctor",),
}


def examples(name: str) -> str:
    """The examples of a command as they stand below its help."""
    return "\n".join(["\b", "Examples:", *(f"  scenarios {line}" for line in EXAMPLES[name])])
