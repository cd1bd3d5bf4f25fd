"""Imports and previews of them as JSON objects: what `--json` prints and what the screens are made from."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.incoming import Imported, Outlook
    from core.market.preview import Preview


def imported_document(imported: "Imported") -> dict[str, Any]:
    """Return what an import read and did."""
    return {
        "symbol": imported.symbol,
        "timeframe": imported.timeframe,
        "rows": imported.rows,
        "first": imported.first,
        "last": imported.last,
        "dialect": imported.dialect,
        "timezone": imported.timezone,
        "dropped": [{"line": drop.line, "reason": drop.reason} for drop in imported.dropped],
        "warnings": list(imported.warnings),
    }


def outcome_document(imported: "Imported") -> dict[str, Any]:
    """Return the same for the screens, with the dataset that it went to under `dataset`."""
    record = imported.record
    dataset = {"id": record.id, "source": record.source, "rows": record.rows, "added": imported.added}
    return {**imported_document(imported), "dataset": dataset}


def preview_document(preview: "Preview", outlook: "Outlook") -> dict[str, Any]:
    """Return what was understood of a file, and under `library` what importing it would do."""
    there = outlook.there
    before = None
    if there is not None:
        before = {
            "source": there.source,
            "rows": there.rows,
            "first": there.first_time,
            "last": there.last_time,
            "dialect": there.dialect,
            "timezone": there.timezone,
            "files": list(there.files),
        }
    library = {
        "there": before,
        "rows": outlook.rows,
        "added": outlook.added,
        "warnings": list(outlook.warnings),
        "replaces": outlook.replaces,
        "refusal": outlook.refusal,
        "doubts": list(outlook.doubts),
    }
    return {**asdict(preview), "library": library}
