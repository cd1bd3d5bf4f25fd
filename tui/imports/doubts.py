"""What is to be decided about a file before it is stored, and what may be answered."""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.text import clean
from tui.imports import left_out
from tui.imports.client import Document

_ASK = "the file's name says ASK; its prices are taken as bid, and the spread is added to them"
_NOT_IN_SOURCES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_SOURCE = 30
# A question has at most five lines, of sixty cells each.
_LONGEST_FILE = 40
_LONGEST_REFUSAL = 100


class Decision(enum.Enum):
    """What becomes of a file in doubt."""

    AS_IT_IS = enum.auto()
    FITTING_CLOCK = enum.auto()
    APART = enum.auto()
    REPLACE = enum.auto()
    LEAVE = enum.auto()


Answers = Mapping[str, tuple[Decision, str]]


@dataclass(frozen=True)
class Doubt:
    """Something to be decided: of which kind, and as the end of "the file ..." what is doubtful.

    `one` and `many` are the answers about this file, and about it and all such that
    follow: what a letter decides, and in words. `why` is kept of a file that is left out.
    """

    kind: str
    told: str
    one: Answers
    many: Answers
    why: str = ""

    @property
    def such(self) -> tuple[str, ...]:
        """What doubts that can be answered alike have in common."""
        return (self.kind, *self.many)

    def question(self, file: str, *, all_such: bool) -> str:
        """Return what is asked about the file of this name."""
        answers = self.many if all_such else self.one
        offered = ", ".join(f"{letter} {words}" for letter, (_, words) in answers.items())
        whose = "For it and all such that follow: " if all_such else ""
        return f"{clean(file, limit=_LONGEST_FILE)} {self.told}. {whose}{offered}; other keys: look at it"


_LEAVE = (Decision.LEAVE, "leaves them out")
_SO = (Decision.AS_IT_IS, "imports it so")
_ALL_SO = (Decision.AS_IT_IS, "imports them so")


def doubts_of(found: Document | None, refusal: str, source: str, fault: str = "") -> list[Doubt]:
    """Return what is doubtful about a file: as it was understood, or why it was not.

    `source` is the one that it would be kept under if it does not fit; `fault` is what it
    has (`fault_of`) where not the file but a field is wrong.
    """
    if found is None:
        return [_of_refusal(refusal, fault)]
    return [*_of_quotes(found), *_of_clock(found), *_of_library(found, source)]


def _of_refusal(refusal: str, fault: str) -> Doubt:
    wrong = clean(refusal.partition(";")[0].rstrip("."), limit=_LONGEST_REFUSAL)
    if fault:
        kind, said = f"with {fault}", f"has {fault}: {wrong[:1].lower()}{wrong[1:]}"
    else:
        kind, said = left_out.UNREAD, f"is not understood: {wrong}"
    return Doubt(kind, said, {}, {"l": _LEAVE}, refusal)


def _of_quotes(found: Document) -> list[Doubt]:
    if not found["ask_doubted"]:
        return []
    said = "says ASK in its name; its prices would be taken as bid, and the spread added to them"
    why = "Its name says ASK, and its prices would be taken as bid."
    return [Doubt(left_out.ASK, said, {"y": _SO}, {"y": _ALL_SO, "l": _LEAVE}, why)]


def _of_clock(found: Document) -> list[Doubt]:
    if not found["timezone_doubted"]:
        return []
    clock = clean(str(found["timezone"]))
    said = f"is read on {clock}, but its weeks do not end as the market's do"
    why = f"Read on {clock}, its weeks do not end as the market's do."
    if not (fitting := found["fitting_timezone"]):
        answers = {"y": _ALL_SO, "l": _LEAVE}
        return [Doubt(left_out.CLOCK, f"{said}, on no time zone", {"y": _SO}, answers, why)]
    takes = f"takes the zone that fits, {clean(str(fitting))}"
    one = {"f": (Decision.FITTING_CLOCK, takes), "y": _SO}
    many = {"f": (Decision.FITTING_CLOCK, "takes the zone that fits each"), "y": _ALL_SO, "l": _LEAVE}
    return [Doubt(left_out.CLOCK, said, one, many, why)]


def _of_library(found: Document, source: str) -> list[Doubt]:
    if not found["library"]["refusal"]:
        return _of_joining(found, source)
    said = f"does not fit the {found['symbol']} {found['timeframe']} that is there"
    one = {"r": (Decision.REPLACE, "replaces what is there")}
    many = {"r": (Decision.REPLACE, "replaces what is there"), "l": _LEAVE}
    if source:
        one = {"s": (Decision.APART, f"keeps it as source {source}"), **one}
        many = {"s": (Decision.APART, "keeps each as a source named after its folder"), **many}
    differs, _, _ = str(found["library"]["refusal"]).partition(";")
    return [Doubt(left_out.MISFIT, said, one, many, f"{differs}.")]


def _of_joining(found: Document, source: str) -> list[Doubt]:
    """Return why bars that would be added to others may not belong to them."""
    if not found["library"]["doubts"]:
        return []
    why = str(found["library"]["doubts"][-1])
    seen, _, _ = why.partition(",")
    seen = clean(seen[:1].lower() + seen[1:], limit=_LONGEST_REFUSAL)
    said = f"would join the {found['symbol']} {found['timeframe']} that is there, but {seen}"
    one = {"y": (Decision.AS_IT_IS, "adds it")}
    many = {"y": (Decision.AS_IT_IS, "adds them"), "l": _LEAVE}
    if source:
        one = {"s": (Decision.APART, f"keeps it as source {source}"), **one}
        many = {"s": (Decision.APART, "keeps each apart by its folder"), **many}
    return [Doubt(left_out.JOINED, said, one, many, why)]


def warnings_of(found: Document | None) -> dict[str, str]:
    """Return what is doubtful, by the field that would mend it, or that says what the file is."""
    if found is None:
        return {}
    warnings = {"symbol": _ASK} if found["ask_doubted"] else {}
    if found["timezone_doubted"]:
        fitting = found["fitting_timezone"]
        told = f"on {fitting} they all do" if fitting else "on no time zone in use they do"
        doubt = "the weeks of the file do not end at one hour all year, as the market's do"
        warnings["timezone"] = f"{doubt}; {told}"
    return warnings


def sources_for(path: Path) -> list[str]:
    """Return what the source of a file may be called: as its folder is, or else as itself."""
    names = (path.parent.name, path.name.partition(".")[0])
    fitting = (_NOT_IN_SOURCES.sub("-", name)[:_LONGEST_SOURCE].strip("-") for name in names)
    return list(dict.fromkeys(filter(None, fitting)))
