"""A run as a record, without a store."""

from datetime import UTC, datetime
from typing import Any

from db.runs import RunRecord

START = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2021, 1, 1, tzinfo=UTC)
STATISTICS: dict[str, Any] = {
    "final_equity": 5993.7,
    "net_profit": -4006.3,
    "cagr_pct": -40.0,
    "buy_and_hold_pct": 3.5,
    "exposure_pct": 82.25,
    "ambiguous_exits": 14,
    "refused_entries": 0,
    "stopped_out": False,
}


def run(**changed: Any) -> RunRecord:  # noqa: ANN401
    """A completed run, but for what is changed."""
    row: dict[str, Any] = {
        "id": 7,
        "strategy_id": 1,
        "symbol": "EURUSD",
        "timeframe": "M15",
        "start_date": START,
        "end_date": END,
        "initial_balance": 10_000.0,
        "spread_pips": 1.5,
        "execution_mode": "intra_candle",
        "primary_tf": "M15",
        "context_tfs": [],
        "max_llm_calls": 100,
        "status": "completed",
        "progress_pct": 100,
        "error_message": None,
        "total_trades": 1359,
        "win_rate": 0.3135,
        "profit_factor": 0.772,
        "expectancy": -2.948,
        "max_drawdown_pct": 41.588,
        "recovery_factor": -0.955,
        "sharpe_ratio": -2.467,
        "sortino_ratio": -2.987,
        "total_return_pct": -40.063,
        "avg_win": 31.87,
        "avg_loss": -18.89,
        "max_consec_wins": 5,
        "max_consec_losses": 15,
        "avg_spread": 1.5,
        "commission_per_lot": 0.0,
        "tp_partial_close_ratio": 0.5,
        "data_file_path": None,
        "created_at": START,
        "volume": 0.1,
        "risk_pct": None,
        "params": {"lookback": 20, "stop_pips": 30.0},
        "settings": {},
        "strategy_version": None,
        "dataset_version": None,
        "code_version": None,
        "notes": None,
        "started_at": START,
        "finished_at": START.replace(second=2),
        "deleted_at": None,
        "strategy": "donchian_breakout",
        "statistics": STATISTICS,
        "job": None,
    }
    return RunRecord(**(row | changed))
