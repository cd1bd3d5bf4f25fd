"""The tables as SQLAlchemy models: the one description that migrations are checked against."""

from db.models.base import Base, UtcDateTime
from db.models.datasets import Dataset, DatasetVersion
from db.models.llm import LlmCall, RunLlmCall
from db.models.optimization import OptimizationResult, OptimizationRun
from db.models.process import Number, Queue, Runner
from db.models.runs import BacktestRun, RunCurve, RunJob, RunStatistics
from db.models.strategies import Strategy, StrategyVersion
from db.models.trades import BacktestTrade

__all__ = [
    "BacktestRun",
    "BacktestTrade",
    "Base",
    "Dataset",
    "DatasetVersion",
    "LlmCall",
    "Number",
    "OptimizationResult",
    "OptimizationRun",
    "Queue",
    "RunCurve",
    "RunJob",
    "RunLlmCall",
    "RunStatistics",
    "Runner",
    "Strategy",
    "StrategyVersion",
    "UtcDateTime",
]
