"""What an exception in a strategy's code says to its author: one clean sentence, with advice at times."""

from core.errors import BacktapeError
from core.text import clean

# The kind of an exception, words that it says, and what that means to the author of a strategy.
_ADVICE: tuple[tuple[type[Exception], tuple[str, ...], str], ...] = (
    (
        ValueError,
        ("read-only", "WRITEABLE flag"),
        "The bars cannot be changed; change a copy, as in values = bars.close.copy().",
    ),
    (
        AttributeError,
        ("cannot assign to field", "can't set attribute", "has no setter"),
        "Bars, context and position cannot be changed; keep your own values on self.",
    ),
    (
        AttributeError,
        ("'Context' object", "'Bars' object", "'ContextBars' object", "'HigherBars' object"),
        "'backtape guide' lists what there is; keep your own values on self.",
    ),
    (EOFError, ("reading a line",), "Nobody is there to answer input(); make it a parameter."),
    (RecursionError, (), "A function calls itself without an end."),
)


def sentence_of(error: BaseException) -> str:
    """Return what went wrong as one sentence, harmless to show."""
    said = _said(error)
    if isinstance(error, BacktapeError) and said:
        return f"{said}."
    if isinstance(error, ModuleNotFoundError):
        missing = clean(str(error.name), limit=80)
        return f"It needs the module {missing}, which is not installed here and not in its folder."
    if isinstance(error, SystemExit):
        return f"The strategy left the program with exit({said})."
    if isinstance(error, MemoryError):
        return "The strategy ran out of memory."
    kind = clean(type(error).__name__, limit=80)
    return " ".join([f"{kind}: {said}." if said else f"{kind}.", *_advice(error, said)])


def _advice(error: BaseException, said: str) -> list[str]:
    """Return the advice for this exception, if there is any."""
    for kind, words, advice in _ADVICE:
        if isinstance(error, kind) and (not words or any(word in said for word in words)):
            return [advice]
    return []


def _said(error: BaseException) -> str:
    """Return what an exception says; its class may be the author's own, and fail at that too."""
    try:
        return clean(str(error), limit=300).strip().rstrip(".")
    except BaseException:  # noqa: BLE001 (whatever it is, the class is named)
        return ""
