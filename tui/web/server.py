"""Serving the screens to a browser of this machine, through textual-serve.

Whoever reaches the screens may do all that the user may, strategies are programs.
So the server listens on the loopback only, under an address that nobody can
guess (other users of the machine reach the port too), and takes no request that
a page from elsewhere makes the browser send.
"""

import asyncio
import logging
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import psutil
from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

from core.errors import BacktapeError
from core.own_code import own_command, own_environment
from core.text import clean
from tui.commands.output import complain, write
from tui.web import LOOKS

HOST = "127.0.0.1"

# A name of another site may lead here too: its owner decides what it stands for.
_OUR_NAMES = frozenset({HOST, "localhost"})
_PAGE = Path(__file__).with_name("page.html")
_SCRIPT = Path(__file__).with_name("page.js")
_SECRET_BYTES = 16
# So long the screens have to end when the server is told to; after it they are on their own.
_ENDING_SECONDS = 3.0
_LOOK_SECONDS = 0.02


def serve(port: int, options: Sequence[str]) -> None:
    """Serve the screens until Ctrl+C; `options` go to each of them. Port 0 is any that is free.

    Raises:
        BacktapeError: the port cannot be had.
    """
    _tell_in_sentences()
    with _listening(port) as listening:
        server = BrowserServer(listening.getsockname()[1], options)
        write(_told(server))
        sys.stdout.flush()
        web.run_app(
            server.application(),
            sock=listening,
            print=None,
            access_log=None,
            shutdown_timeout=0.1,  # `on_shutdown` has waited
        )


class BrowserServer(Server):
    """textual-serve's own, with a page that loads nothing from elsewhere, for one user only."""

    def __init__(self, port: int, options: Sequence[str] = ()) -> None:
        super().__init__("", host=HOST, port=port, title="Backtape")  # each page has its own command
        self._options = options
        self.secret = secrets.token_urlsafe(_SECRET_BYTES)
        self._sessions: set[asyncio.Task[Any]] = set()

    @property
    def address(self) -> str:
        """Where the page is; all else is under it."""
        return f"http://{HOST}:{self.port}/{self.secret}/"

    async def application(self) -> web.Application:
        """Return what answers requests."""
        guarded = web.Application(middlewares=[only_our_own])
        # textual-serve has no public way to its routes.
        screens = await self._make_app()
        screens.router.add_get("/page.js", self.handle_script)
        screens.router.add_get(f"/ws/{{look:{'|'.join(LOOKS)}}}", self.handle_websocket)
        guarded.add_subapp(f"/{self.secret}/", screens)
        return guarded

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the address was written before."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - textual-serve's own
        """End the screens of every page, and see them off; that some had only begun is no failure now."""
        logging.getLogger("textual-serve").setLevel(logging.CRITICAL)
        for session in self._sessions:
            session.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDING_SECONDS):
                while self._sessions or psutil.Process().children():
                    await asyncio.sleep(_LOOK_SECONDS)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Start the screens for one page, and be their line until they or the page are left."""
        session = asyncio.current_task()
        assert session is not None  # noqa: S101 - requests are handled in tasks
        self._sessions.add(session)
        look = request.match_info.get("look", LOOKS[0])
        screens = Server(_command([*self._options, "--look", look]))
        try:
            return await screens.handle_websocket(request)
        finally:
            self._sessions.discard(session)

    async def handle_index(self, request: web.Request) -> web.Response:
        """Return the page, for the very address by which it was asked for: SSH may have led there."""
        socket_url = f"ws://{request.host}/{self.secret}/ws"
        page = Template(_PAGE.read_text("utf-8")).substitute(socket=escape(socket_url))
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": _policy(request.host),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def handle_script(self, request: web.Request) -> web.FileResponse:  # noqa: ARG002 - a handler's own
        """Return the script of the page."""
        return web.FileResponse(_SCRIPT)


@web.middleware
async def only_our_own(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what was asked for under another name, or by a page from elsewhere.

    Raises:
        HTTPForbidden: it was.
    """
    origin = request.headers.get("Origin")
    if request.url.host not in _OUR_NAMES or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Backtape is only for pages of its own address.\n")
    return await handler(request)


def _policy(host: str) -> str:
    """Return what the page may load: what this server has, nothing else."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
        f" img-src 'self' data:; connect-src ws://{host}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


def _command(options: Sequence[str]) -> str:
    """Return what starts the screens of one page: the very code of the server, wherever it is started.

    Ctrl+C is for the server, which tells them; they do not hear it while they start.
    """
    path = shlex.quote(own_environment()["PYTHONPATH"])
    return f"trap '' INT; PYTHONPATH={path} exec {shlex.join(own_command('tui.web.session', *options))}"


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise BacktapeError(
            f"Port {port} of {HOST} cannot be had ({reason}); name another one,"
            " such as 'backtape --web 0' for any that is free."
        ) from error


def _told(server: BrowserServer) -> str:
    port = server.port
    return (
        f"Backtape is at {server.address}\n"
        "The address is the key to it: keep it to yourself. It is answered on this machine only; from\n"
        f"another one connect with 'ssh -L {port}:{HOST}:{port} THIS_MACHINE', then open it there.\n"
        "Ctrl+C ends it; runs go on."
    )


class _Sentences(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write what happened, without what stood in memory."""
        complain(clean(record.getMessage()))


def _tell_in_sentences() -> None:
    # It warns of a child that has ended just when its line is closed, whose return code nobody wants.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    for name in ("aiohttp", "textual-serve"):
        logger = logging.getLogger(name)
        logger.addHandler(_Sentences(level=logging.WARNING))
        logger.propagate = False
