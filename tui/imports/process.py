"""The process that reads price files for the screens: `python -m tui.imports.process`.

It takes one request a line on stdin and answers with one line of JSON each, until
stdin ends: `{"preview": {...}}`, `{"import": {...}}`, or `{"refusal": sentence,
"field": name}`. What was read last is kept, so that the import of what was looked
at does not read the file again.
"""

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from core.errors import BacktapeError
from core.home import Home
from core.json_documents import json_document
from db.connection import Connection, connect
from db.errors import StoreError
from tui.imports.documents import outcome_document, preview_document
from tui.imports.refusals import Refusal

if TYPE_CHECKING:
    from core.market.preview import Reading
    from core.market.reading import MarketFile

Request = dict[str, Any]
Answer = dict[str, Any]

# What stands in for a field at fault while the others are looked at. With what is there replaced,
# the bars need not be compared.
_STAND_INS: Request = {"symbol": "EURUSD", "timeframe": "", "timezone": "", "source": "", "replace": True}


class Desk:
    """Answers requests, one after the other."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._read: tuple[Reading, MarketFile] | None = None

    def answer(self, request: Request) -> Answer:
        """Return the preview or the import that `request` asks for, or why there is none."""
        try:
            with closing(connect(self._home.store)) as connection:
                return self._done(connection, request)
        except (BacktapeError, StoreError) as error:
            return _refused([Refusal.of(error)])

    def _done(self, connection: Connection, request: Request) -> Answer:
        do = self._import if request["do"] == "import" else self._preview
        try:
            return do(connection, request)
        except (BacktapeError, StoreError) as error:
            return _refused(self._all_wrong(connection, request, Refusal.of(error)))

    def _preview(self, connection: Connection, request: Request) -> Answer:
        from core.datasets import outlook

        reading, found = self._found(request)
        then = outlook(
            self._home, connection, found, source=request["source"], replace=bool(request["replace"])
        )
        return {"preview": preview_document(reading.preview(found), then)}

    def _import(self, connection: Connection, request: Request) -> Answer:
        from core.datasets import store_file

        _, found = self._found(request)
        imported = store_file(
            self._home, connection, found, source=request["source"], replace=bool(request["replace"])
        )
        return {"import": outcome_document(imported)}

    def _all_wrong(self, connection: Connection, request: Request, first: Refusal) -> Iterable[Refusal]:
        """Return the first refusal and those behind it: one wrong field hides what is wrong with others."""
        found: dict[str, Refusal] = {}
        refusal: Refusal | None = first
        while refusal is not None and refusal.field not in found:
            found[refusal.field] = refusal
            refusal = self._next_wrong(connection, request, found) if refusal.field else None
        return found.values()

    def _next_wrong(self, connection: Connection, request: Request, known: Iterable[str]) -> Refusal | None:
        """Return what is wrong beside the fields that are known to be, if anything is."""
        stand_ins = {name: _STAND_INS[name] for name in ("replace", *known)}
        try:
            self._preview(connection, {**request, **stand_ins})
        except (BacktapeError, StoreError) as error:
            return Refusal.of(error)
        return None

    def _found(self, request: Request) -> "tuple[Reading, MarketFile]":
        """Return the file as it is asked to be read; one that was read so last is not read again."""
        from core.config import own_instruments
        from core.market.preview import Reading

        asked = (request[name] or None for name in ("symbol", "timeframe", "timezone"))
        reading = Reading(Path(request["path"]), *asked)
        if self._read is None or self._read[0] != reading:
            self._read = None  # two large files need not be in memory at once
            self._read = (reading, reading.read(own_instruments(self._home)))
        return self._read


def _refused(refusals: Iterable[Refusal]) -> Answer:
    return {"refused": [asdict(one) for one in refusals]}


def main(requests: IO[str] = sys.stdin, answers: IO[str] = sys.stdout) -> int:
    """Answer until there are no more requests, or nobody listens."""
    desk = Desk(Home.locate())
    for line in requests:
        try:
            print(json_document(desk.answer(json.loads(line))), file=answers, flush=True)
        except BrokenPipeError:
            # Python would write to the pipe once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
