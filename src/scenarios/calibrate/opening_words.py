"""What do shifted openings change? One row a shift: patterns that break, and what becomes of the headline."""

from typing import TYPE_CHECKING, Any

from scenarios.calibrate.openings import ALL, CODED, DRAWN

if TYPE_CHECKING:
    from pandas import DataFrame

LESS = ", "  # parts the name of an outcome from what is taken off it


def turned(rows: "DataFrame", base: "DataFrame") -> list[str]:
    """Differences, from the control or between the two patrons, whose sign turns; both intervals clear of 0."""
    found = []
    was = {row.quantity: clear_sign(row.low, row.high) for row in base.itertuples()}
    for row in rows.itertuples():
        if LESS in row.quantity and clear_sign(row.low, row.high) * was[row.quantity] < 0:
            found.append(str(row.quantity))
    return found


def clear_sign(low: float, high: float) -> int:
    """Sign of what an interval holds; 0 if it holds both.

    Examples
    --------
    >>> clear_sign(0.1, 0.2), clear_sign(-0.2, -0.1), clear_sign(-0.1, 0.1)
    (1, -1, 0)
    """
    return int(low > 0.0) - int(high < 0.0)


def words_of(rows: "DataFrame", base: "DataFrame") -> str:
    """What a shift changes, in words."""
    held = set(base.loc[base["holds"] == True, "quantity"])  # noqa: E712
    broken = [str(name) for name in rows.loc[rows["holds"] == False, "quantity"] if name in held]  # noqa: E712
    said = [f"breaks {', '.join(broken)}"] if broken else []
    swapped = turned(rows, base)
    said += [f"turns the sign of {'; '.join(swapped)}"] if swapped else []
    return "; ".join(said) or "all survives"


def opening_table(found: "DataFrame") -> list[dict[str, Any]]:
    """One row a shift, one column a quantity, and the words.

    Parameters
    ----------
    found : DataFrame
        As `shifted_openings` returns it.
    """
    base = found[found["channel"] == CODED]
    columns = list(dict.fromkeys(found["quantity"]))
    rows = []
    for (patron, channel, by), group in found.groupby(["patron", "channel", "by"], sort=False):
        values = group.set_index("quantity")["value"]
        cells = {name: f"{values[name]:.2f}" if name in values else "" for name in columns}
        is_shift = channel not in (DRAWN, CODED)
        name = f"{patron} {channel} {int(by):+d}" if is_shift else f"{channel}"
        words = words_of(group, base) if is_shift else ""
        rows.append({"openings": name, **cells, "in words": words})
    return rows


def largest_moves(found: "DataFrame") -> list[dict[str, Any]]:
    """Largest change of each quantity by the shift of one channel and of a whole patron."""
    shifted = found[~found["channel"].isin([DRAWN, CODED])]
    rows = []
    for name, group in shifted.groupby("quantity", sort=False):
        row: dict[str, Any] = {"quantity": name}
        is_whole = group["channel"] == ALL
        for kind, part in (("one channel", group[~is_whole]), ("a whole patron", group[is_whole])):
            top = part.loc[part["moved"].abs().idxmax()]
            row[kind] = f"{top['moved']:+.3f} ({top['patron']} {top['channel']} {int(top['by']):+d})"
        rows.append(row)
    return rows
