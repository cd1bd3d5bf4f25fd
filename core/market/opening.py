"""From a file to its lines as UTF-8: gzip, zip, encodings, line ends, and what is no text at all."""

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import BacktapeError
from core.text import clean

# Arrow's texts have 32-bit offsets; a file beyond this is no bar history either.
_LARGEST = 2_000_000_000
_LONGEST_LINE = 10_000
_FEW = 1_000
_UTF8_BOM, _UTF16_BOMS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_BINARIES = {
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"%PDF": "a PDF",
    b"\x7fELF": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


@dataclass(frozen=True)
class TextFile:
    """A text file in memory: UTF-8, lines ended by a line feed.

    `names` are the file's name and, before it, that of the archive member.
    """

    names: tuple[str, ...]
    data: bytes
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the file as given, harmless to show."""
        return clean(self.names[-1], limit=120)

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each line starts, and one position behind the last line's end."""
        ends = np.flatnonzero(np.frombuffer(self.data, dtype=np.uint8) == ord("\n"))
        starts = np.concatenate([[0], ends + 1])
        return starts if self.data.endswith(b"\n") else np.append(starts, len(self.data) + 1)

    @cached_property
    def line_count(self) -> int:
        """How many lines there are, empty ones included."""
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))

    @cached_property
    def has_quotes(self) -> bool:
        """Whether there is a quote anywhere, so that a separator may stand inside a field."""
        return b'"' in self.data

    def head(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number, from the first, without a look at the rest."""
        start = 0
        for number in range(1, self.line_count + 1):
            end = self.data.find(b"\n", start)
            yield number, self.data[start : end if end >= 0 else None].decode()
            start = end + 1

    @cached_property
    def _filled(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(np.diff(self.starts) > 1) + np.int64(1)

    def lines_from(self, first: int) -> npt.NDArray[np.int64]:
        """Return the numbers of the lines from `first` on that are not empty."""
        return self._filled[np.searchsorted(self._filled, first) :]

    def part(self, first: int, last: int) -> memoryview:
        """Return the text of lines `first` to `last`."""
        if last < self.line_count or first > _FEW:
            return memoryview(self.data)[int(self.starts[first - 1]) : int(self.starts[last])]
        start = 0
        for _ in range(first - 1):
            start = self.data.find(b"\n", start) + 1
        return memoryview(self.data)[start:]

    def line(self, number: int) -> str:
        """Return one line by its number from 1, without its end."""
        start, end = self.starts[number - 1 : number + 1].tolist()
        return self.data[start : end - 1].decode()

    def refusal(self, reason: str, line: int | None = None) -> BacktapeError:
        """Return the error that names this file, and the line at fault."""
        place = self.name if line is None else f"{self.name}, line {line}"
        return BacktapeError(f"{place}: {reason}")


def open_text(path: Path) -> TextFile:
    """Return the text of a market file, unpacked and in one encoding.

    Raises:
        BacktapeError: it cannot be read, or is no text.
    """
    raw = _read(path)
    names: tuple[str, ...] = (path.name,)
    if raw.startswith(b"\x1f\x8b"):
        raw = _gunzip(path, raw)
    elif raw.startswith(b"PK\x03\x04"):
        member, raw = _unzip(path, raw)
        names = (member, path.name)
    file = _decode(names, raw)
    if not file.data or file.data.isspace():
        raise file.refusal("the file is empty; export it again.")
    _refuse_long_lines(file)
    return file


def _refuse_long_lines(file: TextFile) -> None:
    half = _LONGEST_LINE // 2
    if all(
        file.data.find(b"\n", start, start + half) >= 0 for start in range(0, len(file.data) - half, half)
    ):
        return  # a line end in every such stretch: none can be longer than two of them
    lengths = np.diff(file.starts)
    longest = int(np.argmax(lengths))
    if lengths[longest] > _LONGEST_LINE:
        raise file.refusal(
            f"a line of more than {_LONGEST_LINE:,} characters is no price bar: this is not a price file.",
            longest + 1,
        )


def _read(path: Path) -> bytes:
    name = clean(path.name or str(path), limit=120)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BacktapeError(f"{name} is a folder; name the files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise BacktapeError(f"{name} is a pipe or a device; copy the data to a regular file first.")
        if status.st_size > _LARGEST:
            raise BacktapeError(f"{name} is larger than 2 GB; import it in parts.")
        return path.read_bytes()
    except FileNotFoundError:
        typed = clean(str(path), limit=300)
        raise BacktapeError(f"There is no file {typed}; check the path.") from None
    except PermissionError:
        raise BacktapeError(f"{name} may not be read by this user; change its permissions.") from None
    except (OSError, ValueError) as error:
        reason = clean(getattr(error, "strerror", None) or str(error), limit=120)
        raise BacktapeError(f"{name} cannot be read ({reason}); check the path.") from error


def _gunzip(path: Path, raw: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as unpacked:
            return _bounded(path, unpacked.read(_LARGEST + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise BacktapeError(
            f"{clean(path.name, limit=120)}: the gzip archive is damaged or cut short; fetch it again."
        ) from error


def _unzip(path: Path, raw: bytes) -> tuple[str, bytes]:
    """Return name and content of the one market file in a zip archive."""
    name = clean(path.name, limit=120)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            member = _member(name, archive.namelist())
            with archive.open(member) as unpacked:
                return Path(member).name, _bounded(path, unpacked.read(_LARGEST + 1))
    except RuntimeError as error:
        raise BacktapeError(f"{name}: the archive is locked with a password; unpack it first.") from error
    except (zipfile.BadZipFile, EOFError, zlib.error, OSError) as error:
        raise BacktapeError(f"{name}: the zip archive is damaged or cut short; fetch it again.") from error


def _member(name: str, members: list[str]) -> str:
    if "[Content_Types].xml" in members:
        raise BacktapeError(f"{name} is an Excel workbook; save the sheet as CSV first.")
    files = [member for member in members if not member.endswith("/") and "__MACOSX" not in member]
    for suffixes in ((".csv",), (".txt", ".tsv", ".prn"), ("",)):
        fitting = [member for member in files if member.lower().endswith(suffixes)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = ", ".join(clean(member, limit=40) for member in fitting[:3])
            raise BacktapeError(f"{name} holds {len(fitting)} files ({names}, ...); unpack it and name them.")
    raise BacktapeError(f"{name} is an archive without a file in it.")


def _bounded(path: Path, content: bytes) -> bytes:
    if len(content) > _LARGEST:
        raise BacktapeError(f"{clean(path.name, limit=120)} unpacks to more than 2 GB; import it in parts.")
    return content


def _decode(names: tuple[str, ...], raw: bytes) -> TextFile:
    """Return the text as UTF-8 with plain line feeds."""
    notes: tuple[str, ...] = ()
    refused = TextFile(names, b"")
    for magic, what in _BINARIES.items():
        if raw.startswith(magic):
            raise refused.refusal(f"this is {what}, not a CSV file; export the bars as text.")
    raw = raw.removeprefix(_UTF8_BOM)
    if encoding := _utf16(raw):
        try:
            raw = raw.decode(encoding).encode()
        except UnicodeError as error:
            raise refused.refusal("the UTF-16 text is damaged; export it again.") from error
    elif not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            raw = raw.decode("latin-1").encode()
            notes = ("The file is no UTF-8; it was read as Latin-1.",)
    if (zero := raw.find(b"\0")) >= 0:
        line = raw.count(b"\n", 0, zero) + 1
        raise refused.refusal("a NUL byte: this is no text file, or a damaged one; export it again.", line)
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return TextFile(names, raw, notes)


def _utf16(raw: bytes) -> str | None:
    """Return the encoding if the text is UTF-16, with its mark or plainly without."""
    if raw.startswith(_UTF16_BOMS):
        return "utf-16"
    head = raw[:200]
    if len(head) >= 20 and len(head) % 2 == 0:
        if not any(head[0::2]) and all(head[1::2]):
            return "utf-16-be"
        if not any(head[1::2]) and all(head[0::2]):
            return "utf-16-le"
    return None
