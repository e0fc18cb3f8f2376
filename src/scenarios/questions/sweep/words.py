"""How are the points of a sweep put into words?"""

from typing import TYPE_CHECKING, Any

from scenarios.report.wording import NOTHING, is_missing, share

if TYPE_CHECKING:
    from pandas import DataFrame


def points_in_words(points: "DataFrame", outcomes: "DataFrame", names: list[str]) -> list[dict[str, Any]]:
    """Rows in which each outcome stands with its error, and as a bound where it never or always came."""
    kept = outcomes[outcomes["outcome"].isin(names) & outcomes["point"].isin(points["point"])]
    cells = {}
    for row in kept.to_dict("records"):
        name, value, error = str(row["outcome"]), float(row["value"]), float(row["se"])
        at = NOTHING if is_missing(value) else f"{value:.1f}" if is_missing(error) else f"{value:.1f} ± {error:.1f}"
        cells[row["point"], name] = at if name.endswith(".at") else share(value, error, float(row["n"]))
    return [
        {str(path): value for path, value in row.items()} | {name: cells[row["point"], name] for name in names}
        for row in points.to_dict("records")
    ]
