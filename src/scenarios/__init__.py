"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The public names stand in ``__init__.pyi`` and are imported when they are first used, so that ``import scenarios`` stays
quick.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*_names, "__version__"]
