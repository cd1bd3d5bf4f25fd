"""One run: its tabs, in every state that a run can be in."""

from tests.shots.picture import SMALL, Scene
from tests.shots.stores import asked, sourceless, traced, tradeless, unmeasured

NEXT, BEFORE = "greater_than_sign", "less_than_sign"
_WAITING = ("enter", " Run 41 ·")
_RUNNING = ("j", "enter", " Run 40 ·")
_XAUUSD = ("j", "j", "enter", " Run 39 ·")
DETAIL = ("j", "j", "j", "enter", " Run 38 ·")
_FAILED = (*"jjjj", "enter", " Run 37 ·")
_CANCELLED = (*"jjjjj", "enter", " Run 36 ·")
_CHART = (*DETAIL, NEXT, NEXT)
_DRAWN = (*_CHART, " 1 of 1,057")
# Slow enough to be paused before the first bar; then to the fourth trade, and some bars into it.
_SLOWER, _ON = "left_curly_bracket", "right_square_bracket"
_REPLAY = (*[_SLOWER] * 3, "space", "space", *[_ON] * 3, *["full_stop"] * 12)
_ENDED = ("when the run has ended.", "1 waiting")
_NONE = ("The run has no trades.", "1 waiting")

_OVERVIEW = (
    Scene("detail", DETAIL, ("✓ done in", "drawdown %", "buy and hold")),
    Scene("detail-waiting", _WAITING, ("… waiting for its turn", "1 waiting")),
    Scene("detail-running", _RUNNING, ("▶ 42 %", "drawdown %", "1 waiting")),
    Scene("detail-failed", _FAILED, ("killed by signal 9", "1 waiting")),
    Scene("detail-cancelled", _CANCELLED, ("■ cancelled", "1 waiting")),
    Scene("detail-no-trades", DETAIL, ("✓ done in", "1 waiting"), tradeless),
    Scene(
        "detail-ascii",
        DETAIL,
        ("done in", "drawdown %", "buy and hold"),
        ascii_only=True,
        sizes=SMALL,
    ),
    Scene("detail-note", (*DETAIL, "N"), ("note on run 38: before the holidays", "1 waiting"), traced),
    Scene("detail-export", (*DETAIL, "e"), ("Export run 38 as", "1 waiting")),
    Scene("help-detail", (*DETAIL, "question_mark"), ("Keys of Run",)),
)

_TRADES = (
    Scene("detail-trades", (*DETAIL, NEXT), ("2020-01-28 06:45", "1 waiting")),
    Scene("detail-trades-sort", (*DETAIL, NEXT, " entered", "s"), ("sort: ", "1 waiting")),
    Scene("detail-trades-sorted", (*DETAIL, NEXT, " entered", "s", "p"), ("profit▼", "1 waiting")),
    Scene("detail-trades-none", (*DETAIL, NEXT), _NONE, tradeless),
    Scene("detail-trades-running", (*_RUNNING, NEXT), _ENDED),
)

_CHARTS = (
    Scene("detail-chart", _CHART, ("1 of 1,057", "fast 1.", "1 waiting")),
    Scene("detail-chart-all", (*_DRAWN, "0"), ("1 of 1,057", "2021-07", "1 waiting"), sourceless),
    Scene("detail-chart-date", (*_DRAWN, "g"), ("date", "1 waiting"), sourceless),
    Scene(
        "detail-chart-replay",
        (*_DRAWN, *_REPLAY),
        ("paused", "equity 10,000.50", "1 waiting"),
        sourceless,
    ),
    Scene("detail-chart-no-trades", _CHART, ("no trades", "1 waiting"), tradeless),
    Scene("detail-chart-running", (*_RUNNING, NEXT, NEXT), _ENDED, sourceless),
    Scene("detail-chart-gone", (*_XAUUSD, NEXT, NEXT), ("The library no longer has", "1 waiting")),
    Scene(
        "detail-chart-ascii", _CHART, ("1 of 1,057", "1 waiting"), sourceless, ascii_only=True, sizes=SMALL
    ),
    Scene("help-chart", (*_DRAWN, "question_mark"), ("Keys of Run",), sourceless),
)

_FOUR, _THREE, _TWO = [BEFORE] * 4, [BEFORE] * 3, [BEFORE] * 2
_BREAKDOWNS = (
    Scene("detail-calendar", (*DETAIL, *_FOUR), ("best  20", "1 waiting")),
    Scene("detail-calendar-none", (*DETAIL, *_FOUR), _NONE, tradeless),
    Scene("detail-calendar-running", (*_RUNNING, *_FOUR), _ENDED),
    Scene(
        "detail-calendar-ascii",
        (*DETAIL, *_FOUR),
        ("best  20", "1 waiting"),
        ascii_only=True,
        sizes=SMALL,
    ),
    Scene("detail-distribution", (*DETAIL, *_THREE), ("profit of a trade", "1 waiting")),
    Scene("detail-distribution-none", (*DETAIL, *_THREE), _NONE, tradeless),
    Scene("detail-distribution-running", (*_RUNNING, *_THREE), _ENDED),
    Scene(
        "detail-scatter",
        (*DETAIL, *_THREE, " profit of a trade", "G"),
        ("x mostly losers", "1 waiting"),
        unmeasured,
    ),
    Scene(
        "detail-scatter-ascii",
        (*DETAIL, *_THREE, " profit of a trade", "G"),
        ("x mostly losers", "1 waiting"),
        ascii_only=True,
        sizes=SMALL,
    ),
)

_MODEL = (
    Scene("detail-model", (*DETAIL, *_THREE), ("14 of at most 14 requests", "2020-01-27 07:00"), asked),
    Scene("detail-model-none", (*_RUNNING, *_THREE), ("Nothing has been asked yet.",), asked),
    Scene(
        "detail-call",
        (*DETAIL, *_THREE, " 14 of at most 14 requests", "enter"),
        ("came of it", "1 waiting"),
        asked,
    ),
)

_SETTINGS = (
    Scene("detail-settings", (*DETAIL, *_TWO), ("has been edited since", "1 waiting"), traced),
    Scene("detail-settings-builtin", (*DETAIL, *_TWO), ("built in, the same today", "1 waiting")),
    Scene("detail-settings-gone", (*_XAUUSD, *_TWO), ("market\n", "1 waiting")),
    Scene(
        "detail-source",
        (*DETAIL, *_TWO, " has been edited since", "G"),
        ("my_cross.py as it was", "1 waiting"),
        traced,
    ),
    Scene("detail-log", (*DETAIL, BEFORE), ("bar 12: flat", "1 waiting"), traced),
    Scene("detail-log-empty", (*DETAIL, BEFORE), ("Nothing was printed.", "1 waiting")),
    Scene("detail-log-waiting", (*_WAITING, BEFORE), ("Nothing has been printed yet.", "1 waiting")),
)

DETAIL_SCENES = (*_OVERVIEW, *_TRADES, *_CHARTS, *_BREAKDOWNS, *_MODEL, *_SETTINGS)
