"""What do shifted openings change? One row a shift: patterns that break, and what becomes of the headline."""

from typing import TYPE_CHECKING, Any

from reference_pages.openings import ALL, CODED, ERRORS, Shift
from scenarios.history.observations import patterns

if TYPE_CHECKING:
    from pandas import DataFrame

LESS = ", "  # parts the name of an outcome from what is taken off it
Rows = list[dict[str, Any]]


def clear_sign(low: float, high: float) -> int:
    """Sign of what an interval holds; 0 if it holds both.

    Examples
    --------
    >>> clear_sign(0.1, 0.2), clear_sign(-0.2, -0.1), clear_sign(-0.1, 0.1)
    (1, -1, 0)
    """
    return int(low > 0.0) - int(high < 0.0)


def turned(rows: Rows, base: Rows) -> list[str]:
    """Differences, from the control or between the two patrons, whose sign turns; both intervals clear of 0."""
    was = {row["quantity"]: clear_sign(row["low"], row["high"]) for row in base}
    gaps = [row for row in rows if LESS in row["quantity"]]
    return [row["quantity"] for row in gaps if clear_sign(row["low"], row["high"]) * was[row["quantity"]] < 0]


def clear_patterns(rows: Rows) -> set[str]:
    """Patterns that hold over the whole of their interval."""
    by_id = {pattern.id: pattern for pattern in patterns()}
    known = [row for row in rows if row["quantity"] in by_id]
    return {row["quantity"] for row in known if all(by_id[row["quantity"]].holds(row[e]) for e in ("low", "high"))}


def words_of(rows: Rows, base: Rows) -> str:
    """What a shift changes, in words.

    Parameters
    ----------
    rows, base : list of dict
        The quantities under the shift and as coded, as in `shifted_openings`.
    """
    held = {row["quantity"] for row in base if row["holds"] is True}
    broken = [row["quantity"] for row in rows if row["holds"] is False and row["quantity"] in held]
    said = [f"breaks {', '.join(broken)}"] if broken else []
    played = {row["quantity"] for row in rows}
    unclear = sorted(((clear_patterns(base) & played) - clear_patterns(rows)) - set(broken))
    said += [f"leaves {', '.join(unclear)} unclear"] if unclear else []
    signs = turned(rows, base)
    said += [f"turns the sign of {'; '.join(signs)}"] if signs else []
    return "; ".join(said) or "all survives"


def by_shift(found: "DataFrame") -> dict[Shift, Rows]:
    """The rows of each shift, in the order in which they were played."""
    groups: dict[Shift, Rows] = {}
    for row in found.to_dict("records"):
        named = {str(name): value for name, value in row.items()}
        groups.setdefault(Shift(row["patron"], row["channel"], int(row["by"])), []).append(named)
    return groups


def name_of(shift: Shift) -> str:
    """A shift as people read it.

    Examples
    --------
    >>> name_of(Shift("russia", "oil", 1)), name_of(Shift(ALL, CODED, 0))
    ('russia oil +1', 'as coded')
    """
    return f"{shift.patron} {shift.channel} {shift.by:+d}" if shift.by else shift.channel


def with_error(row: dict[str, Any]) -> str:
    """A value with its standard error, read off its 95 % interval; none where all runs are alike.

    Examples
    --------
    >>> with_error({"value": 0.5, "low": 0.402, "high": 0.598}), with_error({"value": 0.0, "low": 0.0, "high": 0.0})
    ('0.500 ± 0.050', '0.000')
    """
    error = (row["high"] - row["low"]) / (2.0 * ERRORS)
    return f"{row['value']:.3f} ± {error:.3f}" if error > 0.0 else f"{row['value']:.3f}"


def opening_table(found: "DataFrame") -> Rows:
    """One row a shift, one column a quantity, and the words.

    Parameters
    ----------
    found : DataFrame
        As `shifted_openings` returns it.
    """
    groups, columns = by_shift(found), list(dict.fromkeys(found["quantity"]))
    base = groups[Shift(ALL, CODED, 0)]
    table = []
    for shift, rows in groups.items():
        values = {row["quantity"]: with_error(row) for row in rows}
        cells = {name: values.get(name, "") for name in columns}
        table.append({"openings": name_of(shift), **cells, "in words": words_of(rows, base) if shift.by else ""})
    return table


def counted(found: "DataFrame") -> str:
    """How many shifts leave what unharmed, in words."""
    groups = by_shift(found)
    base = groups[Shift(ALL, CODED, 0)]
    said = [words_of(rows, base) for shift, rows in groups.items() if shift.by]
    counts = {word: sum(word in each for each in said) for word in ("breaks", "unclear", "turns")}
    return (
        f"Of {len(said)} shifts {counts['breaks']} break a pattern, {counts['unclear']} leave one unclear, "
        f"{counts['turns']} turn the sign of a difference."
    )


def largest_moves(found: "DataFrame") -> Rows:
    """Largest change of each quantity by the shift of one channel and of a whole patron; blank if there is none."""
    groups = {shift: rows for shift, rows in by_shift(found).items() if shift.by}
    table = []
    for quantity in dict.fromkeys(found["quantity"]):
        row = {"quantity": quantity}
        for kind, is_whole in (("one channel", False), ("a whole patron", True)):
            moves = [
                (abs(each["moved"]), f"{each['moved']:+.3f} ({name_of(shift)})")
                for shift, rows in groups.items()
                for each in rows
                if each["quantity"] == quantity and (shift.channel == ALL) == is_whole
            ]
            row[kind] = max(moves)[1] if moves else ""
        table.append(row)
    return table
