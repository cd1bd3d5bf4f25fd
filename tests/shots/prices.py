"""Small price files."""

from pathlib import Path


def write_csv(folder: Path, name: str, rows: int = 300, *, close: str = "1.10005") -> Path:
    """Write minutes of one Monday as a plain CSV in UTC."""
    lines = ["time,open,high,low,close,volume"]
    for minute in range(rows):
        stamp = f"2020-01-06T{minute // 60:02}:{minute % 60:02}:00Z"
        lines.append(f"{stamp},1.10000,1.10010,1.09990,{close},5")
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def write_broker_hours(folder: Path, name: str) -> Path:
    """Write a year of hours as MT4 does, by a broker whose midnight is always 17:00 in New York.

    Three hours are missing, and one line is no bar.
    """
    from core.market.synthetic import synthetic_bars
    from core.market.timeframes import Timeframe
    from core.market.zones import find_clock

    bars = synthetic_bars(timeframe=Timeframe.H1, years=1)
    utc = bars.time.astype("int64")
    shown = (utc + find_clock("America/New_York+7").offsets(utc)).astype("datetime64[s]")
    stamps = [str(time)[:16].replace("-", ".").replace("T", ",") for time in shown]
    lines = [f"{stamp},1.10050,1.10110,1.09990,1.10020,7" for stamp in stamps]
    lines[2_000:2_003] = [f"{stamps[2_000]},1.10050,1.09990,1.10110,1.10020,7"]
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path
