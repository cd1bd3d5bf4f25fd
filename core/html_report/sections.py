"""The parts of the report above its trades: what it was, its figures, its months, its settings."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from core.formats import (
    MONTHS,
    UNDEFINED,
    count,
    day,
    last_moment,
    minute,
    number,
    percent_of_one,
    status_word,
    taken,
)
from core.html_report.markup import element, text
from core.results.figures import FIGURES, FURTHER, MAIN, Figure, value_of
from core.results.groups import Group
from core.results.months import Year, years
from core.run_breakdowns import Sides
from core.run_remarks import remarks
from core.run_settings import settings_of
from core.text import clean
from db.runs import RunRecord

# Months of at least so many percent are shaded darker.
_SHADES = (1.0, 4.0)


def title_of(run: RunRecord) -> str:
    """Return what the page is called, as plain text."""
    return clean(f"Run {run.id} · {run.strategy} · {run.symbol} {run.timeframe}", limit=200)


def heading(run: RunRecord) -> str:
    """Return what was run, what became of it, the note, and what makes its figures doubtful."""
    period = f"{day(run.start_date)} to {day(last_moment(run.start_date, run.end_date))}"
    doubts = "".join(element("li", text(sentence)) for sentence in remarks(run))
    return (
        element("h1", text(title_of(run)))
        + element("p", text(f"{period} · {_ended(run)}"), class_="dim")
        + (element("p", text(run.notes), class_="note") if run.notes else "")
        + (element("ul", doubts, class_="remarks") if doubts else "")
    )


def _ended(run: RunRecord) -> str:
    if run.started_at is None or run.finished_at is None:
        return status_word(run.status)
    return f"{status_word(run.status)} in {taken((run.finished_at - run.started_at).total_seconds())}"


def main_figures(run: RunRecord) -> str:
    """Return the figures that come first."""
    return element("h2", "Figures") + _figures(run, MAIN)


def sides(found: Sides) -> str:
    """Return what buys brought and what sells did; "" without trades."""
    if not any(group.trades for group in found.values()):
        return ""
    names = ("trades", "win rate", "net profit", "a trade")
    head = element("th") + "".join(element("th", name, class_="n", scope="col") for name in names)
    rows = "".join(_side(name, group) for name, group in found.items())
    table = element("table", element("thead", element("tr", head)) + element("tbody", rows))
    return element("h2", "Buys and sells") + element("div", table, class_="scroll")


def _side(name: str, group: Group) -> str:
    cells = (
        element("td", text(count(group.trades)), class_="n"),
        element("td", text(f"{percent_of_one(group.win_rate)} %"), class_="n"),
        element("td", text(number(group.profit, signed=True)), class_=f"n {_gain(group.profit)}".rstrip()),
        element("td", text(number(group.mean, signed=True)), class_=f"n {_gain(group.mean)}".rstrip()),
    )
    return element("tr", element("th", name, scope="row") + "".join(cells))


def further_figures(run: RunRecord) -> str:
    """Return the other figures, and what all of them mean."""
    meanings = "".join(element("div", _pair(figure.label, figure.meaning)) for figure in FIGURES)
    told = element("summary", "What the figures mean") + element("dl", meanings, class_="figures")
    return element("h2", "More figures") + _figures(run, FURTHER) + element("details", told)


def _figures(run: RunRecord, figures: Sequence[Figure]) -> str:
    return element("dl", (_figure(figure, value_of(run, figure)) for figure in figures), class_="figures")


def _figure(figure: Figure, value: float | None) -> str:
    gain = _gain(value) if figure.signed else ""
    return element("div", _pair(figure.label, figure.text(value), gain))


def _pair(name: str, told: str, style: str = "") -> str:
    value = element("dd", text(told), class_=style) if style else element("dd", text(told))
    return element("dt", text(name)) + value


def _gain(value: float | None) -> str:
    return "" if not value else "good" if value > 0 else "bad"


def calendar(run: RunRecord) -> str:
    """Return what each month and each year brought, in % of the equity before it; "" without months."""
    found = years(run.statistics.get("monthly_returns"))
    if not found:
        return ""
    names = "".join(element("th", name, class_="n", scope="col") for name in (*MONTHS, "year"))
    head = element("thead", element("tr", element("td") + names))
    table = element("table", head + element("tbody", map(_year, found)))
    return element("h2", "Months, %") + element("div", table, class_="scroll")


def _year(year: Year) -> str:
    cells = "".join(_month(year, number) for number in range(1, 13))
    return element("tr", element("th", text(year.name), scope="row") + cells + _cell(year.return_pct, 2))


def _month(year: Year, number: int) -> str:
    month = year.months.get(number)
    return "<td></td>" if month is None else _cell(month.return_pct, 1)


def _cell(value: float | None, digits: int) -> str:
    shade = 1 + sum(abs(value or 0.0) >= least for least in _SHADES)
    colour = f" {'g' if value > 0 else 'b'}{shade}" if value else ""
    return element("td", text(number(value, digits, signed=True)), class_=f"n{colour}")


def settings(run: RunRecord) -> str:
    """Return everything that decided the result, and from which data and code it was made."""
    rows: list[str] = []
    before = ""
    for (section, label), told in settings_of(run, in_full=True).items():
        rows.append(_setting(section if section != before else "", label, told))
        before = section
    rows += [_setting("" if index else "made", *made) for index, made in enumerate(_made(run))]
    return element("h2", "Settings") + element("table", rows, class_="settings")


def _setting(section: str, label: str, told: str) -> str:
    return element(
        "tr", element("th", text(section)) + element("th", text(label)) + element("td", text(told))
    )


def _made(run: RunRecord) -> Iterator[tuple[str, str]]:
    yield "on", f"{minute(run.created_at)} UTC"
    yield "by", f"Backtape {run.code_version or 'of a version not known'}"
    # Where it lies is nobody's business whom the report is mailed to.
    yield "data file", PurePath(run.data_file_path).name if run.data_file_path else UNDEFINED
    yield "data", run.dataset_version or UNDEFINED
    yield "strategy source", run.strategy_version or UNDEFINED
