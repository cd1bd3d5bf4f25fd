"""`config.toml` of the data folder: own instruments, workers, the look of the screens, language models.

    [runner]
    workers = 4                 # BACKTAPE_WORKERS overrides it
    memory_mb = 2000            # of each run that names no limit of its own
    time_minutes = 60

    [screen]
    theme = "dark"

    [instruments.COCOA]
    base = "COCOA"
    quote = "USD"
    digits = 0
    pip = 1.0
    contract_size = 10
    lot_step = 0.01             # these two may be left out
    minimum_lot = 0.01

An instrument of the name of a built-in one takes its place. What `[llm]` may say
is told in `core.llm.configured`.
"""

import math
import os
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.config_values import quoted, refuse_unknown, section
from core.errors import BacktapeError
from core.home import Home
from core.limits import LEAST_MEMORY_MB, MOST_MEMORY_MB, MOST_MINUTES, is_memory, is_time
from core.llm.configured import LlmConfig, llm_config
from core.market.instruments import Instrument
from core.settings_file import settings_table, settings_text
from core.themes import THEMES

MOST_WORKERS = 256

_RUNNER = ("workers", "memory_mb", "time_minutes")
_SECTIONS = ("instruments", "llm", "runner", "screen")
_NAME = re.compile(r"[A-Z0-9][A-Z0-9._#+-]{0,19}")
_CURRENCY = re.compile(r"[A-Z0-9][A-Z0-9._#+-]{0,19}")
_MOST_DIGITS = 8
_LARGE = 1e9

# key of an instrument: whether it must be there
_KEYS = {
    "base": True,
    "quote": True,
    "digits": True,
    "pip": True,
    "contract_size": True,
    "lot_step": False,
    "minimum_lot": False,
}


@dataclass(frozen=True)
class Config:
    """What the file says; what it leaves out is as if there were none.

    `instruments` are the user's own by symbol in capitals. `workers` is how many
    runs are worked on at once, None for as many as there are cores. `memory_mb` and
    `time_minutes` limit each run that names no limit of its own. `llm` is about
    language models. `theme` is one of `THEMES`, None if none was chosen.
    """

    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    workers: int | None = None
    memory_mb: int | None = None
    time_minutes: float | None = None
    llm: LlmConfig = field(default_factory=LlmConfig)
    theme: str | None = None


def read_config(home: Home) -> Config:
    """Return what `config.toml` of a data folder says; without the file, that nothing is set.

    Raises:
        BacktapeError: it cannot be read, or says something that has no meaning; the
            sentence names the file and the key.
    """
    return _parsed(settings_text(home.config), home.config)


def own_instruments(home: Home) -> Mapping[str, Instrument]:
    """Return the user's own instruments for what is merely shown: none where the file has a mistake.

    Whoever imports or runs is told of the mistake.
    """
    try:
        return read_config(home).instruments
    except BacktapeError:
        return {}


def add_instrument(home: Home, instrument: Instrument) -> None:
    """Write an instrument of the user's own at the end of `config.toml`, which is made if need be.

    Raises:
        BacktapeError: the file cannot be written, or would not be understood any more.
    """
    path = home.config
    before = settings_text(path)
    parted = f"{before.rstrip()}\n\n" if before.strip() else ""
    text = parted + instrument_section(instrument)
    _parsed(text, path)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(draft, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BacktapeError(
            f"{path} cannot be written ({error.strerror or error}); make it writable."
        ) from error


def instrument_section(instrument: Instrument) -> str:
    """Return an instrument as a section of the file."""
    symbol = instrument.symbol
    name = symbol if re.fullmatch(r"[A-Za-z0-9_-]+", symbol) else f'"{symbol}"'
    values = [f"{key} = {_toml(getattr(instrument, key))}" for key in _KEYS]
    return "\n".join([f"[instruments.{name}]", *values, ""])


def typed_value(key: str, text: str) -> str | float:
    """Return what a person typed for a key of an instrument, read and checked.

    Raises:
        BacktapeError: it cannot be the value of that key.
    """
    value: object = text
    if key not in {"base", "quote"}:
        try:
            value = int(text) if key == "digits" else float(text)
        except ValueError:
            value = text
    checked: str | float = _checked(key, value, key)
    return checked


def is_symbol(name: str) -> bool:
    """Return whether an instrument may have this name (in capitals): it names a folder of the library."""
    return _NAME.fullmatch(name) is not None


def _toml(value: str | float) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:g}" if value == int(value) else repr(float(value))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _parsed(text: str, path: Path) -> Config:
    try:
        return _meant(settings_table(text, path), path)
    except (RecursionError, ValueError) as error:
        raise BacktapeError(f"{path} has values as deep or long as no setting needs; mend it.") from error


def _meant(table: Mapping[str, Any], path: Path) -> Config:
    for name in table:
        if name not in _SECTIONS:
            raise BacktapeError(
                f"{path} has a section {quoted(name)}, which means nothing; "
                "there are [instruments.NAME], [llm], [runner] and [screen]."
            )
    instruments = section(table, "instruments", path, "[instruments.NAME]")
    runner = section(table, "runner", path)
    refuse_unknown(runner, "runner", _RUNNER, path)
    screen = section(table, "screen", path)
    refuse_unknown(screen, "screen", ("theme",), path)
    return Config(
        _instruments(instruments, path),
        _workers(runner, path),
        memory_mb=_memory(runner, path),
        time_minutes=_time(runner, path),
        llm=llm_config(section(table, "llm", path), path),
        theme=_theme(screen, path),
    )


def _workers(runner: Mapping[str, Any], path: Path) -> int | None:
    workers = runner.get("workers")
    if workers is None:
        return None
    if not isinstance(workers, int) or isinstance(workers, bool) or not 1 <= workers <= MOST_WORKERS:
        raise BacktapeError(
            f"{path}: runner.workers must be a whole number from 1 to {MOST_WORKERS}, not {quoted(workers)}."
        )
    return workers


def _memory(runner: Mapping[str, Any], path: Path) -> int | None:
    memory = runner.get("memory_mb")
    if memory is None or is_memory(memory):
        return memory
    raise BacktapeError(
        f"{path}: runner.memory_mb must be a whole number from {LEAST_MEMORY_MB} to {MOST_MEMORY_MB:,}, "
        f"not {quoted(memory)}."
    )


def _time(runner: Mapping[str, Any], path: Path) -> float | None:
    minutes = runner.get("time_minutes")
    if minutes is None or is_time(minutes):
        return minutes
    raise BacktapeError(
        f"{path}: runner.time_minutes must be a number above 0 and at most {MOST_MINUTES:,}, "
        f"not {quoted(minutes)}."
    )


def _theme(screen: Mapping[str, Any], path: Path) -> str | None:
    theme = screen.get("theme")
    if theme is None or theme in THEMES:
        return theme
    raise BacktapeError(f"{path}: screen.theme must be one of {', '.join(THEMES)}, not {quoted(theme)}.")


def _instruments(described: Mapping[str, Any], path: Path) -> dict[str, Instrument]:
    found: dict[str, Instrument] = {}
    for name in described:
        symbol = name.upper()
        if not is_symbol(symbol):
            raise BacktapeError(
                f"{path}: an instrument cannot be called {quoted(name)}; "
                "use at most 20 letters, digits and . _ # + -."
            )
        if symbol in found:
            raise BacktapeError(f"{path} describes {symbol} twice; leave one of the two.")
        found[symbol] = _instrument(symbol, section(described, name, path), path)
    return found


def _instrument(symbol: str, keys: Mapping[str, Any], path: Path) -> Instrument:
    where = f"instruments.{symbol}"
    refuse_unknown(keys, where, tuple(_KEYS), path)
    for key, needed in _KEYS.items():
        if needed and key not in keys:
            raise BacktapeError(f"{path}: {where} has no {key}; add one, such as {_EXAMPLES[key]}.")
    values = {key: _checked(key, value, f"{path}: {where}.{key}") for key, value in keys.items()}
    instrument = Instrument(symbol, **values)
    if instrument.base == instrument.quote:
        raise BacktapeError(f"{path}: {where} has {instrument.base} for base and quote; they must differ.")
    if instrument.pip < instrument.point * 0.999:
        raise BacktapeError(
            f"{path}: {where}.pip is smaller than the last of its {instrument.digits} digits "
            f"({instrument.point:g}); make it that or more."
        )
    return instrument


_EXAMPLES = {
    "base": 'base = "COCOA"',
    "quote": 'quote = "USD"',
    "digits": "digits = 2",
    "pip": "pip = 0.01",
    "contract_size": "contract_size = 10",
}


def _checked(key: str, value: object, where: str) -> Any:  # noqa: ANN401 - a text or a number by its key
    """Return the value of a key of an instrument."""
    if key in {"base", "quote"}:
        if not isinstance(value, str) or not _CURRENCY.fullmatch(value.upper()):
            raise BacktapeError(f'{where} must be a name like "USD", not {quoted(value)}.')
        return value.upper()
    if key == "digits":
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_DIGITS:
            raise BacktapeError(
                f"{where} must be a whole number from 0 to {_MOST_DIGITS}, not {quoted(value)}."
            )
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or not _is_sane(value):
        raise BacktapeError(f"{where} must be a number above 0, such as 0.01, not {quoted(value)}.")
    return float(value)


def _is_sane(value: float) -> bool:
    return math.isfinite(value) and 0 < value <= _LARGE
