"""What signals mean while something else is to be done at them, and afterwards."""

import os
import signal
import subprocess
import sys

from tests.tui.commands.program import ROOT
from tui.terminal.signals import Reactions


def test_a_signal_means_again_what_it_meant() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    seen: list[str] = []
    reactions = Reactions({signal.SIGUSR1: lambda: seen.append("here")})
    reactions.begin()
    reactions.begin()
    os.kill(os.getpid(), signal.SIGUSR1)
    assert seen == ["here"]
    reactions.end()
    assert signal.getsignal(signal.SIGUSR1) == before
    reactions.end()
    assert signal.getsignal(signal.SIGUSR1) == before


def test_a_program_that_does_not_end_by_itself_is_ended_with_its_code() -> None:
    stuck = "import time; from tui.terminal.signals import end_soon; end_soon(143); time.sleep(60)"
    assert subprocess.run([sys.executable, "-c", stuck], cwd=ROOT, check=False).returncode == 143


def test_a_program_that_ends_by_itself_is_not_held_up() -> None:
    quick = "from tui.terminal.signals import end_soon; end_soon(143)"
    assert subprocess.run([sys.executable, "-c", quick], cwd=ROOT, check=False).returncode == 0
