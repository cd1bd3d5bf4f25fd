"""The reports of runs in which something is missing: trades, losses, variance, the account itself."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.datasets import import_bars
from core.home import Home
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe
from db import runs
from db.connection import connect
from db.upgrade import open_store
from tests.homes import end_everything
from tests.tui.commands.program import call
from tui.drawing.room import Room
from tui.formats import UNDEFINED as DASH
from tui.pages.overview import overview_lines

Capture = pytest.CaptureFixture[str]

HOURS = 24 * 40

# Buys at the close of each of `at`, leaves `held` bars later.
TRADER = '''
from core.strategies import Strategy, parameter


class Trader(Strategy):
    """Buys at some bars and holds for a while."""

    at: str = parameter("")
    held: int = parameter(5, minimum=1)

    def on_bar(self, context):
        entries = [int(bar) for bar in self.at.split()]
        if context.index in entries:
            context.buy()
        elif context.index - self.held in entries:
            context.exit()
'''


@pytest.fixture(scope="module")
def markets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """EURUSD rising by a pip an hour, GBPUSD that never moves, AUDUSD that halves on its tenth day."""
    folder = tmp_path_factory.mktemp("edges") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        home = Home(folder).create()
        open_store(home.store)
        (home.strategies / "trader.py").write_text(TRADER)
        rising = 1.1 + np.arange(HOURS) * 0.0001
        halved = np.where(np.arange(HOURS) < 240, 0.7, 0.35)
        with closing(connect(home.store)) as connection:
            for symbol, prices in (
                ("EURUSD", rising),
                ("GBPUSD", np.full(HOURS, 1.25)),
                ("AUDUSD", halved),
            ):
                import_bars(home, connection, hourly(symbol, prices), dialect="plain")
        yield home
        end_everything(home)


def hourly(symbol: str, closes: npt.ArrayLike) -> Bars:
    """Bars of one price each, weekends left in."""
    prices = np.asarray(closes, dtype=np.float64)
    time = np.datetime64("2020-01-06", "s") + np.arange(len(prices)) * np.timedelta64(3600, "s")
    return Bars(
        find_instrument(symbol), Timeframe.H1, DayRule("UTC"), time, *(prices,) * 4, volume=prices * 0
    )


@dataclass(frozen=True)
class Seen:
    """What is told of one run: its JSON, its full report, its page in the screens."""

    row: dict[str, Any]
    report: str
    page: str

    def told(self, label: str) -> str:
        """The figure behind a label in the report."""
        found = re.search(rf"(?:^|  ){re.escape(label)} {{2,}}(\S+)", self.report, re.MULTILINE)
        assert found, f"no {label} in {self.report}"
        return found[1]

    def undefined(self, *names: str) -> bool:
        """Whether all of these are null."""
        return all(self.row[name] is None for name in names)


Ran = Callable[..., Seen]


@pytest.fixture
def ran(markets: Home, capsys: Capture) -> Ran:
    """Run the trader and look at it in every way."""

    def run(symbol: str, at: str, *options: str) -> Seen:
        given = [*("run", "trader", symbol, "H1", "--set", f"at={at}", "--spread", "0"), *options]
        said = call(capsys, *given, "--json")
        assert (said.code, said.err) == (0, "")
        number = said.document["id"]
        row = call(capsys, "show", str(number), "--trades", "--json").document
        shown = call(capsys, "show", str(number)).out
        with closing(connect(markets.store)) as connection:
            record = runs.get(connection, number)
        assert record is not None
        lines = overview_lines(record, ([], []), Room(120, 60, ascii_only=False))
        page = "\n".join("".join(cell.text for cell in line) for line in lines)
        for text in (shown, page):
            assert not re.search(r"\b(nan|inf|infinity|none|null)\b", text, re.IGNORECASE)
        return Seen(row, shown, page)

    return run


OF_TRADES = ("win_rate", "profit_factor", "expectancy", "avg_win", "avg_loss")
OF_RISK = ("recovery_factor", "sharpe_ratio", "sortino_ratio", "probabilistic_sharpe", "calmar_ratio")
OF_POSITIONS = (
    *("position_win_rate", "best_trade", "worst_trade", "best_five_share", "avg_mae", "avg_mfe"),
    *("avg_bars_held", "sqn", "z_score"),
)


def test_without_trades_only_what_needs_none_is_a_figure(ran: Ran) -> None:
    seen = ran("EURUSD", "")
    assert seen.row["trades"] == []
    assert (seen.row["total_trades"], seen.row["max_consec_wins"], seen.row["max_consec_losses"]) == (0, 0, 0)
    assert seen.undefined(*OF_TRADES, *OF_RISK, *OF_POSITIONS)
    assert (seen.row["total_return_pct"], seen.row["max_drawdown_pct"], seen.row["cagr_pct"]) == (0, 0, 0)
    assert (seen.row["final_equity"], seen.row["exposure_pct"], seen.row["avg_spread"]) == (10_000, 0, 0)
    assert [one["return_pct"] for one in seen.row["monthly_returns"]] == [0.0, 0.0]
    for label in ("profit factor", "sharpe", "sortino", "win rate", "expectancy", "calmar", "positions won"):
        assert seen.told(label) == DASH
    assert (seen.told("trades"), seen.told("return"), seen.told("max drawdown")) == ("0", "0.00", "0.00")
    assert seen.page.count(DASH) >= 15


def test_one_winning_trade(ran: Ran) -> None:
    # In at the close of bar 100 at 1.11, out five bars and five pips later: 0.1 lots of 10 dollars a pip.
    seen = ran("EURUSD", "100")
    (trade,) = seen.row["trades"]
    assert trade["profit"] == pytest.approx(5.0)
    assert (seen.row["total_trades"], seen.row["win_rate"], seen.row["position_win_rate"]) == (1, 1.0, 1.0)
    assert seen.row["expectancy"] == seen.row["avg_win"] == trade["profit"]
    assert seen.undefined("profit_factor", "avg_loss", "recovery_factor", "sortino_ratio", "sqn", "z_score")
    assert seen.row["total_return_pct"] == pytest.approx(0.05)
    assert (seen.row["max_drawdown_pct"], seen.row["best_five_share"]) == (0, pytest.approx(1.0))
    # One day of forty days' returns, and 39 of nothing.
    returns = np.array([0.0005, *[0.0] * (seen.row["returns"] - 1)])
    assert seen.row["sharpe_ratio"] == pytest.approx(returns.mean() / returns.std(ddof=1) * 252**0.5)
    assert (seen.told("profit factor"), seen.told("average loss")) == (DASH, DASH)
    assert (seen.told("average win"), seen.told("losses in a row")) == ("+5.00", "0")


def test_one_losing_trade(ran: Ran) -> None:
    seen = ran("EURUSD", "100", "--commission", "100")
    assert seen.row["win_rate"] == 0
    assert seen.row["profit_factor"] == 0
    assert seen.row["avg_loss"] == seen.row["expectancy"] == pytest.approx(-5.0)
    # The commission of 10 stands against the position from its entry on; 5 of it are won back.
    assert seen.row["recovery_factor"] == pytest.approx(-0.5)
    assert seen.undefined("avg_win", "best_five_share", "sqn", "z_score")
    assert (seen.told("average win"), seen.told("profit factor")) == (DASH, "0.00")


def test_without_a_losing_trade_there_is_no_profit_factor(ran: Ran) -> None:
    seen = ran("EURUSD", "100 200 300")
    assert (seen.row["total_trades"], seen.row["win_rate"], seen.row["max_consec_wins"]) == (3, 1.0, 3)
    assert seen.undefined("profit_factor", "avg_loss", "recovery_factor", "calmar_ratio", "sortino_ratio")
    assert seen.undefined("sqn", "z_score")
    assert (seen.told("profit factor"), seen.told("sortino"), seen.told("win rate")) == (DASH, DASH, "100.0")


def test_prices_that_never_move_have_no_variance(ran: Ran) -> None:
    seen = ran("GBPUSD", "100 200 300")
    assert [trade["profit"] for trade in seen.row["trades"]] == [0.0, 0.0, 0.0]
    assert (seen.row["win_rate"], seen.row["expectancy"], seen.row["max_consec_losses"]) == (0, 0, 0)
    assert seen.undefined("profit_factor", "avg_win", "avg_loss", *OF_RISK, "sqn", "z_score")
    assert (seen.told("sharpe"), seen.told("average win"), seen.told("expectancy")) == (DASH, DASH, "0.00")


def test_an_account_that_goes_broke(ran: Ran) -> None:
    # 0.7 to 0.35 on a lot is 35,000 dollars lost of 10,000: closed there, and nothing is traded any more.
    seen = ran("AUDUSD", "235 300 400", "--lots", "1", "--set", "held=50")
    (trade,) = seen.row["trades"]
    assert (trade["exit_reason"], trade["exit_price"]) == ("stop_out", 0.35)
    assert trade["profit"] == pytest.approx(-35_000)
    assert seen.row["final_equity"] == pytest.approx(-25_000)
    assert seen.row["total_return_pct"] == pytest.approx(-350)
    assert seen.row["max_drawdown_pct"] == pytest.approx(350)
    assert seen.row["recovery_factor"] == pytest.approx(-1)
    assert seen.row["stopped_out"] is True
    assert seen.undefined("sharpe_ratio", "sortino_ratio", "probabilistic_sharpe", "cagr_pct", "calmar_ratio")
    assert seen.row["monthly_returns"][-1]["return_pct"] is None
    assert "went broke" in seen.report
    assert "used up" in seen.page
    assert (seen.told("sharpe"), seen.told("return a year"), seen.told("return")) == (DASH, DASH, "-350.00")
