"""Listing strategies: their files, what is imported beside them, and their versions."""

import json
import os
from pathlib import Path

import pytest

from core.strategies.registry import find
from tests.core.strategies.listing import GOOD, described, error_of, only, write


def test_text_in_an_unknown_encoding_is_refused(folder: Path) -> None:
    (folder / "mine.py").write_bytes(b"# caf\xe9\n" + GOOD.encode())
    assert "not text in the encoding" in str(only(folder).error)


def test_a_declared_encoding_is_respected(folder: Path) -> None:
    (folder / "mine.py").write_bytes(b"# coding: latin-1\n# caf\xe9\n" + GOOD.encode())
    assert only(folder).error is None


def test_an_enormous_file_is_refused_without_reading_it(folder: Path) -> None:
    path = write(folder, "mine.py", "")
    os.truncate(path, 10**9)
    assert "larger than 200 kB" in str(only(folder).error)


def test_a_pipe_or_a_folder_does_not_stop_the_listing(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    (folder / "folder.py").mkdir()
    errors = [one.error for one in described(folder)]
    assert errors == [
        "folder.py: This is not a file; remove it from the strategies folder.",
        "pipe.py: This is not a file; remove it from the strategies folder.",
    ]


def test_a_dangling_link_is_an_error_of_that_file_alone(folder: Path) -> None:
    (folder / "link.py").symlink_to(folder / "gone")
    write(folder, "mine.py", GOOD)
    assert [one.error is None for one in described(folder)] == [False, True]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(folder: Path) -> None:
    write(folder, "mine.py", GOOD).chmod(0)
    assert "cannot be read: Permission denied" in str(only(folder).error)


def test_a_file_that_anybody_can_change_is_refused(folder: Path) -> None:
    write(folder, "mine.py", GOOD).chmod(0o666)
    assert "Anybody on this machine can change this file" in str(only(folder).error)


def test_a_folder_that_anybody_can_change_is_refused_as_a_whole(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    folder.chmod(0o777)
    assert "Anybody on this machine can change this folder" in str(only(folder).error)


def test_no_folder_means_no_strategies_of_ones_own(folder: Path) -> None:
    assert described(folder / "missing") == []


def test_a_file_in_place_of_the_folder_is_an_error(folder: Path) -> None:
    path = write(folder, "strategies", "")
    assert "The strategies folder cannot be read" in str(only(path).error)


def test_a_name_of_a_built_in_strategy_cannot_be_taken(folder: Path) -> None:
    error = error_of(folder, GOOD.replace("Breakout", "SmaCross"))
    assert error == "mine.py: The name sma_cross is taken by a built-in strategy; rename the class."
    assert find("sma_cross", folder).builtin


def test_of_two_files_with_one_name_the_first_keeps_it(folder: Path) -> None:
    write(folder, "a.py", GOOD)
    write(folder, "b.py", GOOD)
    first, second = described(folder)
    assert (first.error, second.error) == (
        None,
        "b.py: The name breakout is taken by another file; rename the class.",
    )
    assert find("breakout", folder).path.name == "a.py"


def test_a_strategy_may_build_upon_one_beside_it(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    write(
        folder,
        "wider.py",
        "from mine import Breakout\n"
        "class Wider(Breakout):\n    lookback: int = parameter(55)\n    side = 'long'\n",
    )
    wider = find("wider", folder)
    assert (wider.kind, wider.doc, wider.warmup) == ("signals", "Buys a high.\n\nAnd sells a low.", 300)
    assert {spec.name: spec.default for spec in wider.parameters} == {"stop_pips": 30.0, "lookback": 55}


def test_a_strategy_may_build_upon_a_built_in_one(folder: Path) -> None:
    write(
        folder,
        "mine.py",
        "from core.strategies.builtin.sma_cross import SmaCross\nclass Quick(SmaCross):\n    slow = 30\n",
    )
    assert [spec.name for spec in find("quick", folder).parameters] == ["fast", "stop_pips", "target_pips"]


def test_a_class_that_another_in_the_file_builds_upon_is_not_a_strategy_itself(folder: Path) -> None:
    base = "from core.strategies import Strategy\nclass Base(Strategy):\n    x = parameter(1)\n"
    write(folder, "mine.py", base + "class Mine(Base):\n    def on_bar(self, context): ...\n")
    assert (only(folder).name, len(only(folder).parameters)) == ("mine", 1)


def test_helpers_that_strategies_import_are_not_listed_as_broken_strategies(folder: Path) -> None:
    write(folder, "mine.py", "import helpers\n" + GOOD)
    write(folder, "helpers.py", "X = 1\n")
    write(folder, "_private.py", "X = 1\n")
    assert only(folder).name == "breakout"


def test_the_version_covers_what_is_imported_beside_the_file_and_nothing_else(folder: Path) -> None:
    write(folder, "mine.py", "from . import first\n" + GOOD)
    write(folder, "first.py", "def late():\n    import second\n")
    write(folder, "second.py", "X = 1\n")
    write(folder, "other.py", "X = 1\n")
    before = find("breakout", folder)
    assert sorted(json.loads(before.source)) == ["first.py", "mine.py", "second.py"]
    write(folder, "other.py", "X = 2\n")
    assert find("breakout", folder).version == before.version
    write(folder, "second.py", "X = 2\n")
    assert find("breakout", folder).version != before.version


def test_the_version_is_the_digest_of_the_source_that_is_kept(folder: Path) -> None:
    import hashlib

    write(folder, "mine.py", GOOD)
    found = find("breakout", folder)
    assert found.source == json.dumps({"mine.py": GOOD}, sort_keys=True, separators=(",", ":"))
    assert found.version == hashlib.sha256(found.source.encode()).hexdigest()


def test_line_ends_of_another_system_make_no_other_version(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    before = find("breakout", folder).version
    (folder / "mine.py").write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert find("breakout", folder).version == before


def test_files_that_import_each_other_are_read_once(folder: Path) -> None:
    write(folder, "mine.py", "import other\n" + GOOD)
    write(folder, "other.py", "import mine\n")
    assert sorted(json.loads(only(folder).source)) == ["mine.py", "other.py"]


def test_a_file_whose_name_cannot_be_shown_is_refused(folder: Path) -> None:
    write(folder, "ev\x1bil.py", GOOD)
    assert only(folder).error == (
        "ev\N{REPLACEMENT CHARACTER}il.py: The file's name has characters that cannot be shown; rename it."
    )
