"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The public names stand in ``__init__.pyi`` and are imported when they are first used, so that ``import scenarios`` stays
quick.
"""

from typing import Any

import lazy_loader

from scenarios.scenario.written import WRITERS

__version__ = "0.1.0"

__getattr__, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*_names, "__version__"]


def _case_table(name: str) -> dict[str, Any]:
    """A row of the cases as a scenario."""
    from scenarios.cases.case_scenario import case_table

    return case_table(name)


WRITERS["case"] = _case_table  # here, so that the name holds wherever a scenario is loaded
