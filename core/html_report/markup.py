"""Elements of HTML and SVG; text from outside only ever gets into them escaped."""

from collections.abc import Iterable
from html import escape

from core.text import clean

_LONGEST = 2_000


def text(content: object, *, limit: int = _LONGEST) -> str:
    """Return any text as it is shown: harmless to whoever copies it, and no markup."""
    return escape(clean(str(content), limit=limit))


def element(name: str, content: str | Iterable[str] = "", /, **attributes: object) -> str:
    """Return an element around finished markup.

    An underscore in the name of an attribute is a hyphen, one at its end is left out (`class_`).
    """
    inside = content if isinstance(content, str) else "".join(content)
    return f"<{name}{_written(attributes)}>{inside}</{name}>"


def empty(name: str, /, **attributes: object) -> str:
    """Return an SVG element without content."""
    return f"<{name}{_written(attributes)}/>"


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value, limit=_LONGEST * 100)}"'
        for name, value in attributes.items()
    )
