"""The key of a model's endpoint: used in requests, and shown, stored or logged nowhere."""

import base64
import json
import os
import re
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import quote, quote_plus

API_KEY = "BACKTAPE_LLM_API_KEY"
HIDDEN = "[key]"

# user:password@ of an address in whatever text.
_CREDENTIALS = re.compile(r"(?<=//)[^\s/@\"'<>]+@")
# A shorter text is no key, and would make holes in words.
_SHORTEST = 4


class Secret:
    """A key that says nothing of itself; only `reveal` gives it out."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._forms = sorted(set(_forms(value)), key=len, reverse=True)

    def __repr__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not written anywhere")

    @property
    def usable(self) -> bool:
        """Whether it can stand in the header of a request."""
        return self._value.isascii() and self._value.isprintable() and " " not in self._value

    def reveal(self) -> str:
        """Return the key, for the request alone."""
        return self._value

    def hide_in(self, text: str) -> str:
        """Return a text in which the key, however it is written there, is hidden."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text


def scrubbed(text: str, key: Secret | None) -> str:
    """Return what an endpoint or a library said, without the key and without credentials in addresses."""
    without = text if key is None else key.hide_in(text)
    return _CREDENTIALS.sub("", without)


def take_key() -> Secret | None:
    """Take the key out of this process's environment; None where there is none."""
    value = os.environ.pop(API_KEY, "").strip()
    return Secret(value) if value else None


def _forms(value: str) -> Iterator[str]:
    """Yield the ways in which a text may be written in an answer or an error."""
    if len(value) < _SHORTEST:
        return
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield quote(value, safe="")
    yield quote_plus(value)
    yield base64.b64encode(value.encode("utf-8", "surrogateescape")).decode("ascii").rstrip("=")
