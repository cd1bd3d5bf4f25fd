"""The log of mistakes of our own."""

import pytest

from core.home import Home
from tui.mistakes import LOG_LIMIT, keep_traceback, without_secrets


def a_mistake(text: str) -> BaseException:
    hidden = "value-of-a-variable"
    try:
        raise ValueError(text)
    except ValueError as error:
        assert hidden
        return error


def test_the_log_has_the_lines_but_neither_keys_nor_values(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_LLM_API_KEY", "sentinel-0815")
    monkeypatch.setenv("SOME_TOKEN", "another-4711")
    log = keep_traceback(a_mistake("401 for sentinel-0815 with another-4711"), home)
    assert log is not None
    text = log.read_text()
    assert "401 for [BACKTAPE_LLM_API_KEY] with [SOME_TOKEN]" in text
    assert "raise ValueError(text)" in text
    assert "sentinel" not in text
    assert "value-of-a-variable" not in text.replace('hidden = "value-of-a-variable"', "")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_key_too_short_to_be_one_is_left_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SORT_KEY", "id")
    assert without_secrets("an idle runner") == "an idle runner"


def test_the_log_is_bounded_however_long_the_mistakes_are(home: Home) -> None:
    for _ in range(25):
        keep_traceback(a_mistake("x" * 10_000_000), home)
    sizes = [path.stat().st_size for path in home.logs.glob("backtape.log*")]
    assert len(sizes) == 2
    assert max(sizes) < LOG_LIMIT * 1.2


def test_a_mistake_cannot_move_the_terminal_of_whoever_reads_it(home: Home) -> None:
    log = keep_traceback(a_mistake("\x1b]0;title\x07"), home)
    assert log is not None
    assert "\x1b" not in log.read_text()


def test_a_log_that_is_a_link_is_not_followed(home: Home) -> None:
    target = home.path / "precious"
    target.write_text("mine")
    (home.logs / "backtape.log").symlink_to(target)
    assert keep_traceback(a_mistake("oh"), home) is None
    assert target.read_text() == "mine"
