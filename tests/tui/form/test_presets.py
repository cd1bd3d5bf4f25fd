"""Values of forms that are kept."""

from core.home import Home
from tui.form.presets import LONGEST_NAME, KeptForms, preset_name
from tui.memory import LARGEST_PLACE, Memory


def _kept(home: Home) -> KeptForms:
    return KeptForms(Memory(home, changed=lambda: None))


def _with(home: Home, *names: str) -> KeptForms:
    kept = _kept(home)
    for name in names:
        assert kept.keep_preset(name, {"size": name})
    return kept


def test_what_was_kept_is_there_until_it_is_deleted(home: Home) -> None:
    kept = _with(home, "wide", "narrow")
    assert (kept.names, kept.preset("wide")) == (["narrow", "wide"], {"size": "wide"})
    kept.delete_preset("wide")
    assert (kept.names, kept.preset("wide")) == (["narrow"], {})


def test_the_values_used_last_are_no_preset(home: Home) -> None:
    kept = _kept(home)
    kept.keep_last({"size": "1"})
    assert (kept.last, kept.names) == ({"size": "1"}, [])


def test_values_that_were_left_are_kept_for_their_place_until_others_are_used(home: Home) -> None:
    kept = _kept(home)
    kept.keep_last({"size": "1"})
    assert kept.left_at("EURUSD M15") == {}
    kept.keep_left({"size": "2"}, "EURUSD M15")
    assert (kept.last, kept.left_at("EURUSD M15"), kept.left_at("")) == ({"size": "1"}, {"size": "2"}, {})
    kept.keep_last({"size": "3"})
    assert (kept.last, kept.left_at("EURUSD M15")) == ({"size": "3"}, {})


def test_a_name_is_found_by_its_beginning_if_there_is_one_only(home: Home) -> None:
    kept = _with(home, "wide", "Wider", "narrow")
    assert [kept.find(typed) for typed in ("wide", "WIDER", "n", "wi", "x", "")] == [
        "wide",
        "Wider",
        "narrow",
        None,
        None,
        None,
    ]


def test_tab_goes_through_the_names(home: Home) -> None:
    kept = _with(home, "b", "a", "cd")
    assert [kept.completed(typed) for typed in ("", "a", "b", "cd", "c", "x")] == [
        "a",
        "b",
        "cd",
        "a",
        "cd",
        "x",
    ]


def test_what_somebody_wrote_into_the_file_is_taken_as_far_as_it_is_text(home: Home) -> None:
    memory = Memory(home, changed=lambda: None)
    memory.keep("presets", {"odd": {"size": 1, "spread": "2\x1b[31m", "more": ["a"]}, "none": 3})
    kept = KeptForms(memory)
    assert kept.preset("odd") == {"spread": "2\N{REPLACEMENT CHARACTER}[31m"}
    assert kept.preset("none") == {}


def test_what_the_memory_has_no_room_for_is_refused(home: Home) -> None:
    kept = _with(home, "small")
    assert not kept.keep_preset("large", {"size": "9" * LARGEST_PLACE})
    assert kept.names == ["small"]


def test_a_name_is_short_and_harmless() -> None:
    assert preset_name("  a\x1b]b ") == "a\N{REPLACEMENT CHARACTER}]b"
    assert len(preset_name("x" * 100)) == LONGEST_NAME
