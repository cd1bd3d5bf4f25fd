"""Runs: made, read, listed, cancelled, deleted."""

from db.runs.filters import RunFilter, Word
from db.runs.listing import (
    SORTABLE,
    Key,
    ListState,
    Order,
    RunSummary,
    count,
    counts_by_status,
    ids,
    key_of,
    list_state,
    page,
    summaries,
)
from db.runs.lives import delete, last_deleted, purge, request_cancel, undelete
from db.runs.making import DECISIVE, NewRun, insert, settings_of_alike, write_note
from db.runs.records import RunRecord, get

__all__ = [
    "DECISIVE",
    "SORTABLE",
    "Key",
    "ListState",
    "NewRun",
    "Order",
    "RunFilter",
    "RunRecord",
    "RunSummary",
    "Word",
    "count",
    "counts_by_status",
    "delete",
    "get",
    "ids",
    "insert",
    "key_of",
    "last_deleted",
    "list_state",
    "page",
    "purge",
    "request_cancel",
    "settings_of_alike",
    "summaries",
    "undelete",
    "write_note",
]
