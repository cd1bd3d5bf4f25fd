"""The columns of runs, in the order of the table; a test holds them to the models."""

METRICS = (
    "total_trades",
    "win_rate",
    "profit_factor",
    "expectancy",
    "max_drawdown_pct",
    "recovery_factor",
    "sharpe_ratio",
    "sortino_ratio",
    "total_return_pct",
    "avg_win",
    "avg_loss",
    "max_consec_wins",
    "max_consec_losses",
    "avg_spread",
)

RUN_COLUMNS = (
    "id",
    "strategy_id",
    "symbol",
    "timeframe",
    "start_date",
    "end_date",
    "initial_balance",
    "spread_pips",
    "execution_mode",
    "primary_tf",
    "context_tfs",
    "max_llm_calls",
    "status",
    "progress_pct",
    "error_message",
    *METRICS,
    "commission_per_lot",
    "tp_partial_close_ratio",
    "data_file_path",
    "created_at",
    "volume",
    "risk_pct",
    "params",
    "settings",
    "strategy_version",
    "dataset_version",
    "code_version",
    "notes",
    "started_at",
    "finished_at",
    "deleted_at",
)

STATUSES = ("pending", "running", "completed", "failed", "cancelled")
# Of a run that waits or is under way.
ACTIVE = frozenset(STATUSES[:2])
