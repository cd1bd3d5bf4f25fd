import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import Config, add_instrument, own_instruments, read_config
from core.errors import BacktapeError
from core.home import Home
from core.market.instruments import Instrument, find_instrument
from tests.conftest import ROOT

COCOA = """
[instruments.cocoa]
base = "COCOA"
quote = "usd"
digits = 0
pip = 1
contract_size = 10
minimum_lot = 0.1
"""


def written(home: Home, text: str) -> Config:
    home.config.write_text(text)
    return read_config(home)


def refusal(home: Home, text: str) -> str:
    with pytest.raises(BacktapeError) as caught:
        written(home, text)
    assert str(caught.value).startswith(str(home.config))
    assert "\x1b" not in str(caught.value)
    return str(caught.value).removeprefix(str(home.config))


def test_without_a_file_nothing_is_set(home: Home) -> None:
    assert read_config(home) == Config()
    assert written(home, "# nothing yet\n") == Config()


def test_an_instrument_of_the_users_own_is_read(home: Home) -> None:
    found = written(home, COCOA).instruments
    assert found == {"COCOA": Instrument("COCOA", "COCOA", "USD", 0, 1.0, 10.0, 0.01, 0.1)}


def test_the_number_of_workers_is_read(home: Home) -> None:
    assert written(home, "[runner]\nworkers = 3\n").workers == 3


def test_the_limits_of_all_runs_are_read(home: Home) -> None:
    found = written(home, "[runner]\nmemory_mb = 500\ntime_minutes = 2.5\n")
    assert (found.workers, found.memory_mb, found.time_minutes) == (None, 500, 2.5)


def test_one_line_is_enough_for_an_instrument(home: Home) -> None:
    with pytest.raises(BacktapeError) as caught:
        find_instrument("COCOA")
    line = str(caught.value).partition(": instruments")[2].rstrip(".")
    assert "COCOA" in written(home, "instruments" + line).instruments


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[instruments.COCOA\n", "is not TOML: Expected ']'"),
        ("a = \x1b[2J", "is not TOML"),
        ("[runer]\nworkers = 2\n", "has a section 'runer', which means nothing"),
        ("workers = 2\n", "has a section 'workers', which means nothing"),
        ("[screen]\nfont = 2\n", ": screen has a key 'font', which means nothing; there is theme"),
        ("[screen]\ntheme = 'blue'\n", ": screen.theme must be one of ansi, dark, light, high-contrast, not"),
        ("[screen]\ntheme = ['dark']\n", ": screen.theme must be one of"),
        ("runner = 2\n", ": runner must be a section [runner]"),
        ("instruments = []\n", ": instruments must be a section [instruments.NAME]"),
        ("[instruments]\nCOCOA = 1\n", ": COCOA must be a section"),
        ("[runner]\nworker = 2\n", ": runner has a key 'worker', which means nothing; there is workers"),
        ("[runner]\nworkers = 0\n", ": runner.workers must be a whole number from 1 to 256, not '0'"),
        ("[runner]\nworkers = true\n", ": runner.workers must be a whole number"),
        ("[runner]\nworkers = 2.5\n", ": runner.workers must be a whole number"),
        (
            "[runner]\nmemory_mb = 49\n",
            ": runner.memory_mb must be a whole number from 50 to 1,000,000, not '49'",
        ),
        ("[runner]\nmemory_mb = 500.0\n", ": runner.memory_mb must be a whole number"),
        ("[runner]\nmemory_mb = '1 GB'\n", ": runner.memory_mb must be a whole number"),
        (
            "[runner]\ntime_minutes = 0\n",
            ": runner.time_minutes must be a number above 0 and at most 100,000, not",
        ),
        ("[runner]\ntime_minutes = inf\n", ": runner.time_minutes must be a number above 0"),
        ("[runner]\ntime_minutes = true\n", ": runner.time_minutes must be a number above 0"),
        (COCOA + "tick = 1\n", ": instruments.COCOA has a key 'tick', which means nothing"),
        (COCOA.replace("pip = 1\n", ""), ": instruments.COCOA has no pip; add one, such as pip = 0.01"),
        (COCOA.replace("pip = 1", 'pip = "1"'), ": instruments.COCOA.pip must be a number above 0"),
        (COCOA.replace("pip = 1", "pip = 0"), ": instruments.COCOA.pip must be a number above 0"),
        (COCOA.replace("pip = 1", "pip = nan"), ": instruments.COCOA.pip must be a number above 0"),
        (COCOA.replace("pip = 1", "pip = 0.1"), ": instruments.COCOA.pip is smaller than the last"),
        (COCOA.replace("digits = 0", "digits = 1.0"), ": instruments.COCOA.digits must be a whole number"),
        (COCOA.replace("digits = 0", "digits = 99"), ": instruments.COCOA.digits must be a whole number"),
        (COCOA.replace('"usd"', '"US D"'), ": instruments.COCOA.quote must be a name like"),
        (COCOA.replace('"usd"', '"cocoa"'), ": instruments.COCOA has COCOA for base and quote"),
        (COCOA.replace("size = 10", "size = -1"), ": instruments.COCOA.contract_size must be a number"),
        (COCOA + COCOA.replace("cocoa", "Cocoa"), " describes COCOA twice"),
        ('[instruments."../up"]\n', ": an instrument cannot be called '../up'"),
        ('[instruments."\\u001b[2J"]\n', ": an instrument cannot be called '\N{REPLACEMENT CHARACTER}[2J'"),
    ],
)
def test_what_has_no_meaning_is_refused_with_file_and_key(home: Home, text: str, told: str) -> None:
    assert told in refusal(home, text)


def test_what_is_merely_shown_does_without_a_file_that_has_a_mistake(home: Home) -> None:
    assert set(own_instruments(home)) == set()
    written(home, COCOA)
    assert set(own_instruments(home)) == {"COCOA"}
    home.config.write_text(COCOA + "tick = 1\n")
    assert set(own_instruments(home)) == set()


def test_a_file_that_is_no_text_is_refused(home: Home) -> None:
    home.config.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BacktapeError, match=r"config\.toml cannot be read \(it is not UTF-8 text\)"):
        read_config(home)


@pytest.mark.parametrize(
    "put",
    [
        lambda path: path.mkdir(),
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
    ],
    ids=["folder", "pipe", "device"],
)
def test_what_is_no_file_is_refused_without_opening_it(home: Home, put: Callable[[Path], None]) -> None:
    put(home.config)
    with pytest.raises(BacktapeError, match=r"config\.toml is not a file; move it away"):
        read_config(home)


def test_a_link_that_leads_nowhere_is_no_file_that_is_missing(home: Home) -> None:
    home.config.symlink_to("nowhere")
    with pytest.raises(BacktapeError, match=r"config\.toml is a link that leads nowhere"):
        read_config(home)


def test_an_enormous_file_is_refused_without_reading_it(home: Home) -> None:
    home.config.touch()
    os.truncate(home.config, 100_000_000)
    with pytest.raises(BacktapeError, match=r"config\.toml is larger than 1 MB"):
        read_config(home)


def test_an_empty_file_sets_nothing(home: Home) -> None:
    assert written(home, "") == written(home, "\n\n") == Config()


def test_a_byte_order_mark_is_no_mistake(home: Home) -> None:
    home.config.write_bytes(b"\xef\xbb\xbf[runner]\r\nworkers = 3\r\n")
    assert read_config(home).workers == 3


@pytest.mark.parametrize(
    "text",
    [
        f"runner = {'[' * 5_000}{']' * 5_000}",
        f"runner.workers{'.a' * 2_000} = 1",
        f"[runner]\nworkers = {'9' * 10_000}",
    ],
    ids=["deep list", "deep key", "long number"],
)
def test_depths_and_lengths_that_no_setting_needs_are_refused(home: Home, text: str) -> None:
    assert "as no setting needs" in refusal(home, text)


def test_the_examples_in_the_readme_are_understood(home: Home) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(examples) == 2
    found = written(home, "\n".join(examples))
    assert (found.workers, found.memory_mb, found.time_minutes) == (2, 2000, 60)
    assert found.llm.model == "some-model"
    assert found.llm.models["some-model"].output_price == 0.60
    assert found.instruments == {"COCOA": Instrument("COCOA", "COCOA", "USD", 0, 1.0, 10)}


@pytest.mark.parametrize("before", ["", "# mine\n[runner]\nworkers = 2", COCOA])
def test_an_instrument_is_added_behind_what_is_there(home: Home, before: str) -> None:
    earlier = written(home, before)
    wheat = Instrument("WHEAT.C", "WHEAT", "USD", 2, 0.25, 5_000, 1, 0.5)
    add_instrument(home, wheat)
    found = read_config(home)
    assert found.instruments == {**earlier.instruments, "WHEAT.C": wheat}
    assert found.workers == earlier.workers
    assert home.config.read_text().startswith(before.rstrip())
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    assert [path.name for path in home.path.glob(".config*")] == []


def test_a_file_that_would_not_be_understood_any_more_is_left_alone(home: Home) -> None:
    before = 'instruments = { COCOA = { base = "COCOA" } }\n'
    home.config.write_text(before)
    with pytest.raises(BacktapeError):
        add_instrument(home, Instrument("WHEAT", "WHEAT", "USD", 2, 0.25, 5_000))
    assert home.config.read_text() == before
