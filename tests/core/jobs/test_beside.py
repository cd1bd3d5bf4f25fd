import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from core.config import add_instrument
from core.datasets import import_bars
from core.errors import BacktapeError
from core.jobs.rates import RatesOfRun, unused_rates
from core.jobs.request import parse_request
from core.jobs.submit import Prepared, prepare
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import Instrument, find_instrument
from core.market.timeframes import Timeframe, parse_timeframe
from db import datasets
from tests.core.jobs.bench import Bench

START, END = "2020-01-06", "2020-03-06"


def bars(symbol: str | Instrument, timeframe: str, start: str = START, end: str = END) -> Bars:
    """Bars at one price, every day of the week."""
    instrument = find_instrument(symbol) if isinstance(symbol, str) else symbol
    frame = parse_timeframe(timeframe)
    time = np.arange(np.datetime64(start, "s"), np.datetime64(end, "s"), frame.seconds)
    price = np.full(len(time), 100.0)
    return Bars(instrument, frame, DayRule("UTC"), time, price, price, price, price, price * 0)


def stored(bench: Bench, *more: Bars) -> list[str]:
    """Import bars; return the digests of their versions."""
    imported = (import_bars(bench.home, bench.connection, one, dialect="plain") for one in more)
    return [one.record.digest for one in imported]


def prepared(bench: Bench, **values: object) -> Prepared:
    least = {"strategy": "sma_cross", "symbol": "EURJPY", "timeframe": "H1", "account_currency": "JPY"}
    return prepare(bench.connection, bench.home, parse_request(least | values))


def refused(bench: Bench, **values: object) -> tuple[str | None, str]:
    with pytest.raises(BacktapeError) as caught:
        prepared(bench, **values)
    return caught.value.field, str(caught.value)


# Conversion


@pytest.mark.parametrize(
    ("symbol", "currency", "told"),
    [
        ("EURJPY", "USD", "Profits in JPY cannot be turned into USD: import USDJPY, or give a fixed rate"),
        ("XAUUSD", "EUR", "Profits in USD cannot be turned into EUR: import EURUSD, or give a fixed rate"),
        ("XAUUSD", "JPY", "Profits in USD cannot be turned into JPY: import USDJPY, or give a fixed rate"),
        ("EURJPY", "ABC", "import JPYABC or ABCJPY, or give a fixed rate, such as JPYABC=1.25"),
    ],
)
def test_a_missing_rate_is_refused_naming_the_pair_as_brokers_quote_it(
    bench: Bench, symbol: str, currency: str, told: str
) -> None:
    stored(bench, bars(symbol, "H1"))
    field, sentence = refused(bench, symbol=symbol, account_currency=currency)
    assert field == "rates"
    assert told in sentence


@pytest.mark.parametrize(("symbol", "currency"), [("EURJPY", "JPY"), ("EURJPY", "EUR"), ("XAUUSD", "USD")])
def test_an_account_in_the_quote_or_the_base_needs_no_pair(bench: Bench, symbol: str, currency: str) -> None:
    stored(bench, bars(symbol, "H1"))
    assert prepared(bench, symbol=symbol, account_currency=currency).run.settings["conversion"] is None


def test_the_pair_is_taken_at_the_timeframe_that_fits_best(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"))
    coarse, fitting, finest = stored(bench, bars("USDJPY", "D1"), bars("USDJPY", "H1"), bars("USDJPY", "M5"))
    assert prepared(bench, account_currency="USD").run.settings["conversion"] == fitting
    assert prepared(bench, account_currency="USD", timeframe="D1").run.settings["conversion"] == coarse
    assert prepared(bench, account_currency="USD", timeframe="H4").run.settings["conversion"] == fitting
    assert finest not in prepared(bench, account_currency="USD").run.settings.values()


def test_a_pair_that_covers_only_part_of_the_period_is_refused(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"), bars("USDJPY", "H1", "2020-01-06", "2020-01-20"))
    field, told = refused(bench, account_currency="USD")
    assert field == "rates"
    assert "USDJPY H1 has bars from 2020-01-06 to 2020-01-19 only" in told
    inside = prepared(bench, account_currency="USD", start="2020-01-06", end="2020-01-20")
    assert inside.run.settings["conversion"] is not None


@pytest.mark.parametrize("currency", ["JPY", "EUR"])
def test_a_rate_that_no_run_needs_is_told_with_what_is_needed(bench: Bench, currency: str) -> None:
    stored(bench, bars("EURJPY", "H1"))
    given = prepared(bench, account_currency=currency, rates={"GBPUSD": 1.25}).rates
    assert unused_rates([given]) == (
        f"The fixed rate of GBPUSD is not used: in a {currency} account EURJPY needs none."
    )


@pytest.mark.parametrize("pair", ["USDJPY", "JPYUSD"])
def test_a_rate_that_one_of_the_runs_needs_is_not_told(bench: Bench, pair: str) -> None:
    stored(bench, bars("EURJPY", "H1"), bars("EURUSD", "H1"))
    runs = [
        prepared(bench, symbol=symbol, account_currency="USD", rates={pair: 2.0}).rates
        for symbol in ("EURUSD", "EURJPY")
    ]
    assert unused_rates(runs) == ""
    assert unused_rates(runs[:1]) != ""


def test_rates_beside_the_one_that_is_needed_are_told(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"))
    rates = {"USDJPY": 150.0, "EURUSD": 1.1, "GBPUSD": 1.25}
    assert unused_rates([prepared(bench, account_currency="USD", rates=rates).rates]) == (
        "The fixed rates of EURUSD, GBPUSD are not used: in a USD account EURJPY needs USDJPY."
    )


def test_of_many_symbols_some_are_told() -> None:
    runs = [RatesOfRun(f"AB{letter}USD", "USD", {"EURJPY": 1.0}, ()) for letter in "CDEFG"]
    assert unused_rates(runs).endswith("ABEUSD needs none, ABFUSD needs none and 1 more.")


# Context timeframes


def test_contexts_are_made_from_the_runs_own_bars_where_they_can_be(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"), bars("EURJPY", "H4"))
    run = prepared(bench, context_tfs="H4,D1").run
    assert run.context_tfs == ["H4", "D1"]
    assert run.settings["contexts"] == {}


def test_a_context_that_the_runs_own_bars_cannot_make_is_a_dataset_of_its_own(bench: Bench) -> None:
    (own,) = stored(bench, bars("EURJPY", "M20"))
    (other,) = stored(bench, bars("EURJPY", "M15"))
    run = prepared(bench, timeframe="M20", context_tfs="M30,H1").run
    assert (run.dataset_version, run.settings["contexts"]) == (own, {"M30": other})


def test_a_context_that_is_missing_is_refused(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "M20"))
    field, told = refused(bench, timeframe="M20", context_tfs="M30")
    assert field == "context_tfs"
    assert "The context timeframe M30 cannot be made from the M20 bars of EURJPY; import EURJPY M30" in told


def test_a_context_that_is_shorter_than_the_period_is_refused(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "M20"), bars("EURJPY", "M30", "2020-02-01", END))
    field, told = refused(bench, timeframe="M20", context_tfs="M30")
    assert field == "context_tfs"
    assert "EURJPY M30 has bars from 2020-02-01 to 2020-03-05 only" in told
    assert prepared(bench, timeframe="M20", context_tfs="M30", start="2020-02-01").bars > 0


@pytest.mark.parametrize("context", ["M30", "H1"])
def test_a_context_at_or_below_the_primary_is_refused(bench: Bench, context: str) -> None:
    stored(bench, bars("EURJPY", "H1"))
    assert refused(bench, context_tfs=context) == (
        "context_tfs",
        f"The context timeframe {context} must be coarser than the run's own, H1.",
    )


# Finer bars


def test_the_finer_bars_are_named_by_timeframe_and_version(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"))
    (minutes,) = stored(bench, bars("EURJPY", "M1"))
    run = prepared(bench, finer="m5", execution_mode="intra_candle").run
    assert (run.settings["finer"], run.settings["finer_version"]) == ("M5", minutes)
    plain = prepared(bench, execution_mode="intra_candle").run
    assert (plain.settings["finer"], plain.settings["finer_version"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"finer": "M1"}, "which only intra_candle asks"),
        ({"finer": "H1", "execution_mode": "intra_candle"}, "must be finer than the run's own, H1"),
        ({"finer": "D1", "execution_mode": "intra_candle"}, "must be finer than the run's own, H1"),
        ({"finer": "M7", "execution_mode": "intra_candle"}, "'M7' is not"),
        ({"finer": "M1", "execution_mode": "intra_candle"}, "The library has no EURJPY M1"),
        ({"finer": "M20", "timeframe": "M30", "execution_mode": "intra_candle"}, "do not fill bars of M30"),
    ],
)
def test_a_finer_timeframe_that_cannot_decide_is_refused(
    bench: Bench, values: dict[str, object], told: str
) -> None:
    stored(bench, bars("EURJPY", "H1"), bars("EURJPY", "M20"), bars("EURJPY", "M30"))
    field, sentence = refused(bench, **values)
    assert field == "finer"
    assert told in sentence


def test_finer_bars_of_another_time_are_refused(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"), bars("EURJPY", "M1", "2019-01-01", "2019-01-03"))
    field, told = refused(bench, finer="M1", execution_mode="intra_candle")
    assert field == "finer"
    assert "EURJPY M1 has bars from 2019-01-01 to 2019-01-02 only, none of them in the period" in told


# Versions that are replaced


def test_what_a_run_stands_on_is_not_swept_when_it_is_replaced(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "M20"), bars("USDJPY", "H1"), bars("EURJPY", "M15"), bars("EURJPY", "M1"))
    values: dict[str, object] = {"symbol": "EURJPY", "timeframe": "M20", "start": None, "end": None}
    values |= {"account_currency": "USD", "context_tfs": "M30", "finer": "M1"}
    run = bench.run(bench.submit("sma_cross", **values, execution_mode="intra_candle"))
    digests = {run.settings["conversion"], run.settings["contexts"]["M30"], run.settings["finer_version"]}
    assert len(digests) == 3
    for symbol, timeframe in (("USDJPY", "H1"), ("EURJPY", "M15"), ("EURJPY", "M1")):
        shorter = bars(symbol, timeframe, "2020-01-07")
        import_bars(bench.home, bench.connection, shorter, dialect="plain", replace=True)
    assert datasets.unused(bench.connection) == []
    assert digests <= datasets.in_use(bench.connection)


# The user's own instruments


COCOA = Instrument("COCOA", "COCOA", "USD", 2, 1.0, 10.0)


def test_an_own_instrument_is_run_with_its_own_terms(bench: Bench) -> None:
    add_instrument(bench.home, COCOA)
    field, told = refused(bench, symbol="cocoa", account_currency="USD")
    assert field == "symbol"
    assert "The library has no COCOA" in told
    stored(bench, bars(COCOA, "H1"))
    assert prepared(bench, symbol="cocoa", account_currency="USD").run.symbol == "COCOA"


def test_bars_imported_with_other_terms_than_the_config_now_gives_are_refused(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"))
    assert prepared(bench).bars > 0
    add_instrument(bench.home, replace(find_instrument("EURJPY"), contract_size=10_000))
    field, told = refused(bench)
    assert field == "symbol"
    assert "gives EURJPY a contract_size of 10000.0, but its bars were imported with 100000" in told
    assert "import the file again with --replace" in told


def test_a_config_that_cannot_be_understood_refuses_the_run(bench: Bench) -> None:
    bench.home.config.write_text("[runner]\nworkers = many\n")
    assert "config.toml is not TOML" in refused(bench)[1]


def test_the_period_told_is_that_of_the_bars(bench: Bench) -> None:
    stored(bench, bars("EURJPY", "H1"))
    run = prepared(bench).run
    assert run.start_date == dt.datetime(2020, 1, 6, tzinfo=dt.UTC)
    assert Timeframe(run.timeframe) is Timeframe.H1
