"""The registry of actions, and what is made from it."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tui.screens
from tui.keys.action import EVERYWHERE
from tui.keys.registry import FORMS, SCREENS, actions_of, bindings_of, clashes, footer_of, keys_table
from tui.keys.table import ACTIONS
from tui.panes.pane import Pane
from tui.screens.base import WorkScreen
from tui.screens.detail import PANES as DETAIL_PANES
from tui.screens.help import help_lines

for module in iter_modules(tui.screens.__path__, "tui.screens."):
    import_module(module.name)


def kinds_of(kind: type[WorkScreen]) -> Iterator[type[WorkScreen]]:
    for below in kind.__subclasses__():
        yield from (below, *kinds_of(below))


CLASSES = {kind.NAME: kind for kind in kinds_of(WorkScreen) if kind.NAME}


def done_by(name: str) -> set[str]:
    """Return the actions that a screen and what acts for it have a method for."""
    kinds = (CLASSES[name], *getattr(CLASSES[name], "ACTORS", ()))
    return {method[3:] for kind in kinds for method in dir(kind) if method.startswith("do_")}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_can_do_everything_it_offers(name: str) -> None:
    assert {one.name for one in actions_of(name)} <= done_by(name)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_offers_everything_it_can_do(name: str) -> None:
    offered = {action.name for action in ACTIONS if name in action.screens or EVERYWHERE in action.screens}
    assert done_by(name) <= offered


@pytest.mark.parametrize("name", SCREENS)
def test_every_action_is_bound_and_in_the_help(name: str) -> None:
    bound = {binding.id for binding in bindings_of(name) if not isinstance(binding, tuple)}
    assert bound >= {action.name for action in actions_of(name)}
    page = "\n".join("".join(part.text for part in parts) for parts in help_lines((name,)))
    assert all(action.help in page for action in actions_of(name))


def test_every_action_has_a_key_that_a_browser_hands_on() -> None:
    # A new tab, a new window, the end of the tab: no page gets to hear of these.
    own = {"ctrl+t", "ctrl+n", "ctrl+w"}
    assert [action.name for action in ACTIONS if own.issuperset(action.keys)] == []


@pytest.mark.parametrize("name", ["take_clock", "skip"])
def test_the_bottom_line_of_an_import_names_the_key_that_goes_anywhere(name: str) -> None:
    (action,) = [one for one in footer_of(["import_preview"]) if one.name == name]
    assert action.keys[0] in {"ctrl+y", "ctrl+l"}


@pytest.mark.parametrize("kind", DETAIL_PANES, ids=lambda kind: kind.NAME)
def test_a_tab_can_do_everything_it_offers_and_offers_everything_it_can_do(kind: type[Pane]) -> None:
    own = {attribute[3:] for attribute in dir(kind) if attribute.startswith("do_")}
    assert own == {action.name for action in actions_of(kind.NAME)}


@pytest.mark.parametrize("name", SCREENS)
def test_the_footer_ends_with_the_key_of_the_help(name: str) -> None:
    assert footer_of((name,))[-1].name == "help"


def test_every_screen_is_in_the_registry() -> None:
    assert CLASSES.keys() == SCREENS.keys()


def test_every_action_has_a_name_of_its_own() -> None:
    names = [action.name for action in ACTIONS]
    assert len(set(names)) == len(names)


def test_no_key_means_two_things() -> None:
    assert clashes() == []


@pytest.mark.parametrize("name", SCREENS)
def test_the_way_out_is_called_quit_at_home_and_back_elsewhere(name: str) -> None:
    way_out = "quit" if name == "runs" else "back"
    assert footer_of((name,))[-2].label == way_out
    page = ["".join(part.text for part in parts) for parts in help_lines((name,))]
    told = [line.split(maxsplit=1)[1] for line in page if line.split()[0] == "q"]
    assert [text.startswith(way_out) for text in told] == [name not in FORMS] * len(told)


def test_the_table_of_keys_has_every_action() -> None:
    table = keys_table()
    assert all(action.help in table for action in ACTIONS)
