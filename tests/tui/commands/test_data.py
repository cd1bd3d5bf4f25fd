from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.home import Home
from db.connection import StoreConnection
from tests.homes import import_sample
from tests.tui.commands.program import call
from tui.formats import with_times

Capture = pytest.CaptureFixture[str]


def price_file(folder: Path, name: str = "EURUSD_H1.csv", *, bars: int = 300, spoilt: str = "") -> Path:
    """Write a plain CSV of hourly bars; `spoilt` is a further line."""
    start = datetime(2020, 1, 6, tzinfo=UTC)
    lines = ["time,open,high,low,close,volume"]
    for hour in range(bars):
        price = 1.1 + hour * 0.0001
        moment = start + timedelta(hours=hour)
        lines.append(
            f"{moment:%Y-%m-%d %H:%M:%S},{price:.5f},{price + 0.0005:.5f},{price - 0.0005:.5f},{price:.5f},9"
        )
    path = folder / name
    path.write_text("\n".join([*lines, *([spoilt] if spoilt else [])]) + "\n")
    return path


def test_an_import_says_what_it_understood(home: Home, tmp_path: Path, capsys: Capture) -> None:
    said = call(capsys, "import", str(price_file(tmp_path)), "--symbol", "EURUSD")
    assert (said.code, said.err) == (0, "")
    assert "EURUSD H1: 300 bars, 2020-01-06 00:00 to 2020-01-18 11:00 UTC" in said.out
    assert "clock UTC" in said.out


def test_an_import_as_json_is_a_list_of_what_was_read(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = price_file(tmp_path, spoilt="2020-01-18 12:00:00,1.1,0.9,1.2,1.1,9")
    (one,) = call(capsys, "import", str(path), "--timezone", "UTC", "--json").document
    assert {name: one[name] for name in ("symbol", "timeframe", "rows", "first", "last", "timezone")} == {
        "symbol": "EURUSD",
        "timeframe": "H1",
        "rows": 300,
        "first": "2020-01-06T00:00:00+00:00",
        "last": "2020-01-18T11:00:00+00:00",
        "timezone": "UTC",
    }
    assert set(one) == {
        *("symbol", "timeframe", "rows", "first", "last", "dialect", "timezone", "dropped", "warnings")
    }
    (dropped,) = one["dropped"]
    assert dropped["line"] == 302
    assert "high" in dropped["reason"]
    assert all(isinstance(warning, str) for warning in one["warnings"])


def test_dropped_lines_are_told_with_their_reasons(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = price_file(tmp_path, spoilt="2020-01-18 12:00:00,1.1,0.9,1.2,1.1,9")
    said = call(capsys, "import", str(path))
    assert "1 line dropped" in said.out
    assert said.out.count("302") == 1
    assert "Line 302 was left out: the high is below" in said.out


def test_imported_data_are_listed(home: Home, tmp_path: Path, capsys: Capture) -> None:
    call(capsys, "import", str(price_file(tmp_path)))
    said = call(capsys, "data")
    assert said.out.splitlines()[1].split()[:3] == ["EURUSD", "H1", "300"]
    (row,) = call(capsys, "data", "--json").document
    assert (row["symbol"], row["timeframe"], row["rows"]) == ("EURUSD", "H1", 300)
    assert row["first"] == "2020-01-06T00:00:00+00:00"
    assert Path(row["csv_path"]).is_file()


def test_an_empty_library_says_what_to_do_next(home: Home, capsys: Capture) -> None:
    said = call(capsys, "data")
    assert (said.code, said.out) == (0, "")
    assert "backtape import" in said.err


def test_one_file_that_is_refused_does_not_keep_the_others_out(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    good = price_file(tmp_path)
    said = call(capsys, "import", str(tmp_path / "none.csv"), str(good))
    assert said.code == 1
    assert "none.csv" in said.err
    assert "EURUSD H1: 300 bars" in said.out


def test_a_folder_or_a_pattern_in_quotes_means_its_price_files(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    price_file(folder)
    price_file(folder, "GBPUSD_H1.csv")
    (folder / "AUDUSD_H1.csv").touch()
    (folder / "notes.md").write_text("not a price file")
    said = call(capsys, "import", str(folder))
    assert said.code == 1
    assert [line[:9] for line in said.out.splitlines()] == ["EURUSD H1", "GBPUSD H1"]
    assert said.err.splitlines() == [
        "backtape: AUDUSD_H1.csv: the file is empty; export it again.",
        "2 files imported, 1 refused.",
    ]
    said = call(capsys, "import", f"{folder}/*USD_H1.csv", "--preview")
    assert said.err.splitlines()[-1] == "2 files understood, none imported, 1 refused."


def test_a_folder_of_folders_means_the_price_files_in_them(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    for broker in ("a", "b"):
        (tmp_path / "prices" / broker).mkdir(parents=True)
        price_file(tmp_path / "prices" / broker, bars=300 if broker == "a" else 310)
    said = call(capsys, "import", str(tmp_path / "prices"))
    assert said.code == 0
    assert "EURUSD H1: 300 bars" in said.out
    assert "10 of them were new" in said.out


def test_a_refusal_names_the_file_of_several(home: Home, tmp_path: Path, capsys: Capture) -> None:
    call(capsys, "import", str(price_file(tmp_path)))
    other = price_file(tmp_path, "EURUSD60.csv")
    other.write_text(other.read_text().replace("1.10000", "1.10001"))
    said = call(capsys, "import", str(price_file(tmp_path)), str(other))
    assert said.code == 1
    assert said.err.startswith("backtape: EURUSD60.csv: This EURUSD H1 does not fit the dataset")


def test_a_name_that_says_ask_is_warned_of_at_the_import(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = price_file(tmp_path, "EURUSD_Candlestick_1_Hour_ASK_06.01.2020-18.01.2020.csv")
    told = "The file's name says ASK; its prices are taken as bid, and the spread is added to them."
    assert f"  warning: {told}" in call(capsys, "import", str(path)).out
    (seen,) = call(capsys, "import", str(path), "--preview", "--json").document
    assert seen["ask_doubted"]


def test_only_sources_of_the_bars_that_are_wanted_are_offered(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    call(capsys, "import", str(price_file(tmp_path)), "--source", "hours")
    call(capsys, "import", str(price_file(tmp_path)))
    days = tmp_path / "EURUSD_D1.csv"
    days.write_text("".join(f"2020-01-{day:02},1.1,1.2,1.0,1.1\n" for day in range(6, 11)))
    assert call(capsys, "import", str(days), "--source", "days").code == 0
    said = call(capsys, "run", "sma_cross", "EURUSD", "H1", "--source", "x")
    assert "EURUSD H1 was not imported from a source 'x'; its sources are ''" in said.err
    assert "'' (without a name), 'hours'." in said.err


def test_a_folder_or_a_pattern_without_a_price_file_is_told(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    said = call(capsys, "import", str(folder), f"{folder}/*.csv")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines() == [
        f"backtape: {folder}: no price file is in that folder, nor in the folders in it.",
        f"backtape: {folder}/*.csv: no file fits that pattern.",
    ]


def test_an_import_says_what_became_of_bars_that_came_to_others(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(price_file(tmp_path)))
    assert "dataset" not in said.out
    said = call(capsys, "import", str(price_file(tmp_path, bars=320)))
    assert "20 of them were new; the dataset has 320 bars now." in said.out
    said = call(capsys, "import", str(price_file(tmp_path)))
    assert "All of them were there already; the dataset stays as it is." in said.out


@pytest.mark.parametrize(
    "name",
    [
        "mt5-export-bars/EURUSD_M15.csv",
        "mt5-python-api/XAUUSD_H1.csv",
        "dukascopy-web/EURJPY_Candlestick_1_D_BID_01.01.2014-03.08.2024.csv",
        "yahoo/EURUSD=X.csv",
    ],
)
def test_every_place_counts_and_tells_the_same_warnings(
    home: Home, market_files: Path, capsys: Capture, name: str
) -> None:
    path = str(market_files / name)
    seen = call(capsys, "import", path, "--preview")
    (done,) = call(capsys, "import", path, "--json").document
    said = call(capsys, "import", path)
    (kept,) = call(capsys, "data", "--json").document
    warnings = kept["warnings"]
    assert warnings
    assert done["warnings"] == warnings
    assert len(done["dropped"]) == kept["dropped_count"]
    assert [line[11:] for line in said.out.splitlines() if line.startswith("  warning: ")] == list(
        map(with_times, warnings)
    )
    count = f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''}"
    assert count in call(capsys, "data").out
    assert f"  {count}  " in seen.out
    assert all(with_times(warning) in " ".join(seen.out.split()) for warning in warnings)


def test_a_dataset_is_deleted_and_its_files_with_it(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    import_sample(home, store)
    assert call(capsys, "data", "--delete", "synthetic", "h1").code == 0
    assert call(capsys, "data", "--json").document == []
    assert not list(home.library.rglob("*.npy"))


def test_of_several_sources_the_one_to_delete_is_named(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = price_file(tmp_path)
    for source in ("one", "two"):
        assert call(capsys, "import", str(path), "--source", source).code == 0
    said = call(capsys, "data", "--delete", "EURUSD", "H1")
    assert said.code == 1
    assert "'one', 'two'" in said.err
    assert call(capsys, "data", "--delete", "EURUSD", "H1", "--source", "one").code == 0
    assert [row["source"] for row in call(capsys, "data", "--json").document] == ["two"]


def test_a_source_that_is_not_there_is_told_with_those_that_are(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = price_file(tmp_path)
    call(capsys, "import", str(path))
    call(capsys, "import", str(path), "--source", "two")
    for arguments in (
        ["data", "--delete", "EURUSD", "H1"],
        ["run", "sma_cross", "EURUSD", "H1"],
    ):
        said = call(capsys, *arguments, "--source", "unknown")
        assert (said.code, said.out) == (1, "")
        assert "EURUSD H1 was not imported from a source 'unknown'; its sources are ''" in said.err
        assert "'' (without a name), 'two'." in said.err
    assert call(capsys, "data", "--delete", "EURUSD", "H1", "--source", "").code == 0
    assert [row["source"] for row in call(capsys, "data", "--json").document] == ["two"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "x.csv", "--symbl", "EURUSD"],
        ["data", "--delete", "EURUSD"],
        ["data", "--source", "one"],
        ["data", "EURUSD"],
    ],
)
def test_wrong_usage_is_one_sentence_and_code_two(arguments: list[str], home: Home, capsys: Capture) -> None:
    said = call(capsys, *arguments)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    "options",
    [
        ["--symbol", "NONSENSE"],
        ["--symbol", "../../etc"],
        ["--timeframe", "M7"],
        ["--timeframe", "M15"],
        ["--timezone", "Europe/Nowhere"],
        ["--timezone", "\x1b[2J"],
    ],
)
def test_a_refused_import_is_one_sentence_and_leaves_nothing(
    options: list[str], home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(price_file(tmp_path)), *options)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert "\x1b" not in said.err
    assert call(capsys, "data", "--json").document == []
    assert not list(home.library.rglob("*.npy"))


@pytest.mark.parametrize(("option", "value"), [("--timezone", "Europe/Lodnon"), ("--timeframe", "H7")])
def test_a_wrong_time_zone_or_timeframe_is_told_once_and_of_no_file(
    option: str, value: str, home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = str(price_file(tmp_path))
    said = call(capsys, "import", path, path, option, value)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert said.err.startswith("backtape: There is no time")
    assert value in said.err


@pytest.mark.parametrize(
    "content", [b"", b"time,open,high,low,close\n", b"\x00\x01\x02" * 500, b"hello\nworld\n" * 10]
)
def test_a_file_that_holds_no_bars_is_one_sentence(
    content: bytes, home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "EURUSD_H1.csv"
    path.write_bytes(content)
    said = call(capsys, "import", str(path))
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)


def test_a_folder_and_a_missing_file_are_one_sentence_each(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(tmp_path), str(tmp_path / "missing\x1b[2J.csv"), "--symbol", "EURUSD")
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 2)
    assert "\x1b" not in said.err


def test_a_missing_file_is_told_as_it_was_typed(home: Home, capsys: Capture) -> None:
    said = call(capsys, "import", "no/such/EURUSD_H1.csv")
    assert "There is no file no/such/EURUSD_H1.csv; check the path." in said.err
    said = call(capsys, "import", "")
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "a file has no name" in said.err


def test_unknown_data_cannot_be_deleted(home: Home, capsys: Capture) -> None:
    said = call(capsys, "data", "--delete", "EURUSD", "\x1b[2J")
    assert said.code == 1
    assert "no dataset" in said.err
    assert "\x1b" not in said.err


def test_a_preview_says_what_an_import_would_do_and_stores_nothing(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = price_file(tmp_path, spoilt="2020-01-18 12:00:00,1.1,0.9,1.2,1.1,9")
    said = call(capsys, "import", str(path), "--preview")
    assert (said.code, said.err) == (0, "")
    for text in (
        "EURUSD H1: EURUSD_H1.csv, not imported",
        "300 bars, 2020-01-06 00:00 to 2020-01-18 11:00 UTC",
        "UTC: the times name no zone",
        "it becomes a new dataset",
        "line 302: the high is below the low",
        "2020-01-06 00:00  1.10000  1.10050  1.09950  1.10000  vol 9",
        "time in time, open in open",
    ):
        assert text in said.out
    assert call(capsys, "data", "--json").document == []
    assert not list(home.library.rglob("*.npy"))


def test_a_preview_as_json_has_what_an_import_has_and_more(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = price_file(tmp_path)
    (seen,) = call(capsys, "import", str(path), "--preview", "--json").document
    (done,) = call(capsys, "import", str(path), "--json").document
    assert {name: seen[name] for name in done} == done
    assert seen["library"] == {
        "there": None,
        "rows": 300,
        "added": 300,
        "warnings": seen["warnings"],
        "replaces": False,
        "refusal": "",
        "doubts": [],
    }
    assert seen["lines"][0] == {
        "line": 1,
        "text": "time,open,high,low,close,volume",
        "bar": None,
        "instead": "the header",
    }
    (again,) = call(capsys, "import", str(path), "--preview", "--json").document
    assert (again["library"]["there"]["rows"], again["library"]["added"]) == (300, 0)


def test_a_preview_says_why_an_import_would_be_refused(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = price_file(tmp_path)
    call(capsys, "import", str(path))
    path.write_text(path.read_text().replace("1.10000", "1.10001"))
    said = call(capsys, "import", str(path), "--preview")
    assert "differ" in said.out
    assert "--source NAME" in " ".join(said.out.split())
    replacing = call(capsys, "import", str(path), "--preview", "--replace")
    assert "these bars take their place" in " ".join(replacing.out.split())
