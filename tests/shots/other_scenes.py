"""The form, the strategies, the data library and imports."""

from tests.shots.detail_scenes import DETAIL
from tests.shots.picture import SMALL, Scene
from tests.shots.stores import (
    conflicting,
    empty,
    odd_files,
    own,
    peeking,
    price_file,
    several_files,
    sources,
)

_FORM = ("n", " Enter starts the run")
# Both symbols, and two timeframes of them.
_MARKETS = (*["down"] * 5, "asterisk", "down", "space", *"h1", "space")
_PRESETS = ("ctrl+s", *"night", "enter", "ctrl+s", *["backspace"] * 5, *"wide", "enter")
_EMPTY = "no runs yet"

_FORMS = (
    Scene("new-run", ("n",), ("bars  how long", "Enter starts the run", "1 waiting")),
    Scene("new-run-wrong", (*_FORM, "down", "0"), ("lookback must be", "1 waiting")),
    Scene("new-run-empty", ("n",), ("There is no price history yet.",), empty, first=_EMPTY),
    Scene("new-run-markets", (*_FORM, *_MARKETS), ("4 runs, ", "1 waiting")),
    Scene("new-run-preset", (*_FORM, *_PRESETS, "ctrl+o", "tab"), ("take preset", "night", "1 waiting")),
    Scene(
        "new-run-clone",
        (*DETAIL, "C"),
        ("New run like run 38", "Enter starts the run", "1 waiting"),
    ),
    Scene(
        "new-run-ascii",
        ("n",),
        ("bars  how long", "Enter starts the run", "1 waiting"),
        ascii_only=True,
        sizes=SMALL,
    ),
    Scene("help-form", (*_FORM, "f1"), ("Keys of New run",)),
)

_LISTED = ("3", " atr_trend")
_OWN = (*_LISTED, "G", " my_cross · own")
_NAMED = (*["backspace"] * 3, *"D1")
_TIME = (r"\d+\.\d s\b", "1.0 s")

_STRATEGIES = (
    Scene("strategies", _OWN, ("1 waiting",), own),
    Scene("strategies-builtin", (*_LISTED, "j"), ("bollinger_reversion ·", "1 waiting"), own),
    Scene("strategies-error", (*_LISTED, "G", "k"), ("broken.py, line 4", "1 waiting"), own),
    Scene(
        "strategies-empty",
        ("3", "g"),
        ("no runs yet",),
        empty,
        first=_EMPTY,
        unsteady=(r"\b[0-9a-f]{12}\b", "0" * 12),
    ),
    Scene("strategies-source", (*_OWN, "enter"), ("class MyCross", "1 waiting"), own),
    Scene(
        "strategies-edit",
        (*_OWN, "e"),
        ("There is no program", "1 waiting"),
        own,
        environment={"EDITOR": "no-such-editor"},
    ),
    Scene("strategies-edit-builtin", (*_LISTED, "e"), ("is built in", "1 waiting"), own),
    Scene("strategies-add", (*_LISTED, "a"), ("name of the new strategy:", "1 waiting"), own),
    Scene("strategies-ascii", _OWN, ("1 waiting",), own, ascii_only=True, sizes=SMALL),
    Scene("check", (*_OWN, "c", *_NAMED, "enter"), ("1 finding", "1 waiting"), peeking, unsteady=_TIME),
    Scene(
        "check-passes",
        (*_OWN, "c", *_NAMED, "enter"),
        ("nothing found", "1 waiting"),
        own,
        unsteady=_TIME,
    ),
    Scene(
        "check-refused",
        (*_OWN, "c", *["backspace"] * 3, *"X", "enter"),
        ("There is no timeframe 'X'",),
        own,
    ),
)

_DATA = (
    Scene("data", ("4",), ("recorded with each bar", "100.00", "1 waiting")),
    Scene("data-empty", ("4",), ("The data library is empty.",), empty, first=_EMPTY),
    Scene("data-sources", ("4", " dukascopy", "j"), ("99.9", "1 waiting"), sources),
    Scene("data-page", ("4", " 99.9", "j", "enter"), ("Data ·", "1 waiting"), sources),
    Scene("data-delete", ("4", " 100.00", "d"), ("Delete EURUSD M15", "1 waiting")),
    Scene("data-sample", ("4", " 100.00", "m"), ("The sample market is there already.", "1 waiting")),
    Scene("data-no-file", ("4", "i", *"x.csv", "enter"), ("There is no such file.", "1 waiting")),
    Scene(
        "data-ascii",
        ("4",),
        ("recorded with each bar", "100.00", "1 waiting"),
        ascii_only=True,
        sizes=SMALL,
    ),
    Scene(
        "import",
        ("4", "i", *"EURUSD60.csv", "enter"),
        ("EURUSD H1, not imported yet", "1 waiting"),
        price_file,
    ),
    Scene("import-refused", ("4", "i", *"hours.csv", "enter"), ("✗ no symbol", "1 waiting"), odd_files),
    Scene(
        "import-no-bars",
        ("4", "i", *"GBPUSD60.csv", "enter"),
        ("✗ not understood", "1 waiting"),
        odd_files,
    ),
    Scene(
        "import-several",
        ("4", "i", *"*_M1.csv", "enter"),
        ("Import 1 of 3", "AUDUSD M1, not imported yet", "1 waiting"),
        several_files,
    ),
    Scene(
        "import-conflict",
        ("4", "i", *"EURUSD60.csv", "enter"),
        ("bars there differ", "1 waiting"),
        conflicting,
    ),
    Scene(
        "import-done",
        ("4", "i", *"EURUSD60.csv", "enter", " EURUSD H1, not imported yet", "enter", "y"),
        ("EURUSD H1: ", "1 waiting"),
        price_file,
    ),
)

OTHER_SCENES = (*_FORMS, *_STRATEGIES, *_DATA)
