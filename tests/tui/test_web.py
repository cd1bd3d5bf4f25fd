"""The screens in a browser: the real server on the loopback, and what it refuses."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import IO, Any
from unittest.mock import Mock

import psutil
import pytest
from textual.color import Color

from core.home import Home
from db.connection import connect
from tests.db.samples import finished_run
from tests.shots.filling import open_empty
from tests.tui.commands.program import ROOT, program
from tui.acting.copying import copy_text
from tui.themes import THEMES
from tui.web import LOOKS
from tui.web.session import BrowserApp

pytest.importorskip("textual_serve", reason="needs the extra 'web'")
aiohttp = pytest.importorskip("aiohttp", reason="needs the extra 'web'")

PATIENCE = 60.0
PAGE = ROOT / "tui" / "web" / "page.html"


class Served:
    """A server that runs, where its page is, and its process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.told = "".join(_lines_until(process.stdout, "Ctrl+C"))
        found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]+/", self.told)
        assert found, self.told
        self.address = found.group()
        self.origin = self.address.rsplit("/", 2)[0]

    def interrupt(self) -> None:
        """Press Ctrl+C: a terminal sends it to all that was started together."""
        os.killpg(self.process.pid, signal.SIGINT)


def _lines_until(stream: IO[str] | None, text: str) -> Iterator[str]:
    assert stream is not None
    for line in stream:
        yield line
        if text in line:
            return


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Serve the screens at a port that is free."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "--web", "0", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


class Seen:
    """What one page is sent, and what is typed on it."""

    def __init__(self, line: Any) -> None:  # noqa: ANN401 - of an extra
        self._line = line
        self.colours: set[str] = set()

    async def __call__(self, *texts: str) -> None:
        """Read what is drawn until every text was, whatever is drawn between."""
        drawn = ""
        async with asyncio.timeout(PATIENCE):
            while not all(text in drawn for text in texts):
                message = await self._line.receive()
                assert message.type == aiohttp.WSMsgType.BINARY, message
                sent = message.data.decode("utf-8", "replace")
                self.colours |= set(re.findall(r"48;2;\d+;\d+;\d+", sent))
                drawn += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", sent)

    async def type(self, keys: str) -> None:
        await self._line.send_json(["stdin", keys])


@asynccontextmanager
async def page(here: Served, look: str = "dark") -> AsyncIterator[Seen]:
    """Open the screens as the page of the server does in a browser that prefers such colours."""
    address = f"{here.address}ws/{look}?width=120&height=40"
    async with aiohttp.ClientSession() as session, session.ws_connect(address, origin=here.origin) as line:
        yield Seen(line)


@pytest.fixture
def done(home: Home) -> Home:
    """A store with one run that is done, so that there is nothing to start a runner for."""
    open_empty(home)
    with closing(connect(home.store)) as connection:
        finished_run(connection)
    return home


async def _status(address: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return int(answer.status)


async def _knock(address: str, origin: str) -> int:
    """Ask for a session as a page of that origin would; return the status."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(f"{address}ws?width=80&height=24", origin=origin):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return int(error.status)


async def test_only_the_page_of_the_very_address_reaches_the_screens(done: Home) -> None:
    with served() as here:
        assert await _status(here.address) == 200
        assert await _status(here.address, Origin=here.origin) == 200
        assert await _status(here.address, Host=f"localhost:{here.origin.rsplit(':', 1)[1]}") == 200
        assert await _status(here.address, Host="rebound.example") == 403
        assert await _status(here.address, Origin="http://elsewhere.example") == 403
        assert await _status(f"{here.origin}/") == 404
        assert await _status(f"{here.origin}/{'x' * 22}/ws") == 404
        assert await _knock(here.address, "http://elsewhere.example") == 403
        assert await _knock(here.address, "null") == 403
        assert psutil.Process(here.process.pid).children() == []


async def test_the_page_names_nothing_from_elsewhere_and_may_load_nothing_from_there(done: Home) -> None:
    with served() as here:
        async with aiohttp.ClientSession() as session, session.get(here.address) as answer:
            page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        async with aiohttp.ClientSession() as session, session.get(f"{here.address}page.js") as answer:
            assert answer.content_type.endswith("/javascript")
            assert "//" not in re.sub(r"^ *//.*", "", await answer.text(), flags=re.MULTILINE)
        socket_address = f"ws://{here.address.removeprefix('http://')}ws"
        assert re.findall(r"\w+://[^\"]*", page) == [socket_address]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        named = {
            "".join(found) for found in re.findall(r"(?:href|src)=\"([^\"]+)\"|url\(\"([^\"]+)\"\)", page)
        }
        # Without an icon of its own the browser asks for one beside the address, and is refused.
        assert named >= {"data:,", "page.js", "static/js/textual.js"}
        for path in named - {"data:,"}:
            assert await _status(here.address + path) == 200


async def test_the_page_leads_back_to_where_it_was_asked_for(done: Home) -> None:
    with served() as here:
        elsewhere = {"Host": "127.0.0.1:9000"}
        async with aiohttp.ClientSession() as session, session.get(here.address, headers=elsewhere) as answer:
            assert 'url="ws://127.0.0.1:9000/' in await answer.text()


def test_the_page_has_the_colours_of_the_screens() -> None:
    grounds = re.findall(r"--ground: (#\w+); --text: (#\w+);", PAGE.read_text("utf-8"))
    assert grounds == [(THEMES[look].background, THEMES[look].foreground) for look in LOOKS]


async def test_the_screens_are_dark_or_light_as_the_browser_prefers(done: Home) -> None:
    with served() as here:
        for look in LOOKS:
            async with page(here, look) as seen:
                await seen("1 run", "nothing under way")
                ground = Color.parse(THEMES[look].background or "")
                assert f"48;2;{ground.r};{ground.g};{ground.b}" in seen.colours
        assert await _status(f"{here.address}ws/ansi") == 404


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [(None, "light"), ("ansi", "light"), ("dark", "dark"), ("high-contrast", "high-contrast")],
)
async def test_a_theme_that_was_chosen_is_kept_and_the_terminals_own_is_the_browsers(
    home: Home, chosen: str | None, shown: str
) -> None:
    app = BrowserApp(home, look="light", theme=chosen)
    assert (app.theme, app.memory.of("theme").get("name")) == (shown, chosen)


def test_what_is_copied_is_said_to_go_to_the_browser() -> None:
    app, said = Mock(is_web=True), Mock()
    copy_text(Mock(app=app, say=said), "net profit\nreturn", "the report of run 1")
    app.copy_to_clipboard.assert_called_once_with("net profit\nreturn")
    said.assert_called_once_with("Sent to the browser, for its clipboard: the report of run 1, 2 lines.")


async def test_a_page_gets_the_screens_of_the_data_folder_and_ctrl_c_ends_them(done: Home) -> None:
    with served() as here:
        async with page(here) as seen:
            await seen("1 run", "sma_cross", "nothing under way")
            await seen.type("\x1a")
            await seen("The browser has no shell to go to.")
            screens = psutil.Process(here.process.pid).children(recursive=True)
            assert len(screens) == 1
            here.interrupt()
            assert await asyncio.to_thread(psutil.wait_procs, screens, PATIENCE) == (screens, [])
        rest, _ = here.process.communicate(timeout=PATIENCE)
        assert (here.process.returncode, rest) == (0, "")


async def test_screens_that_are_just_starting_end_without_a_word(done: Home) -> None:
    with served() as here:
        async with page(here):
            server = psutil.Process(here.process.pid)
            async with asyncio.timeout(PATIENCE):
                while not (screens := server.children(recursive=True)):
                    await asyncio.sleep(0.01)
            here.interrupt()
            assert await asyncio.to_thread(psutil.wait_procs, screens, PATIENCE) == (screens, [])
        rest, _ = here.process.communicate(timeout=PATIENCE)
        assert (here.process.returncode, rest) == (0, "")


async def test_the_screens_of_a_server_that_was_killed_end_by_themselves(done: Home) -> None:
    with served() as here:
        async with page(here) as seen:
            await seen("1 run", "nothing under way")
            screens = psutil.Process(here.process.pid).children(recursive=True)
            here.process.kill()
            assert await asyncio.to_thread(psutil.wait_procs, screens, PATIENCE) == (screens, [])
    log = done.logs / "backtape.log"
    assert not log.exists() or "Traceback" not in log.read_text()


async def test_a_page_that_is_closed_ends_its_screens_and_no_others(done: Home) -> None:
    with served() as here:
        async with page(here) as other:
            await other("1 run", "nothing under way")
            (stays,) = psutil.Process(here.process.pid).children(recursive=True)
            async with page(here) as seen:
                await seen("1 run", "nothing under way")
                screens = set(psutil.Process(here.process.pid).children(recursive=True)) - {stays}
            assert await asyncio.to_thread(psutil.wait_procs, screens, PATIENCE) == (list(screens), [])
            assert stays.is_running()
            await other.type("4")
            await other("The data library is empty.")


def test_a_port_that_is_taken_is_told(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = program("--web", str(port))
    assert said.code == 1
    assert said.err == (
        f"backtape: Port {port} of 127.0.0.1 cannot be had (Address already in use); name another one,"
        " such as 'backtape --web 0' for any that is free.\n"
    )


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_what_is_no_port_is_refused(home: Home, port: str) -> None:
    said = program(f"--web={port}")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "port" in said.err or "whole number" in said.err
