"""The whole configuration of a run in plain words, and what became of what it was computed from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from core.jobs.settings import RunSettings
from core.limits import seconds_of, time_in_words
from db.runs import RunRecord
from tui import formats
from tui.drawing.wrapping import bounded, chopped, code_lines, labelled
from tui.form.broker import MODES
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.jobs.provenance import DataState, Provenance, StrategyState

_LABEL = 24
_LOOKING = "being looked at ..."
_INKS = {"+": "good", "-": "bad", "@": "accent"}


class Item(NamedTuple):
    """One setting: its name, its value in words, and whether that is a warning."""

    label: str
    text: str
    style: str = ""


def settings_lines(run: RunRecord, found: "Provenance | None", width: int) -> list[Line]:
    """Return everything that decided the result of a run; `found` is None while it is being looked at."""
    lines: list[Line] = []
    for title, items in _sections(run, found):
        lines += [line(title, "title"), *(part for item in items for part in _item_lines(item, width))]
        lines.append(line(""))
    if found is not None:
        lines += _source_lines(found.strategy, width)
    return bounded(lines)


def _sections(run: RunRecord, found: "Provenance | None") -> Iterator[tuple[str, list[Item]]]:
    settings = RunSettings.of_run(run)
    yield "strategy", _strategy(run, found)
    yield "market", _market(run, found)
    yield "account", _account(run, settings)
    yield "costs", _costs(run, settings)
    yield "execution", _execution(run, settings)
    yield "made", _made(run, found)


def _strategy(run: RunRecord, found: "Provenance | None") -> list[Item]:
    version = (run.strategy_version or "not known")[:12]
    today = Item("source", _LOOKING, "dim") if found is None else _strategy_state(found.strategy)
    parameters = [Item(name, _value(value)) for name, value in run.params.items()]
    return [Item("name", run.strategy), *parameters, Item("version", version), today]


def _strategy_state(strategy: "StrategyState") -> Item:
    if strategy.state == "same":
        return Item("source", "built in, the same today" if strategy.builtin else "the same today")
    return Item("source", strategy.sentence, "warn")


def _market(run: RunRecord, found: "Provenance | None") -> list[Item]:
    period = f"{formats.minute(run.start_date)} to {formats.minute(run.end_date)} UTC, the end left out"
    known = [Item("symbol", run.symbol), Item("timeframe", run.timeframe), Item("period", period)]
    known.append(Item("data file", run.data_file_path or "none"))
    if found is None:
        return [*known, Item("bars tested", _LOOKING, "dim")]
    return [*known, *(_data_state(data) for data in found.data)]


def _data_state(data: "DataState") -> Item:
    return Item(data.use, data.sentence, "" if data.is_same else "warn")


def _account(run: RunRecord, settings: RunSettings) -> list[Item]:
    size = f"{_value(run.volume)} lots"
    if run.risk_pct is not None:
        size = f"{_value(run.risk_pct)} % of equity at risk, by the distance of the stop"
    return [
        Item("balance", f"{formats.number(run.initial_balance)} {settings.account_currency}"),
        Item("size", size),
        Item("leverage", f"1:{_value(settings.leverage)}"),
    ]


def _costs(run: RunRecord, settings: RunSettings) -> list[Item]:
    spread = f"{_value(run.spread_pips)} pips"
    if settings.spread_source == "data":
        spread = "as recorded with each bar, its smallest"
    commission = f"{_value(run.commission_per_lot)} {settings.account_currency} a lot, in and out together"
    swap = "none"
    if settings.swap_long or settings.swap_short:
        swap = f"{_value(settings.swap_long)} for buys and {_value(settings.swap_short)} for sells"
        swap += f", {settings.account_currency} a lot and night"
    return [
        Item("spread", spread),
        Item("commission", commission if run.commission_per_lot else "none"),
        Item("slippage", f"{_value(settings.slippage_pips)} pips" if settings.slippage_pips else "none"),
        Item("swap", swap),
        Item("conversion", _conversion(settings)),
    ]


def _conversion(settings: RunSettings) -> str:
    if settings.conversion is not None:
        return f"into {settings.account_currency} by the bars of the pair"
    fixed = ", ".join(f"{pair} at {_value(rate)}" for pair, rate in settings.rates.items())
    return f"fixed: {fixed}" if fixed else "none needed"


def _execution(run: RunRecord, settings: RunSettings) -> list[Item]:
    mode = run.execution_mode
    part = f"{formats.percent_of_one(run.tp_partial_close_ratio, 0)} % of what is left, at each but the last"
    inside = f"bars of {settings.finer} say what came first" if settings.finer else "the stop comes first"
    items = [
        Item("mode", f"{mode}: {MODES[mode]}" if mode in MODES else mode),
        Item("part at target", part),
        Item("context", " ".join(map(str, run.context_tfs)) or "none"),
    ]
    if mode == "intra_candle":
        items.append(Item("inside bars", inside))
    return [*items, *_model(run, settings), *_limits(settings)]


def _model(run: RunRecord, settings: RunSettings) -> list[Item]:
    calls = formats.plural(run.max_llm_calls, "call")
    if run.job is None or not run.job.uses_model:
        return [Item("model", f"not asked (at most {calls})")]
    where = f"{settings.model or 'not known'} at {settings.endpoint or 'not known'}"
    items = [Item("model", f"{where}, at most {calls}")]
    if settings.cutoff is not None:
        begins_before = f"{run.start_date:%Y-%m-%d}" <= settings.cutoff
        told = f"what happened until {settings.cutoff}"
        known = f"{told}, so of this period too: what it does well may be memory" if begins_before else told
        items.append(Item("it may know", known, "warn" if begins_before else ""))
    if settings.generation:
        items.append(Item("asked afresh", formats.plural(settings.generation, "time")))
    return items


def _limits(settings: RunSettings) -> list[Item]:
    items = []
    if settings.memory_limit_mb is not None:
        items.append(Item("memory limit", f"{settings.memory_limit_mb:,} MB"))
    seconds = seconds_of(settings.time_limit_minutes)
    if seconds is not None:
        items.append(Item("time limit", time_in_words(seconds)))
    return items


def _made(run: RunRecord, found: "Provenance | None") -> list[Item]:
    items = [Item("on", f"{formats.minute(run.created_at)} UTC")]
    if run.started_at is not None:
        items.append(Item("began", f"{formats.minute(run.started_at)} UTC"))
    if run.finished_at is not None:
        items.append(Item("ended", f"{formats.minute(run.finished_at)} UTC"))
    if found is None:
        items.append(Item("by", _LOOKING, "dim"))
    else:
        items.append(Item("by", found.code.sentence))
    items.append(Item("data version", run.dataset_version or "not known"))
    return [*items, Item("note", run.notes)] if run.notes else items


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _item_lines(item: Item, width: int) -> list[Line]:
    return labelled(item.label, item.text, width, room=_LABEL, style=item.style)


# Source


def _source_lines(strategy: "StrategyState", width: int) -> list[Line]:
    lines: list[Line] = []
    if strategy.difference:
        lines.append(line("from the source of the run to today's", "title"))
        for text in strategy.difference:
            lines += [line(part, _INKS.get(text[:1], "")) for part in chopped(text, width)]
        lines.append(line(""))
    for file, text in strategy.files.items():
        lines += [line(f"{file} as it was", "title"), *code_lines(text, width), line("")]
    return lines
