"""An OpenAI-compatible endpoint on loopback, in a process of its own, that counts and misbehaves on demand.

What it does with each request in turn is a list of words, the last of which holds for all that
follow. Counts and prompts lie in a file, so that they outlive every process of ours.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.processes import wait_until

MODEL = "stub-1"


@dataclass
class Stub:
    """A stub that serves; `plan` changes what it does from now on."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def base_url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/v1"

    def plan(self, *words: str) -> None:
        """Say what to do with the next requests, the last word for all that follow."""
        _write_plan(self.folder, words, self.count)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far, in the order it came."""
        path = self.folder / "requests.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def count(self) -> int:
        """How many requests have come."""
        return len(self.requests)

    def stop(self) -> None:
        """End it; whoever asks now finds nobody."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def stub_model(folder: Path, *words: str, port: int = 0) -> Iterator[Stub]:
    """Serve until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "port"
    said.unlink(missing_ok=True)
    _write_plan(folder, words or ("answer",), 0)
    process = subprocess.Popen([sys.executable, "-m", "tests.stub_model", str(folder), str(port)], cwd=ROOT)
    try:
        wait_until(said.exists, "the stub serves")
        yield Stub(folder, int(said.read_text()), process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _write_plan(folder: Path, words: Sequence[str], after: int) -> None:
    draft = folder / "plan.part"
    draft.write_text(json.dumps({"words": words, "after": after}))
    draft.rename(folder / "plan.json")


class _Handler(BaseHTTPRequestHandler):
    """Answers as the plan says."""

    folder: Path
    lock = threading.Lock()
    taken = 0

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._asked = json.loads(body)
        name, _, self._argument = self._noted().partition(":")
        try:
            getattr(self, f"_{name}")()
        except (BrokenPipeError, ConnectionResetError):
            return

    def _noted(self) -> str:
        with self.lock:
            plan = json.loads((self.folder / "plan.json").read_text())
            words = plan["words"]
            word: str = words[min(_Handler.taken - plan["after"], len(words) - 1)]
            _Handler.taken += 1
            told = {
                "at": time.time(),
                "word": word,
                "path": self.path,
                "authorization": self.headers.get("authorization"),
                "body": self._asked,
            }
            with (self.folder / "requests.jsonl").open("a") as file:
                file.write(json.dumps(told) + "\n")
                file.flush()
                os.fsync(file.fileno())
        return word

    def _send(self, status: int, text: str, **headers: str) -> None:
        data = text.encode()
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _said(self, content: str) -> None:
        message = {"role": "assistant", "content": content}
        document = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        }
        self._send(200, json.dumps(document))

    def _answer(self) -> None:
        """Follow the schema; which of its choices is taken follows from the prompt."""
        schema = self._asked["response_format"]["json_schema"]["schema"]
        prompt = self._asked["messages"][0]["content"]
        self._said(json.dumps(_value(schema, sum(prompt.encode()))))

    def _slow(self) -> None:
        time.sleep(float(self._argument))
        self._answer()

    def _say(self) -> None:
        self._said(self._argument)

    def _status(self) -> None:
        self._send(int(self._argument), '{"error": {"message": "no"}}')

    def _later(self) -> None:
        self._send(429, '{"error": {"message": "too many"}}', retry_after=self._argument)

    def _redirect(self) -> None:
        self._send(307, "", location=self.path)

    def _forward(self) -> None:
        """Let another endpoint answer."""
        data = json.dumps(self._asked).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self._argument + self.path, data, headers)  # noqa: S310 (loopback)
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            self._send(200, answer.read().decode())

    def _hang(self) -> None:
        time.sleep(3600)

    def _endless(self) -> None:
        self.send_response(int(self._argument or 200))
        self.send_header("content-type", "application/json")
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65_536)

    def _trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def _close(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _echo(self) -> None:
        """Give away the key: in an error, or in an answer of the right shape."""
        given = str(self.headers.get("authorization"))
        if self._argument:
            self._send(int(self._argument), json.dumps({"error": {"message": f"wrong key: {given}"}}))
        else:
            schema = self._asked["response_format"]["json_schema"]["schema"]
            self._said(json.dumps(_value(schema, 0, given)))


def _value(schema: dict[str, Any], seed: int, text: str = "because") -> Any:  # noqa: ANN401
    if "enum" in schema:
        return schema["enum"][seed % len(schema["enum"])]
    kind = schema.get("type")
    if kind == "object":
        return {name: _value(part, seed, text) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_value(schema.get("items", {}), seed, text)]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    return {"boolean": seed % 2 == 1, "string": text}.get(str(kind))


def _serve(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    options = parser.parse_args(arguments)
    _Handler.folder = options.folder
    server = ThreadingHTTPServer(("127.0.0.1", options.port), _Handler)
    server.daemon_threads = True
    draft = options.folder / "port.part"
    draft.write_text(str(server.server_address[1]))
    draft.rename(options.folder / "port")
    server.serve_forever()


if __name__ == "__main__":
    _serve(sys.argv[1:])
