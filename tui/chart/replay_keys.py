"""What the bottom line names while a replay is on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tui.keys.action import Action, pair_of
from tui.keys.registry import ALWAYS, Actions, footer_of


def replay_keys(
    actions: Actions, places: Sequence[str], *, is_playing: bool, is_at_end: bool, has_trades: bool
) -> list[Action]:
    """Return what can be done in a replay, by the keys it has now, the most important first."""
    by_name = {action.name: action for action in actions}

    def one(name: str, label: str) -> Action:
        return replace(by_name[name], label=label)

    def pair(back: str, on: str, label: str) -> Action:
        return pair_of(by_name[back], by_name[on], label)

    def named() -> Iterator[Action]:
        if not is_at_end:
            yield one("play", "pause" if is_playing else "play")
        yield one("back", "end replay")
        if not is_at_end:
            yield pair("slower", "faster", "speed")
        yield one("step_back", "step back") if is_at_end else pair("step_back", "step", "step")
        if has_trades:
            yield pair("previous_trade", "next_trade", "trades")
        yield one("to_date", "date")
        yield pair("zoom_out", "zoom_in", "zoom")
        yield one("next_tab", "next tab")
        yield from (action for action in footer_of(places, actions=actions) if action.footer >= ALWAYS)

    return list(named())
