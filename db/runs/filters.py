"""Filter words for lists of runs, and the SQL they mean.

    symbol:EUR tf:H1,H4 status:done -strategy:macd sharpe>0.5 created>=2024-01 "gold at night"

Different words must all hold; values of one word, and the same word written
twice, are alternatives. `symbol:` matches a beginning, `strategy:` and `note:`
a part, the others the whole; `=` always the whole. A minus turns a word around.
Text alone is looked for in everything that is text, and as a status.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db.columns import STATUSES
from db.errors import FilterError

# Word -> (expression, how `:` matches)
_TEXTS = {
    "symbol": ("r.symbol", "beginning"),
    "tf": ("r.timeframe", "whole"),
    "status": ("r.status", "whole"),
    "strategy": ("s.name", "part"),
    "mode": ("r.execution_mode", "beginning"),
    "note": ("r.notes", "part"),
    "error": ("r.error_message", "part"),
}
# Word -> (expression, what a figure of the screen is divided by)
_NUMBERS = {
    "id": ("r.id", 1.0),
    "trades": ("r.total_trades", 1.0),
    "win": ("r.win_rate", 100.0),
    "win_rate": ("r.win_rate", 1.0),
    "pf": ("r.profit_factor", 1.0),
    "expectancy": ("r.expectancy", 1.0),
    "dd": ("r.max_drawdown_pct", 1.0),
    "recovery": ("r.recovery_factor", 1.0),
    "sharpe": ("r.sharpe_ratio", 1.0),
    "sortino": ("r.sortino_ratio", 1.0),
    "return": ("r.total_return_pct", 1.0),
    "avg_win": ("r.avg_win", 1.0),
    "avg_loss": ("r.avg_loss", 1.0),
    "consec_wins": ("r.max_consec_wins", 1.0),
    "consec_losses": ("r.max_consec_losses", 1.0),
    "avg_spread": ("r.avg_spread", 1.0),
    "spread": ("r.spread_pips", 1.0),
    "balance": ("r.initial_balance", 1.0),
    "progress": ("r.progress_pct", 1.0),
}
_DATES = {
    "start": "r.start_date",
    "end": "r.end_date",
    "created": "r.created_at",
    "started": "r.started_at",
    "finished": "r.finished_at",
}
_ALIASES = {
    "timeframe": "tf",
    "notes": "note",
    "total_trades": "trades",
    "profit_factor": "pf",
    "drawdown": "dd",
    "max_drawdown_pct": "dd",
    "recovery_factor": "recovery",
    "sharpe_ratio": "sharpe",
    "sortino_ratio": "sortino",
    "total_return_pct": "return",
    "max_consec_wins": "consec_wins",
    "max_consec_losses": "consec_losses",
    "execution_mode": "mode",
    "spread_pips": "spread",
    "initial_balance": "balance",
    "progress_pct": "progress",
    "from": "start",
    "to": "end",
    "start_date": "start",
    "end_date": "end",
    "created_at": "created",
    "started_at": "started",
    "finished_at": "finished",
}
_STATUS_WORDS = {"done": "completed", "waiting": "pending", "canceled": "cancelled", "active": "running"}
_SQL_OPERATORS = {":": "=", "=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORD = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[A-Za-z_]+)(?P<operator><=|>=|!=|[:=<>]))?(?P<value>"[^"]*"?|\S*)"""
)

Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Word:
    """One condition; `field` is empty for free text."""

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs of a list are wanted; no words, all that are not deleted."""

    words: tuple[Word, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "RunFilter":
        """Read what was typed; a word whose value is still missing is left out.

        Raises:
            FilterError: a word that does not exist, or a value that does not fit it.
        """
        words = [word for match in _WORD.finditer(text) if (word := _read(match)) is not None]
        parsed = cls(tuple(words))
        parsed.where()
        return parsed

    @classmethod
    def exactly(cls, **values: str | None) -> "RunFilter":
        """Return the filter of whole values by word, as a command line gives them; None is no condition."""
        return cls(tuple(Word(name, "=", (value,)) for name, value in values.items() if value is not None))

    def where(self) -> Sql:
        """Return the condition and its parameters, for `backtest_runs r` joined with `strategies s`."""
        grouped: dict[tuple[str, bool], list[Word]] = {}
        conditions: list[Sql] = []
        for word in self.words:
            if word.operator in (":", "=") and word.field:
                grouped.setdefault((_name(word.field), word.negated), []).append(word)
            else:
                conditions.append(_condition(word))
        for (_, negated), words in grouped.items():
            conditions.append(_negated(_any(_positive(word) for word in words), negated))
        parameters = [value for _, values in conditions for value in values]
        return " AND ".join(["r.deleted_at IS NULL", *(sql for sql, _ in conditions)]), parameters

    @property
    def needs_strategy(self) -> bool:
        """Whether the condition looks at the strategy's name."""
        return any(not word.field or _name(word.field) == "strategy" for word in self.words)


def _read(match: re.Match[str]) -> Word | None:
    value = match["value"].strip('"')
    if not value:
        return None
    field, operator, minus = match["field"] or "", match["operator"] or "", match["minus"] is not None
    if not field:
        return Word("", "", (value,), minus)
    quoted = match["value"].startswith('"')
    values = (value,) if quoted else tuple(part for part in value.split(",") if part)
    return Word(field, operator, values, minus) if values else None


def _name(field: str) -> str:
    name = field.lower()
    name = _ALIASES.get(name, name)
    if name in _TEXTS or name in _NUMBERS or name in _DATES:
        return name
    known = ", ".join(sorted([*_TEXTS, *_NUMBERS, *_DATES]))
    raise FilterError(f"There is no filter word {field[:40]!r}; there are {known}.")


def _condition(word: Word) -> Sql:
    return _negated(_positive(word), word.negated)


def _positive(word: Word) -> Sql:
    if not word.field:
        return _any(_anywhere(value) for value in word.values)
    name = _name(word.field)
    if name in _TEXTS:
        return _any(_text(name, word.operator, value) for value in word.values)
    if name in _NUMBERS:
        return _any(_number(name, word.operator, value) for value in word.values)
    return _any(_date(name, word.operator, value) for value in word.values)


def _any(alternatives: Iterable[Sql]) -> Sql:
    listed = list(alternatives)
    sql = " OR ".join(sql for sql, _ in listed)
    return f"({sql})", [value for _, values in listed for value in values]


def _negated(condition: Sql, negated: bool) -> Sql:
    # A comparison with an undefined figure is NULL; turned around it holds.
    return (f"NOT coalesce({condition[0]}, 0)", condition[1]) if negated else condition


def _text(name: str, operator: str, value: str) -> Sql:
    expression, matching = _TEXTS[name]
    if name == "status":
        value = _status(value)
    if operator == "!=":
        return f"{expression} IS NOT ? COLLATE NOCASE", [value]
    if operator not in (":", "="):
        raise FilterError(
            f"{name} is text and cannot be compared with {operator}; write {name}:{value[:40]}."
        )
    if operator == "=" or matching == "whole":
        return f"{expression} = ? COLLATE NOCASE", [value]
    return f"{expression} LIKE ? ESCAPE '\\'", [_pattern(value, beginning=matching == "beginning")]


def _status(value: str) -> str:
    word = value.lower()
    word = _STATUS_WORDS.get(word, word)
    found = [status for status in STATUSES if status.startswith(word)]
    if not found:
        raise FilterError(f"There is no status {value[:40]!r}; there are {', '.join(STATUSES)}.")
    return found[0]


def _pattern(value: str, *, beginning: bool = False) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return f"{escaped}%" if beginning else f"%{escaped}%"


def _number(name: str, operator: str, value: str) -> Sql:
    expression, divisor = _NUMBERS[name]
    try:
        number = float(value)
    except ValueError:
        raise FilterError(f"{name} is compared with a number, not with {value[:40]!r}.") from None
    return f"{expression} {_SQL_OPERATORS[operator]} ?", [number / divisor if divisor != 1.0 else number]


def _date(name: str, operator: str, value: str) -> Sql:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value, re.ASCII):
        raise FilterError(f"{name} is compared with a date such as 2024, 2024-01 or 2024-01-31.")
    # A year or a month is compared as a whole: created>2023 begins with 2024.
    return f"substr({_DATES[name]}, 1, {len(value)}) {_SQL_OPERATORS[operator]} ?", [value]


def _anywhere(value: str) -> Sql:
    pattern: Any = _pattern(value)
    columns = ("s.name", "r.symbol", "r.timeframe", "r.notes", "r.error_message")
    texts = [(f"coalesce({column}, '') LIKE ? ESCAPE '\\'", [pattern]) for column in columns]
    number, word = value.removeprefix("#"), value.lower()
    if number.isascii() and number.isdecimal() and len(number) < 19:
        texts.append(("r.id = ?", [int(number)]))
    if word in STATUSES or word in _STATUS_WORDS:
        texts.append(("r.status = ?", [_status(word)]))
    return _any(texts)
