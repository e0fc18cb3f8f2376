"""How is the page served? On this machine alone: others' names are refused, nothing is fetched, nothing is told."""

import signal
import socket
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Timer
from typing import Any

from scenarios.errors import RequestRefused
from scenarios.page.replayed import ASIDE, FIGURES, drawn_of_view, play_view
from scenarios.page.view import OPENED, View
from scenarios.runs.play import simulate

HERE = "127.0.0.1"
NAMES = (HERE, "localhost")
REFUSED = "This page is served to 127.0.0.1 and localhost on this machine alone."
OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.address": HERE,
    "server.enableAgentApi": False,
    "global.developmentMode": False,
    "logger.level": "error",
}


class OnlyHere:
    """Refuses requests by another name of this machine, or from a page of another site."""

    def __init__(self, app: Any, port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Lets through what is meant for this page."""
        from starlette.responses import PlainTextResponse

        if scope["type"] in ("http", "websocket") and not self.is_ours(scope["headers"]):
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def is_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a request names this machine, and comes from no page but this one."""
        said = [(name, value.decode("latin-1").lower()) for name, value in headers]
        hosts = [value for name, value in said if name == b"host"]
        origins = [value.removeprefix("http://") for name, value in said if name == b"origin"]
        return len(hosts) == 1 and all(host in self.hosts for host in [*hosts, *origins])


def listening(port: int) -> socket.socket:
    """A socket on this machine alone; 0 is any port that is free."""
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((HERE, port))
        place.listen()
    except OSError as fault:
        place.close()
        raise RequestRefused(
            f"--port {port}: {HERE} cannot be listened to there ({fault.strerror}). Choose another, as --port "
            f"{port + 1 if 1024 <= port < 65535 else 8502}, or --port 0 for any that is free."
        ) from fault
    return place


def serve_page(view: View, place: socket.socket, say: Callable[[str], None], with_browser: bool) -> None:
    """Serves the page of a view until Ctrl-C."""
    import uvicorn
    from starlette.middleware import Middleware
    from streamlit import config
    from streamlit.starlette import App

    OPENED[0] = view
    config.get_config_options(force_reparse=True, options_from_flags=OPTIONS)
    port = place.getsockname()[1]
    app = App(Path(__file__).with_name("script.py"), middleware=[Middleware(OnlyHere, port=port)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1))
    with drawing_aside(view):
        if with_browser:
            Timer(0.5, webbrowser.open, [f"http://{HERE}:{port}"]).start()
        say(f"Page: http://{HERE}:{port} (Ctrl-C ends it)")
        server.run(sockets=[place])


@contextmanager
def drawing_aside(view: View) -> Iterator[None]:
    """A process that draws some of the figures while this one draws the others; a thread would wait for it."""
    simulate(view.scenario(), 1)  # compiled before anything is timed
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_deaf) as pool:
        pool.submit(drawn_of_view, play_view(view.base), None, FIGURES).result()
        ASIDE[:] = [pool]
        try:
            yield
        finally:
            ASIDE.clear()


def _deaf() -> None:
    """Ctrl-C is for the page, which then ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
