"""`backtape --web` where the extra is not installed."""

import subprocess
import sys

from core.home import Home
from tests.tui.commands.program import ROOT

WITHOUT = """
import sys
sys.modules["textual_serve"] = sys.modules["aiohttp"] = None
from tui.cli import main
sys.exit(main(["--web"]))
"""


def test_without_the_extra_one_sentence_says_how_to_install_it(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "backtape: The screens are served through the package textual-serve, which is not installed;"
        " install it with: pip install 'backtape[web]'\n"
    )
