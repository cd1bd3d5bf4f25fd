"""Other engines on the same job and the same bars, in an environment of their own."""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np

from core.market.bars import Bars

SCRIPT = Path(__file__).with_name("peers.py")

# Each engine, and how many bars it gets: slow ones fewer, what a bar costs is much the same.
PEERS = {"vectorbt": 1_000_000, "backtesting": 100_000}
LONGEST = 900


def print_peers(folder: Path, bars: Bars, ours: float) -> None:
    """Print what a bar costs other engines, beside what it costs ours; say why one is missing."""
    python = _environment(folder)
    print(f"\n{'peers, the same job':44}{'median':>10}{'least':>10}{'to ours':>10}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, count in PEERS.items():
            trouble = _install(python, name)
            if trouble:
                print(f"{name:44}not installed: {trouble}")
                continue
            print(_row(name, _run(python, name, _saved(bars.slice(0, min(count, len(bars))), scratch)), ours))


def _environment(folder: Path) -> Path:
    """Return the interpreter of a virtual environment, which is made if it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"Making {folder} for other engines ...", file=sys.stderr)
        venv.create(folder, with_pip=True)
    return python.absolute()


def _install(python: Path, name: str) -> str:
    """Install an engine unless it is there; return why that did not work, or nothing."""
    if not subprocess.run(
        [python, "-m", "pip", "show", "-q", name], capture_output=True, check=False
    ).returncode:
        return ""
    print(f"Installing {name} ...", file=sys.stderr)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name]
    return _trouble(command)


def _trouble(command: list[str]) -> str:
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"it took more than {LONGEST} s"
    return "" if made.returncode == 0 else _last_line(made.stderr)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:120] if lines else "no reason was given"


def _saved(bars: Bars, folder: str) -> Path:
    """Save bars where another interpreter can read them without our code."""
    path = Path(folder) / "bars.npz"
    columns = {name: getattr(bars, name) for name in ("time", "open", "high", "low", "close", "volume")}
    np.savez(path, **columns, pip=bars.pip)
    return path


def _run(python: Path, name: str, path: Path) -> "dict[str, float] | str":
    """Return what the engine's script measured, or why it did not."""
    command = [str(python), str(SCRIPT), name, str(path)]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"it took more than {LONGEST} s"
    if told.returncode:
        return _last_line(told.stderr)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def _row(name: str, found: "dict[str, float] | str", ours: float) -> str:
    if isinstance(found, str):
        return f"{name:44}did not run: {found}"
    words = f"{name} {found['version']}, {found['bars']:,} bars, {found['trades']:,} trades"
    return f"{words:44}{found['median']:10.1f}{found['least']:10.1f}{found['median'] / ours:9.1f}x"
