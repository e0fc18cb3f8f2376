"""The example page in Mesa's own SolaraViz is built, and its controls reach the run."""

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "solara_page.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example, as a server loads it."""
    pytest.importorskip("solara", reason="pip install 'scenarios[viz]'")
    spec = importlib.util.spec_from_file_location("solara_page", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Mesa's own hooks, Jupyter's own paths
        spec.loader.exec_module(module)
    return module


def test_the_page_is_built_of_controls_levels_and_plots(example: ModuleType) -> None:
    import solara

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        box, context = solara.render(example.page, handle_error=False)
        context.close()
    assert box is not None


def test_a_slider_of_the_example_sets_the_number_of_the_run(example: ModuleType) -> None:
    own = {name: slider.value for name, slider in example.SLIDERS.items()}
    poor, rich = (example.Run(**own | {"russia_budget": budget}, seed=3) for budget in (0.02, 0.4))
    for _ in range(20):
        poor.step()
        rich.step()
    support = {
        name: next(p.support for p in run.patrons if p.name == "russia")
        for name, run in (("poor", poor), ("rich", rich))
    }
    assert support["poor"] < support["rich"]
    assert "| russia |" in example.levels(rich).args[0]
