"""The list of runs and what opens over every screen."""

from core.jobs.launch import RunnerStatus
from core.jobs.state import RunnerState
from tests.shots.picture import SMALL, Scene
from tests.shots.stores import empty, lost, noted, paused
from tui.messages import StoreBusy

_SHOWN = ("41 runs", "1 waiting")
_RUNNER = RunnerStatus(living=True, state=RunnerState.RUNNING, running=1, waiting=1)
_MARKED = (*"jjj", *["space"] * 3)

RUN_SCENES = (
    Scene("runs", (), _SHOWN),
    Scene("runs-ascii", ("G",), _SHOWN, ascii_only=True),
    Scene("runs-empty", (), ("There are no runs yet.", "nothing under way"), empty, first="no runs yet"),
    Scene("runs-marked", ("j", "space"), ("1 marked", *_SHOWN)),
    Scene("runs-runner", (), ("1 running, 1 waiting",), patched={"core.jobs.launch.runner_status": _RUNNER}),
    Scene("runs-paused", (), ("queue: 1 running, paused, 1 waiting",), paused),
    Scene("runs-store-busy", (), ("The store is busy",), then=lambda app: app.tell(StoreBusy())),
    Scene("runs-filter", ("slash", *"status:done return>10"), (" of 41 runs",)),
    Scene("runs-filter-kept", ("slash", *"eurusd", "enter"), ("8 of 41 runs", "Enter open")),
    Scene("runs-filter-wrong", ("slash", *"sharp>1"), ("did you mean sharpe?",)),
    Scene("runs-filter-nothing", ("slash", *"status:failed xau"), ("0 of 41 runs",)),
    Scene("runs-sort", ("s",), ("sort: n",)),
    Scene("runs-sorted", ("s", "r"), ("return %▼", "1 waiting")),
    Scene("runs-delete", ("j", "j", "space", "space", "d"), ("Delete 2 runs",)),
    Scene("runs-deleted", (*"jjjdy",), ("Deleted run 38", "40 runs")),
    Scene("runs-brought-back", ("z",), ("Brought back 4 runs", "41 runs"), lost, first="37 runs"),
    Scene("runs-cancel", ("space", "space", "x"), ("Cancel 2 runs", "1 waiting")),
    Scene("runs-cancelling", ("j", "x", "y"), ("Cancelling run 40", "▶ cancelling")),
    Scene("runs-note", ("j", "N"), ("note on run 40: wider stops",), noted),
    Scene("runs-export", (*_MARKED, "e"), ("Export 1 of 3 runs (", "1 waiting")),
    Scene("runs-idle-key", ("Z",), ("Z does nothing here", "1 waiting")),
    Scene("runs-too-small", (), ("Backtape needs 60 columns",), sizes=((59, 15),), first="Backtape needs"),
    Scene("columns", ("o", "j", "space", "G", "space", "K"), ("14 shown", "1 waiting")),
    Scene("compare", (*"jjj", "space", *"jj", "space", "c"), ("Compare 2 runs", "net profit", "1 waiting")),
    Scene(
        "compare-eight",
        (*"jj", *["space"] * 8, "c", " Compare 8 runs", "G"),
        ("Compare 8 runs", "the best of its row", "1 waiting"),
    ),
    Scene("compare-no-curve", (*["space"] * 5, "c"), ("Compare 5 runs", "… waiting", "1 waiting")),
    Scene("compare-running", ("j", *["space"] * 2, "c"), ("Compare 2 runs", "▶ 42 %", "1 waiting")),
    Scene(
        "compare-ascii",
        (*"jjj", "space", *"jj", "space", "c"),
        ("Compare 2 runs", "net profit", "1 waiting"),
        ascii_only=True,
        sizes=SMALL,
    ),
    Scene("help", ("question_mark",), ("Keys of Runs",)),
    Scene("palette", ("colon",), ("What to do, or where to go",)),
    Scene("palette-run", ("colon", *"sma gbp"), ("run 6 ",)),
    Scene("palette-nothing", ("colon", *"xyzzy"), ("Nothing is called so.",)),
)
