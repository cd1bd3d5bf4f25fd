"""The fields of the new-run form about the broker and the account, and what they mean to the request."""

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from core.market.timeframes import Timeframe
from core.run_settings import MODES
from tui.form.fields import FieldSpec, Group, number_text
from tui.form.markets import Market

if TYPE_CHECKING:
    from core.jobs.request import RunRequest

DEFAULTS: Mapping[str, str] = {
    "initial_balance": "10000",
    "account_currency": "USD",
    "spread": "1.5",
    "commission_per_lot": "0",
    "size": "0.1",
    "execution_mode": "close_price",
    "tp_partial_close_ratio": "0.5",
    "leverage": "100",
    "context_tfs": "",
    "finer": "",
    "rates": "",
    "slippage_pips": "0",
    "swap": "0,0",
    "max_llm_calls": "100",
    "fresh": "no",
    "memory_limit_mb": "",
    "time_limit_minutes": "",
}

# Fields that the request takes as they are typed.
_NUMBERS = ("initial_balance", "commission_per_lot", "tp_partial_close_ratio", "leverage", "slippage_pips")
_PLAIN = (*_NUMBERS, "account_currency", "execution_mode", "context_tfs")

_PAIR = re.compile("[A-Za-z]{6}")

# Fields of the request that one field of the form stands for.
STANDS_FOR = {
    "spread_pips": "spread",
    "spread_source": "spread",
    "volume": "size",
    "risk_pct": "size",
    "swap_long": "swap",
    "swap_short": "swap",
}


def groups(markets: Sequence[Market], mode: str, finer: Sequence[Timeframe]) -> tuple[Group, Group]:
    """Return the fields; `finer` are the timeframes that can decide inside the runs' bars."""
    has_spread = all(market.data.has_spread for market in markets)
    recorded = "pips; or data: the spread recorded with each bar, its smallest" if has_spread else "pips"
    broker = (
        FieldSpec("execution_mode", "mode", MODES[mode], tuple((name, name) for name in MODES)),
        FieldSpec("size", "size", "lots; or 1%: that share of equity at risk, needs a stop"),
        FieldSpec("spread", "spread", recorded),
        FieldSpec("commission_per_lot", "commission", "per lot, entry and exit together"),
        FieldSpec("initial_balance", "balance", "at the start, in the account currency"),
        FieldSpec("account_currency", "currency", "of the account"),
        FieldSpec("leverage", "leverage", "entries that need more margin are refused"),
        FieldSpec("tp_partial_close_ratio", "part at target", "closed at each target but the last"),
    )
    more = (
        FieldSpec("context_tfs", "context", "coarser timeframes to look at too, such as H4,D1"),
        FieldSpec(
            "finer",
            "inside bars",
            "bars that tell what came first inside a bar; off: the stop did",
            (("", "off"), *((str(timeframe), str(timeframe)) for timeframe in finer)),
        ),
        FieldSpec("rates", "fixed rates", "in place of imported ones, such as USDJPY=150"),
        FieldSpec("slippage_pips", "slippage", "pips that market and stop orders lose"),
        FieldSpec("swap", "swap", "per lot and night, for buys and for sells, such as -3.5,1.2"),
        FieldSpec("memory_limit_mb", "memory limit", "MB that the run may take; empty: no limit"),
        FieldSpec("time_limit_minutes", "time limit", "minutes that the run may take; empty: no limit"),
    )
    return Group("Broker", broker), Group("More", more)


def values(texts: Mapping[str, str]) -> dict[str, object]:
    """Return the texts as the run request takes them."""
    found: dict[str, object] = {name: texts[name] for name in _PLAIN}
    if texts["spread"].lower() == "data":
        found["spread_source"] = "data"
    else:
        found["spread_pips"] = texts["spread"]
    if texts["size"].endswith("%"):
        found["risk_pct"] = texts["size"][:-1].strip()
    else:
        found["volume"] = texts["size"]
    found |= {name: texts[name] or None for name in ("finer", "memory_limit_mb", "time_limit_minutes")}
    found["rates"] = _rates(texts["rates"])
    found["swap_long"], _, found["swap_short"] = texts["swap"].partition(",")
    return found


def problems(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with texts that stand for several values, by field.

    The request sees only those values, and could not say what was typed.
    """
    found = {"swap": _wrong_in_swap(texts["swap"]), "rates": _wrong_in_rates(texts["rates"])}
    return {name: sentence for name, sentence in found.items() if sentence}


def _wrong_in_swap(text: str) -> str:
    from core.jobs.request import told_not_to_be

    amounts = text.split(",")
    if len(amounts) == 2 and all(map(_is_number, amounts)):
        return ""
    rule = "The swap must be two amounts per lot and night, for buys and for sells, such as -3.5,1.2"
    return f"{rule}; {told_not_to_be(text)}."


def _wrong_in_rates(text: str) -> str:
    from core.jobs.request import told_not_to_be

    named = []
    for part in _parts(text):
        pair, _, rate = part.partition("=")
        if not _PAIR.fullmatch(pair) or not _is_number(rate):
            rule = "A fixed rate must be a pair and a number above 0, such as USDJPY=150"
            return f"{rule}; {told_not_to_be(part)}."
        if pair.upper() in named:
            return f"The fixed rates name {pair.upper()} twice; give it once."
        named.append(pair.upper())
    return ""


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def texts(request: "RunRequest") -> dict[str, str]:
    """Return the texts that a request was made of: `values` makes the same of them."""
    found = {name: number_text(getattr(request, name)) for name in _NUMBERS}
    limits = {name: getattr(request, name) for name in ("memory_limit_mb", "time_limit_minutes")}
    found |= {name: "" if limit is None else number_text(limit) for name, limit in limits.items()}
    risk = request.risk_pct
    return found | {
        "spread": "data" if request.spread_source == "data" else number_text(request.spread_pips),
        "size": number_text(request.volume) if risk is None else f"{number_text(risk)}%",
        "execution_mode": request.execution_mode,
        "account_currency": request.account_currency,
        "context_tfs": ",".join(request.context_tfs),
        "finer": request.finer or "",
        "rates": ",".join(f"{pair}={number_text(rate)}" for pair, rate in request.rates.items()),
        "swap": f"{number_text(request.swap_long)},{number_text(request.swap_short)}",
        "max_llm_calls": str(request.max_llm_calls),
        "fresh": "yes" if request.fresh else "no",
    }


def _rates(text: str) -> dict[str, str]:
    return {pair: rate for pair, _, rate in (part.partition("=") for part in _parts(text))}


def _parts(text: str) -> list[str]:
    """Return what was typed for each pair, however they are kept apart."""
    return [part for part in re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", text)) if part]
