from core.run_settings import Name, parameters_in_short, settings_by_section, settings_of, terms_in_short
from tests.records import run


def test_every_setting_is_told_in_the_order_of_the_form() -> None:
    labels = [label for _, label in settings_of(run())]
    assert labels[:4] == ["strategy", "lookback", "stop_pips", "strategy version"]
    assert labels[4:9] == ["symbol", "timeframe", "from", "to", "data version"]
    assert {"balance", "size", "leverage", "spread", "commission", "mode", "context"} <= set(labels)


def test_size_spread_and_conversion_are_told_as_they_were_set() -> None:
    fixed = settings_of(run())
    assert (fixed[Name("account", "size")], fixed[Name("costs", "spread")]) == ("0.1 lots", "1.5 pips")
    other = settings_of(run(risk_pct=1.0, settings={"spread_source": "data", "rates": {"USDJPY": 150.0}}))
    assert (other[Name("account", "size")], other[Name("costs", "spread")]) == ("risk 1 %", "as recorded")
    assert other[Name("costs", "conversion")] == "USDJPY at 150"


def test_a_parameter_that_is_named_like_a_setting_is_another_thing() -> None:
    found = settings_of(run(params={"symbol": "x"}))
    assert (found[Name("strategy", "symbol")], found[Name("market", "symbol")]) == ("x", "EURUSD")


def test_hostile_names_and_values_are_harmless() -> None:
    hostile = run(params={"\x1b]0;x\x07": "\x1b[2J\u202e"}, strategy="\x1bname", execution_mode="\x07mode")
    for text in (*map(str, settings_of(hostile).items()), *parameters_in_short(hostile.params)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "\x07" not in "".join(terms_in_short(hostile))


def test_in_short_only_what_is_unusual_is_added() -> None:
    usual = ["10,000.00 USD", "0.1 lots", "spread 1.5", "intra_candle", "commission 0", "leverage 100"]
    assert terms_in_short(run()) == usual
    swapped = run(settings={"swap_long": -3.5, "slippage_pips": 0.2, "memory_limit_mb": 400})
    assert terms_in_short(swapped) == [*usual, "slippage 0.2", "swap -3.5 and 0", "at most 400 MB"]


def test_in_full_a_setting_says_what_it_means_and_in_short_what_it_is() -> None:
    risky = run(risk_pct=1.0, commission_per_lot=7.0, settings={"swap_long": -5.0})
    short, full = settings_of(risky), settings_of(risky, in_full=True)
    assert list(short) == list(full)
    assert short[Name("execution", "mode")] == "intra_candle"
    assert full[Name("execution", "mode")].startswith("intra_candle: entry at the next open")
    assert full[Name("account", "size")] == "1 % of equity at risk, by the distance of the stop"
    assert full[Name("costs", "commission")] == "7 USD a lot, round turn"
    assert full[Name("costs", "swap")] == "-5 for buys and 0 for sells, USD a lot and night"
    assert full[Name("market", "symbol")] == short[Name("market", "symbol")] == "EURUSD"


def test_what_takes_no_part_is_not_among_the_settings() -> None:
    at_closes = settings_by_section(run(execution_mode="close_price"))
    assert at_closes["model"] == []
    assert "inside bars" not in {one.label for one in at_closes["execution"]}
    assert settings_of(run())[Name("execution", "inside bars")] == "the stop first"


def test_with_finer_bars_nothing_says_that_the_stop_comes_first() -> None:
    execution = settings_by_section(run(settings={"finer": "M1"}))["execution"]
    assert "bars of M1 tell whether stop or target came first" in {one.in_full for one in execution}
    assert not any("stop comes" in one.in_full or "stop counts" in one.in_full for one in execution)


def test_how_profits_become_the_accounts_money_is_told_by_the_pair() -> None:
    def told(symbol: str, currency: str) -> str:
        settings = settings_of(run(symbol=symbol, settings={"account_currency": currency}), in_full=True)
        return settings[Name("costs", "conversion")]

    assert told("EURUSD", "USD") == "none needed"
    assert told("USDJPY", "USD") == "into USD by the pair's own price"
    assert told("EURUSD", "EUR") == "into EUR by the pair's own price"
