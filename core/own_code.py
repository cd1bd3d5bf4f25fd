"""Starting this very code in a process of its own, from wherever it was imported."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import BacktapeError

ROOT = Path(__file__).resolve().parents[1]


def own_command(module: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
    """Return what runs a module of this code, which is found nowhere else: `own_environment` names where.

    No module is taken from the folder that the process is started in; `options` are more for the
    interpreter.
    """
    return [sys.executable, "-P", *options, "-m", module, *arguments]


def own_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment, ours unless another is given, in which this code is found before any other."""
    given = os.environ if environment is None else environment
    paths = [str(ROOT), *filter(None, [given.get("PYTHONPATH")])]
    return {**given, "PYTHONPATH": os.pathsep.join(paths)}


def start_own(purpose: str, command: Sequence[str], **how: Any) -> "subprocess.Popen[Any]":  # noqa: ANN401
    """Start a process as `subprocess.Popen` does, in a session of its own and in no folder of anybody's.

    Raises:
        BacktapeError: this machine does not let it; `purpose` is what the process does, for the sentence.
    """
    try:
        return subprocess.Popen(command, cwd="/", start_new_session=True, **how)
    except OSError as error:
        reason = error.strerror or error
        raise BacktapeError(f"The process that {purpose} cannot be started ({reason}).") from error
