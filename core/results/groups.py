"""Trades that have something in common, and what they brought together."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """So many trades, `wins` of them with a profit above zero; `profit` is their sum, in account currency."""

    trades: int
    wins: int
    profit: float

    @property
    def win_rate(self) -> float | None:
        """The share of winning trades, 0.0 to 1.0; None without trades."""
        return self.wins / self.trades if self.trades else None

    @property
    def mean(self) -> float | None:
        """The profit of a trade on average, in account currency; None without trades."""
        return self.profit / self.trades if self.trades else None


@dataclass(frozen=True)
class Entered:
    """The trades whose positions were entered in one hour (0 to 23) of one weekday (Monday is 0), in UTC."""

    weekday: int
    hour: int
    group: Group


def by_weekday(entered: Iterable[Entered]) -> dict[int, Group]:
    """Return the trades by the weekday of their entry, Monday first; only days that have trades."""
    return _gathered(entered, lambda one: one.weekday)


def by_hour(entered: Iterable[Entered]) -> dict[int, Group]:
    """Return the trades by the hour of their entry; only hours that have trades."""
    return _gathered(entered, lambda one: one.hour)


def together(groups: Iterable[Group]) -> Group:
    """Return several groups as one."""
    kept = list(groups)
    return Group(
        sum(group.trades for group in kept),
        sum(group.wins for group in kept),
        math.fsum(group.profit for group in kept),
    )


def _gathered(entered: Iterable[Entered], key: Callable[[Entered], int]) -> dict[int, Group]:
    parts: dict[int, list[Group]] = {}
    for one in entered:
        parts.setdefault(key(one), []).append(one.group)
    return {name: together(parts[name]) for name in sorted(parts)}
