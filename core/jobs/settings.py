"""What a run keeps in its `settings`: the part of its configuration that has no column of its own."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from core.limits import is_memory, is_time

if TYPE_CHECKING:
    from core.engine.terms import Terms
    from core.jobs.beside import Beside
    from core.jobs.request import RunRequest
    from db.runs import NewRun, RunRecord


@dataclass(frozen=True)
class RunSettings:
    """Costs and account beyond the columns, and which dataset versions stand beside the primary one.

    `conversion` is the version of the pair that turns profits into the account
    currency, None where none is needed; `contexts` are the versions of context
    timeframes that cannot be made from the run's own bars. `finer` is the
    timeframe that decides what is ambiguous inside a bar, and `finer_version` the
    version it is taken from; None where the pessimistic reading stands. The limits
    are those in force when the run was made, None where there was none. `model` and
    `endpoint` (its host alone) are those asked, None for a run that asks none,
    `generation` which fresh start of its ledger it stands in, `cutoff` the day up to which the model
    is known to know what happened.
    """

    spread_source: str = "fixed"
    leverage: float = 100.0
    account_currency: str = "USD"
    rates: Mapping[str, float] = field(default_factory=dict)
    slippage_pips: float = 0.0
    swap_long: float = 0.0
    swap_short: float = 0.0
    conversion: str | None = None
    contexts: Mapping[str, str] = field(default_factory=dict)
    finer: str | None = None
    finer_version: str | None = None
    memory_limit_mb: int | None = None
    time_limit_minutes: float | None = None
    model: str | None = None
    endpoint: str | None = None
    generation: int = 0
    cutoff: str | None = None

    @classmethod
    def of_request(cls, request: "RunRequest", beside: "Beside") -> "RunSettings":
        """Return the settings of a request, with the dataset versions found for it."""
        return cls(
            spread_source=request.spread_source,
            leverage=request.leverage,
            account_currency=request.account_currency,
            rates=request.rates,
            slippage_pips=request.slippage_pips,
            swap_long=request.swap_long,
            swap_short=request.swap_short,
            conversion=beside.conversion,
            contexts=beside.contexts,
            finer=None if request.finer is None else str(request.finer),
            finer_version=beside.finer,
            memory_limit_mb=request.memory_limit_mb,
            time_limit_minutes=request.time_limit_minutes,
        )

    @classmethod
    def of_run(cls, run: "RunRecord") -> "RunSettings":
        """Return the settings of a stored run; what an older version did not write has its default.

        So has what another program has spoiled; who computes asks `unreadable` first.
        """
        written = {name: run.settings[name] for name in cls.__dataclass_fields__ if name in run.settings}
        return cls(**{name: value for name, value in written.items() if _fits(name, value)})

    def stored(self) -> dict[str, Any]:
        """Return what is kept as JSON."""
        return asdict(self)


def unreadable(run: "RunRecord") -> tuple[str, ...]:
    """Return which columns and settings of a stored run hold what Backtape did not write."""
    written = ((name, value) for name, value in run.settings.items() if name in DEFAULTS)
    spoiled = (f"settings.{name}" for name, value in written if not _fits(name, value))
    return (*run.unreadable, *spoiled)


DEFAULTS = asdict(RunSettings())
_LIMITS = {"memory_limit_mb": is_memory, "time_limit_minutes": is_time}


def _fits(name: str, value: object) -> bool:
    """Return whether a setting is of the kind of its default; None stands for a text that is not needed."""
    default = DEFAULTS[name]
    if name in _LIMITS:
        return value is None or _LIMITS[name](value)
    if isinstance(default, dict):
        inner = _is_number if name == "rates" else _is_text
        return isinstance(value, Mapping) and all(inner(one) for one in value.values())
    if isinstance(default, float):
        return _is_number(value)
    if isinstance(default, int):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return _is_text(value) or (default is None and value is None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def terms_of(run: "RunRecord | NewRun", settings: RunSettings) -> "Terms":
    """Return the terms the broker works to."""
    from core.engine.terms import Terms

    return Terms(
        mode="intra_candle" if run.execution_mode == "intra_candle" else "close_price",
        initial_balance=run.initial_balance,
        spread_pips=None if settings.spread_source == "data" else run.spread_pips,
        volume=run.volume,
        risk_pct=run.risk_pct,
        commission_per_lot=run.commission_per_lot,
        partial_ratio=run.tp_partial_close_ratio,
        leverage=settings.leverage,
        account_currency=settings.account_currency,
        fixed_rates=settings.rates,
        slippage_pips=settings.slippage_pips,
        swap_long=settings.swap_long,
        swap_short=settings.swap_short,
    )
