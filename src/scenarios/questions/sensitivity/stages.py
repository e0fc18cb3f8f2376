"""How is each stage of a sensitivity analysis played? Screening by Morris' effects, weighing by Sobol indices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import RequestRefused
from scenarios.questions.at_points import outcomes_at
from scenarios.questions.factors import Factors, as_values
from scenarios.questions.sensitivity.luck import MOST_LUCK, checked_luck, complete_runs
from scenarios.questions.sensitivity.morris import morris_cube, morris_indices, quarter_middles
from scenarios.questions.sensitivity.sizes import SampleDesign
from scenarios.questions.sensitivity.sobol import sobol_cube, sobol_indices
from scenarios.runs.job import Play
from scenarios.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass
class Stand:
    """What every stage needs at hand."""

    played: Scenario
    scenario: Scenario
    factors: Factors
    asked: list[str]
    play: Play
    progress: Progress | None
    refused: dict[str, str] = field(default_factory=dict)

    def told(self, stage: str) -> Callable[[int, int], None] | None:
        """The progress of one stage."""
        tell = self.progress
        return None if tell is None else lambda done, total: tell(stage, done, total)

    def values(
        self, stage: str, paths: tuple[str, ...], cube: Floats, runs: int, most_luck: float = MOST_LUCK
    ) -> dict[str, Floats]:
        """Answers at every point of a design, of the outcomes that can be analysed; the others are refused."""
        table = as_values(self.scenario, {path: self.factors[path] for path in paths}, cube)
        play = self.play._replace(replications=runs, progress=self.told(stage))
        played = outcomes_at(self.played, table, self.asked, play)
        sound = {}
        for name, values in played.items():
            try:
                sound[name] = complete_runs(name, values)
                checked_luck(name, sound[name], most_luck)
            except RequestRefused as why:
                sound.pop(name, None)
                self.refused[name] = str(why)
        return sound


def nothing() -> "DataFrame":
    """A table of an analysis that was not made."""
    import pandas as pd

    return pd.DataFrame({"outcome": pd.Series(dtype="str"), "path": pd.Series(dtype="str")})


def _joined(tables: "dict[str, DataFrame]", index: str, runs: dict[str, int], points: int) -> "DataFrame":
    """Tables of several outcomes as one, the largest index first, with a verdict."""
    import pandas as pd

    made = []
    for outcome, table in tables.items():
        rows = table.sort_values([index, "path"], ascending=[False, True], kind="stable").reset_index(drop=True)
        is_sure = rows[index] > rows["luck"]
        rows.insert(0, "outcome", outcome)
        rows["verdict"] = is_sure.map({True: "moves it", False: "within luck"})
        made.append(rows.assign(points=points, replications=runs[outcome]))
    return pd.concat(made, ignore_index=True) if made else nothing()


def with_chance(table: "DataFrame", split: "DataFrame") -> "DataFrame":
    """A table with the share of the variance between single runs that is pure luck beside each row."""
    return table.assign(chance_share=table["outcome"].map(split.set_index("outcome")["chance_share"]))


def screened(desk: Stand, design: SampleDesign) -> "DataFrame":
    """The stage of Morris' screening."""
    cube = morris_cube(design.paths, design.trajectories, desk.play.seed)
    # a screening that only says where to look closer may be noisy: what it lets through is weighed again
    most_luck = 1.0 if design.top else MOST_LUCK
    values = desk.values("screening", design.paths, quarter_middles(cube), design.screening_runs, most_luck)
    tables = {name: morris_indices(design.paths, cube, found, desk.play.seed) for name, found in values.items()}
    return _joined(tables, "mu_star", {name: v.shape[1] for name, v in values.items()}, len(cube))


def weighed(desk: Stand, design: SampleDesign, paths: tuple[str, ...]) -> "DataFrame":
    """The stage of the Sobol indices."""
    cube = sobol_cube(paths, design.base_samples, desk.play.seed)
    values = desk.values("indices", paths, cube, design.replications)
    tables = {name: sobol_indices(paths, found, desk.play.seed) for name, found in values.items()}
    return _joined(tables, "total_order", {name: v.shape[1] for name, v in values.items()}, len(cube))


def foremost(screening: "DataFrame", top: int) -> list[str]:
    """The numbers whose elementary effect, as a share of the largest on its outcome, is largest.

    Parameters
    ----------
    screening : DataFrame
        Columns outcome, path, mu_star.
    top : int
        How many.
    """
    share = screening["mu_star"] / screening.groupby("outcome")["mu_star"].transform("max")
    ranked = share.groupby(screening["path"], sort=True).max().sort_values(ascending=False, kind="stable")
    return [str(path) for path in ranked.index[:top]]
