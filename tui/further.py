"""The further figures of a run and its months, as lines of plain text."""

from collections.abc import Mapping, Sequence

from core.jobs.settings import RunSettings
from core.limits import seconds_of, time_in_words
from core.text import clean
from db.runs import RunRecord
from tui.formats import UNDEFINED, count, number, percent_of_one

Pair = tuple[str, str]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEFT_LABEL, _LEFT_VALUE, _RIGHT_LABEL, _RIGHT_VALUE = 18, 16, 20, 12
_MONTH, _YEAR = 6, 9


def columns(left: Sequence[Pair], right: Sequence[Pair]) -> list[str]:
    """Return figures in two columns under each other, label and value; the left one may be longer."""
    padded = [*right, *[("", "")] * (len(left) - len(right))]
    return [
        f"{name:<{_LEFT_LABEL}}{value:>{_LEFT_VALUE}}      "
        f"{other:<{_RIGHT_LABEL}}{figure:>{_RIGHT_VALUE}}".rstrip()
        for (name, value), (other, figure) in zip(left, padded, strict=True)
    ]


def with_percent(figure: str) -> str:
    """Return a figure with its sign, a dash without."""
    return figure if figure == UNDEFINED else f"{figure} %"


def further_terms(run: RunRecord) -> list[str]:
    """Return what was set beyond what every run has."""
    settings = RunSettings.of_run(run)
    terms = [f"{clean(pair, limit=6)} fixed at {rate:g}" for pair, rate in settings.rates.items()]
    if settings.slippage_pips:
        terms.append(f"slippage {settings.slippage_pips:g}")
    if settings.swap_long or settings.swap_short:
        terms.append(f"swap {settings.swap_long:g} and {settings.swap_short:g}")
    if run.context_tfs:
        terms.append(f"context {' '.join(map(str, run.context_tfs))}")
    if settings.finer:
        terms.append(f"inside bars by {clean(settings.finer, limit=3)}")
    if settings.memory_limit_mb is not None:
        terms.append(f"at most {settings.memory_limit_mb} MB")
    if (seconds := seconds_of(settings.time_limit_minutes)) is not None:
        terms.append(f"at most {time_in_words(seconds)}")
    return terms


def further_figures(run: RunRecord) -> list[str]:
    """Return the figures that have no column of their own, in two columns."""
    of = run.statistics
    left = [
        ("calmar", number(of.get("calmar_ratio"))),
        ("ulcer index", number(of.get("ulcer_index"))),
        ("drawdown, money", number(of.get("max_drawdown"))),
        ("under water", with_percent(number(of.get("time_under_water_pct"), 1))),
        ("longest, days", number(of.get("longest_under_water_days"), 1)),
        ("gross profit", number(of.get("gross_profit"))),
        ("gross loss", number(of.get("gross_loss"))),
        ("commission", number(of.get("commission"))),
        ("chance sharpe > 0", with_percent(percent_of_one(of.get("probabilistic_sharpe")))),
    ]
    right = [
        ("positions", count(of.get("positions"))),
        ("positions won", with_percent(percent_of_one(of.get("position_win_rate")))),
        ("bars held", number(of.get("avg_bars_held"), 1)),
        ("best trade", number(of.get("best_trade"), signed=True)),
        ("worst trade", number(of.get("worst_trade"), signed=True)),
        ("five best, of profit", with_percent(percent_of_one(of.get("best_five_share")))),
        ("average worst (MAE)", number(of.get("avg_mae"), signed=True)),
        ("average best (MFE)", number(of.get("avg_mfe"), signed=True)),
        ("SQN, z-score", f"{number(of.get('sqn'))}, {number(of.get('z_score'))}"),
    ]
    return columns(left, right)


def monthly_table(run: RunRecord) -> list[str]:
    """Return what each month brought in % of the equity before it, a line a year; none without months."""
    by_year: dict[str, dict[int, float | None]] = {}
    for one in run.statistics.get("monthly_returns") or []:
        year, _, month = str(one["month"]).partition("-")
        by_year.setdefault(year, {})[int(month)] = one.get("return_pct")
    if not by_year:
        return []
    heading = "%   " + "".join(f"{name:>{_MONTH}}" for name in _MONTHS) + f"{'year':>{_YEAR}}"
    return [heading, *(_year_line(year, months) for year, months in by_year.items())]


def _year_line(year: str, months: Mapping[int, float | None]) -> str:
    cells = [_month_cell(months, month) for month in range(1, 13)]
    return f"{year:<4}" + "".join(cells) + f"{number(_whole(months), signed=True):>{_YEAR}}"


def _month_cell(months: Mapping[int, float | None], month: int) -> str:
    """Return a month; one without bars stays empty, one without a return is a dash."""
    return f"{number(months[month], 1):>{_MONTH}}" if month in months else " " * _MONTH


def _whole(months: Mapping[int, float | None]) -> float | None:
    """Return what the months of a year make together, in %."""
    product = 1.0
    for value in months.values():
        if value is None:
            return None
        product *= 1.0 + value / 100.0
    return (product - 1.0) * 100.0
