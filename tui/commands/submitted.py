"""Runs that were just submitted: followed to their end, or left to the runner."""

from collections.abc import Sequence

from core.home import Home
from tui.commands.endings import DONE, going_on
from tui.commands.output import remark, write


def bring_on(home: Home, ids: Sequence[int], *, detach: bool, as_json: bool) -> int:
    """Show what became of the runs once they have ended, or at once their numbers; return the exit code."""
    if detach:
        return _leave(home, ids, as_json=as_json)
    with going_on(ids):
        from tui.commands.following import follow
        from tui.commands.results import show_ended

        follow(home, ids)
    return show_ended(home, ids, as_json=as_json)


def _leave(home: Home, ids: Sequence[int], *, as_json: bool) -> int:
    from core.jobs.launch import ensure_runner

    ensure_runner(home)
    if as_json:
        from tui.commands.results import show_documents

        show_documents(ids)
    else:
        write("\n".join(str(number) for number in ids))
        alone = len(ids) == 1
        goes = "The run goes on by itself" if alone else "The runs go on by themselves"
        named = " ".join(map(str, ids))
        remark(f"{goes}; 'backtape watch {named}' follows {'it' if alone else 'them'}.")
    return DONE
