"""What is an answer, and in which form does it come? One thing for every question, printed in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.glimpse import Glimpsed
from scenarios.report.formats import Format, as_csv, as_json, page, records
from scenarios.report.tables import Section

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False)
class Answer(Glimpsed):
    """The answer to a question, for people and for programs.

    Attributes
    ----------
    title : str
    sections : sequence of Section
        Tables in words, for screen and Markdown.
    notes : sequence of str
        Lines below them.
    tables : mapping of str to DataFrame
        The numbers: all for JSON, the first for CSV.
    manifest : mapping or None
        How it was come by; None where nothing was played for it.
    folder : Path or None
        Where it lies.
    facts : mapping
        What is no table, for JSON.
    sentences : sequence of str
        The answer itself, before the tables.
    """

    title: str
    sections: Sequence[Section]
    notes: Sequence[str]
    tables: "Mapping[str, DataFrame]"
    manifest: Mapping[str, Any] | None = None
    folder: Path | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    sentences: Sequence[str] = ()

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """Its sentences, and what else it holds."""
        said = {str(place): sentence for place, sentence in enumerate(self.sentences, start=1)}
        tables = {f".tables[{name!r}]": f"{len(table)} rows" for name, table in self.tables.items()}
        kept = {} if self.folder is None else {"kept in": str(self.folder)}
        return f"Answer: {self.title}", said | tables | kept


def render(answer: Answer, form: Format) -> str:
    """An answer as text.

    Examples
    --------
    >>> import pandas as pd
    >>> found = Answer("", [], ["Never."], {"chances": pd.DataFrame({"n": [3]})})
    >>> render(found, Format.CSV)
    'n\\n3\\n'
    """
    if form is Format.CSV:
        return as_csv(next(iter(answer.tables.values())))
    if form is Format.JSON:
        tables = {name: records(table) for name, table in answer.tables.items()}
        if answer.manifest is None and not answer.facts and len(tables) == 1:  # a lone table is its rows
            return as_json(next(iter(tables.values())))
        said: dict[str, Any] = {**answer.facts, **tables, "notes": list(answer.notes)}
        said |= {"sentences": list(answer.sentences)} if answer.sentences else {}
        said |= {"folder": None if answer.folder is None else str(answer.folder)}
        return as_json(said if answer.manifest is None else said | {"manifest": dict(answer.manifest)})
    lines = [*answer.notes, *([] if answer.folder is None else [f"Results: {answer.folder}"])]
    return page(answer.title, answer.sections, lines, form, answer.sentences)
