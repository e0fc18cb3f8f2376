"""How far is it? In a notebook a bar says so unasked; a script stays silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from scenarios.glimpse import notebook
from scenarios.runs.job import Progress


@contextmanager
def told(progress: Progress | None, name: str, unit: str = " runs") -> Iterator[Progress | None]:
    """Whom to tell how far it is: whoever asked, else a bar in a notebook, else nobody."""
    if progress is not None or notebook() is None:
        yield progress
        return
    if find_spec("ipywidgets") is not None:
        from tqdm.auto import tqdm
    else:  # tqdm.auto would warn that it wants them
        from tqdm import tqdm
    with tqdm(desc=name, unit=unit, leave=False) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell
