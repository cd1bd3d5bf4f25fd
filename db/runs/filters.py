"""Filter words for lists of runs, and the SQL they mean.

    symbol:EUR tf:H1,H4 status:done -strategy:macd sharpe>0.5 made>=2024-01 marked "gold at night"

Different words must all hold; values of one word, and the same word written
twice, are alternatives. `symbol:` matches a beginning, `strategy:` and `note:`
a part, the others the whole; `=` always the whole. A figure is matched as it is
shown: `sharpe:0.51` finds 0.5134, while `>` and `<` are exact; blanks around them
mean nothing. What is no word of these is the parameter of a strategy: `lookback:30
fast>10`. A minus turns a word around. Text alone is looked for in everything that
is text, and as a status; `marked` alone means the runs that are marked.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import isfinite
from typing import Any

from db.columns import STATUSES
from db.errors import FilterError
from db.times import is_day
from db.values import marks

# What a run brought, in account currency, and how long it took.
NET_PROFIT = "(r.total_return_pct / 100.0 * r.initial_balance)"
SECONDS_TAKEN = "((julianday(r.finished_at) - julianday(r.started_at)) * 86400.0)"
# Whether each bar had a spread of its own. Settings may be anything that somebody wrote by hand.
SPREAD_IS_RECORDED = (
    "coalesce(CASE WHEN json_valid(r.settings)"
    " THEN json_extract(r.settings, '$.spread_source') = 'data' END, 0)"
)

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
# Word -> (expression, what a figure of the screen is divided by, digits shown of it behind the point)
_NUMBERS = {
    "id": ("r.id", 1.0, 0),
    "trades": ("r.total_trades", 1.0, 0),
    "win": ("r.win_rate", 100.0, 1),
    "win_rate": ("r.win_rate", 1.0, 3),
    "pf": ("r.profit_factor", 1.0, 2),
    "expectancy": ("r.expectancy", 1.0, 2),
    "dd": ("r.max_drawdown_pct", 1.0, 1),
    "recovery": ("r.recovery_factor", 1.0, 2),
    "sharpe": ("r.sharpe_ratio", 1.0, 2),
    "sortino": ("r.sortino_ratio", 1.0, 2),
    "return": ("r.total_return_pct", 1.0, 2),
    "avg_win": ("r.avg_win", 1.0, 2),
    "avg_loss": ("r.avg_loss", 1.0, 2),
    "consec_wins": ("r.max_consec_wins", 1.0, 0),
    "consec_losses": ("r.max_consec_losses", 1.0, 0),
    "avg_spread": ("r.avg_spread", 1.0, 2),
    "spread": (f"CASE WHEN NOT {SPREAD_IS_RECORDED} THEN r.spread_pips END", 1.0, 2),
    "balance": ("r.initial_balance", 1.0, 2),
    "net": (NET_PROFIT, 1.0, 2),
    "took": (SECONDS_TAKEN, 1.0, 1),
    "progress": ("r.progress_pct", 1.0, 0),
}
# Longer ones are shown as 0:12, without tenths.
_SECONDS_WITH_TENTHS = 10.0
_DATES = {
    "start": "r.start_date",
    "end": "r.end_date",
    "made": "r.created_at",
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
    "net_profit": "net",
    "created": "made",
    "from": "start",
    "to": "end",
    "start_date": "start",
    "end_date": "end",
    "created_at": "made",
    "started_at": "started",
    "finished_at": "finished",
}
# What people call the statuses, and the store; told by the words of people.
_PEOPLES_STATUSES = ("waiting", "running", "done", "failed", "cancelled")
_STATUS_WORDS = {
    **dict(zip(_PEOPLES_STATUSES, ("pending", "running", "completed", "failed", "cancelled"), strict=True)),
    **{status: status for status in STATUSES},
    "canceled": "cancelled",
    "active": "running",
}
_MARKED = "marked"
# Words whose values a run keeps from beginning to end.
_SETTLED = frozenset(
    {"symbol", "tf", "strategy", "mode", "id", "spread", "balance", "start", "end", "made", _MARKED}
)
# What stands before the name of a strategy's parameter; nobody can type it.
_PARAMETER = "params."
# A row whose parameters are no JSON has none, instead of spoiling the list.
_PARAMETER_VALUE = "CASE WHEN json_valid(r.params) THEN json_extract(r.params, ?) END"
# How alike a word must be to be meant.
_LIKE = 0.7
_YES_OR_NO = {"yes": 1, "true": 1, "no": 0, "false": 0}
_UNFINISHED = frozenset({"-", "+", "."})
_SQL_OPERATORS = {":": "=", "=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORD = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[A-Za-z_][A-Za-z0-9_]*)(?:\s*%?\s*(?P<compares><=|>=|!=|[=<>])\s*|%?(?P<is>:)))?"""
    r"""(?P<value>"[^"]*"?|\S*)"""
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
    """Which runs of a list are wanted; no words, all that are not deleted.

    `marked` are the runs that the word of this name means.
    """

    words: tuple[Word, ...] = ()
    marked: frozenset[int] = frozenset()

    @classmethod
    def parse(
        cls, text: str, marked: Collection[int] = (), parameters: Collection[str] | None = ()
    ) -> "RunFilter":
        """Read what was typed; a word whose value is still missing is left out.

        `parameters` are the names that the strategies' parameters have, None where that is
        not known: then any name may be one.

        Raises:
            FilterError: a word that does not exist, or a value that does not fit it.
        """
        read = (word for match in _WORD.finditer(text) if (word := _read(match)) is not None)
        words = tuple(_named(word, parameters) for word in read)
        parsed = cls(
            words, frozenset(marked) if any(word.field == _MARKED for word in words) else frozenset()
        )
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
            if word.field == _MARKED:
                conditions.append(_negated(self._among_marked(), word.negated))
            elif word.operator in (":", "=") and word.field:
                grouped.setdefault((_name(word.field), word.negated), []).append(word)
            else:
                conditions.append(_condition(word))
        for (_, negated), words in grouped.items():
            conditions.append(_negated(_any(_positive(word) for word in words), negated))
        parameters = [value for _, values in conditions for value in values]
        return " AND ".join(["r.deleted_at IS NULL", *(sql for sql, _ in conditions)]), parameters

    def _among_marked(self) -> Sql:
        return "(r.id IN (SELECT value FROM json_each(?)))", [json.dumps(sorted(self.marked))]

    @property
    def names(self) -> set[str]:
        """The words that are looked at; "" stands for text alone."""
        return {word.field if word.field in {"", _MARKED} else _name(word.field) for word in self.words}

    @property
    def needs_strategy(self) -> bool:
        """Whether the condition looks at the strategy's name."""
        return not self.names.isdisjoint({"", "strategy"})

    @property
    def needs_marks(self) -> bool:
        """Whether other marks mean other runs."""
        return _MARKED in self.names

    @property
    def is_settled(self) -> bool:
        """Whether a run that is wanted is so from beginning to end, whatever becomes of it."""
        return {name for name in self.names if not name.startswith(_PARAMETER)} <= _SETTLED


def _read(match: re.Match[str]) -> Word | None:
    value = match["value"].strip('"')
    field, minus = match["field"] or "", match["minus"] is not None
    operator = match["compares"] or match["is"] or ""
    if not value or (field and value in _UNFINISHED):
        return None
    if not field:
        is_marks = match["value"].lower() == _MARKED
        return Word(_MARKED, "", (), minus) if is_marks else Word("", "", (value,), minus)
    quoted = match["value"].startswith('"')
    values = (value,) if quoted else tuple(part for part in value.split(",") if part)
    return Word(field, operator, values, minus) if values else None


def _named(word: Word, parameters: Collection[str] | None) -> Word:
    """Return a word with its field told apart: one of ours, or a parameter among these."""
    if not word.field or word.field == _MARKED or _is_ours(word.field):
        return word
    if parameters is None:
        return replace(word, field=_PARAMETER + word.field)
    for name in (word.field, word.field.lower()):
        if name in parameters:
            return replace(word, field=_PARAMETER + name)
    raise FilterError(f"There is no filter word {word.field[:40]!r}; {_advice(word.field, parameters)}")


def _advice(field: str, parameters: Collection[str]) -> str:
    ours = sorted([*_TEXTS, *_NUMBERS, *_DATES])
    near = get_close_matches(field.lower(), [*ours, *_ALIASES, *parameters], n=1, cutoff=_LIKE)
    if near:
        return f"did you mean {_ALIASES.get(near[0], near[0])}?"
    of_strategies = f"; of strategies {', '.join(sorted(parameters))}" if parameters else ""
    return f"there are {', '.join(ours)}{of_strategies}."


def _is_ours(field: str) -> bool:
    name = field.lower()
    name = _ALIASES.get(name, name)
    return name in _TEXTS or name in _NUMBERS or name in _DATES


def _name(field: str) -> str:
    if field.startswith(_PARAMETER):
        return field
    name = field.lower()
    return _ALIASES.get(name, name)


def _condition(word: Word) -> Sql:
    return _negated(_positive(word), word.negated)


def _positive(word: Word) -> Sql:
    if not word.field:
        return _any(_anywhere(value) for value in word.values)
    name = _name(word.field)
    if name.startswith(_PARAMETER):
        return _any(_parameter(name.removeprefix(_PARAMETER), word.operator, value) for value in word.values)
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
    if name == "status" and operator in (":", "=", "!="):
        return _status(value, unlike=operator == "!=")
    if operator == "!=":
        return f"{expression} IS NOT ? COLLATE NOCASE", [value]
    if operator not in (":", "="):
        raise FilterError(
            f"{name} is text and cannot be compared with {operator}; write {name}:{value[:40]}."
        )
    if operator == "=" or matching == "whole":
        return f"{expression} = ? COLLATE NOCASE", [value]
    return f"{expression} LIKE ? ESCAPE '\\'", [_pattern(value, beginning=matching == "beginning")]


def _status(value: str, *, unlike: bool = False) -> Sql:
    """Return the condition for a status; the beginning of a word means all that begin so."""
    begun = value.lower()
    found = sorted({status for word, status in _STATUS_WORDS.items() if word.startswith(begun)})
    if not found:
        raise FilterError(f"There is no status {value[:40]!r}; there are {', '.join(_PEOPLES_STATUSES)}.")
    return f"r.status {'NOT IN' if unlike else 'IN'} ({marks(len(found))})", found


def _pattern(value: str, *, beginning: bool = False) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return f"{escaped}%" if beginning else f"%{escaped}%"


def _number(name: str, operator: str, value: str) -> Sql:
    expression, divisor, digits = _NUMBERS[name]
    number = _float(name, value)
    if operator not in (":", "=", "!=") or not digits or not isfinite(number):
        return f"{expression} {_SQL_OPERATORS[operator]} ?", [number / divisor if divisor != 1.0 else number]
    if name == "took" and number >= _SECONDS_WITH_TENTHS:
        digits = 0
    half = 0.5 * 10.0 ** -max(digits, _digits_of(value))
    unlike = "NOT " if operator == "!=" else ""
    return f"{expression} {unlike}BETWEEN ? AND ?", [(number - half) / divisor, (number + half) / divisor]


def _float(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise FilterError(f"{name} is compared with a number, not with {value[:40]!r}.") from None


def _digits_of(value: str) -> int:
    """Return how many digits behind the point were typed."""
    return len(value.lower().partition("e")[0].partition(".")[2])


def _parameter(name: str, operator: str, value: str) -> Sql:
    """Return the condition for a parameter; what a strategy does not have is like and unlike nothing."""
    path = f'$."{name}"'
    if operator in (":", "=", "!="):
        likes = [value, *_as_number(value)]
        unlike = "NOT " if operator == "!=" else ""
        sql = f"({_PARAMETER_VALUE}) COLLATE NOCASE {unlike}IN ({marks(len(likes))})"
        return sql, [path, *likes]
    # Text is more than any number for SQLite, and less than none.
    sql = f"({_PARAMETER_VALUE}) {operator} ?"
    if operator.startswith(">"):
        return f"({sql} AND ({_PARAMETER_VALUE}) < '')", [path, _float(name, value), path]
    return sql, [path, _float(name, value)]


def _as_number(value: str) -> list[float]:
    if value.lower() in _YES_OR_NO:
        return [_YES_OR_NO[value.lower()]]
    try:
        return [float(value)]
    except ValueError:
        return []


def _date(name: str, operator: str, value: str) -> Sql:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value, re.ASCII) or not is_day(f"{value}-01-01"[:10]):
        raise FilterError(f"{name} is compared with a date such as 2024, 2024-01 or 2024-01-31.")
    # A year or a month is compared as a whole: made>2023 begins with 2024.
    return f"substr({_DATES[name]}, 1, {len(value)}) {_SQL_OPERATORS[operator]} ?", [value]


def _anywhere(value: str) -> Sql:
    pattern: Any = _pattern(value)
    columns = ("s.name", "r.symbol", "r.timeframe", "r.notes", "r.error_message")
    texts = [(f"coalesce({column}, '') LIKE ? ESCAPE '\\'", [pattern]) for column in columns]
    number, word = value.removeprefix("#"), value.lower()
    if number.isascii() and number.isdecimal() and len(number) < 19:
        texts.append(("r.id = ?", [int(number)]))
    if word in _STATUS_WORDS:
        texts.append(_status(word))
    return _any(texts)
