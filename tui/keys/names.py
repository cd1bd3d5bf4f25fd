"""How keys are called: by Textual, in the registry, and by people."""

from textual.keys import _character_to_key, format_key

# As they are printed on keyboards, where that is not the character itself.
_SHOWN = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "tab": "Tab",
    "insert": "Insert",
    "delete": "Delete",
    "backspace": "Backspace",
    "shift+tab": "shift+tab",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
    **{f"ctrl+{letter}": f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"},
}
_NAMED = {shown.lower(): key for key, shown in _SHOWN.items()}
# What a terminal sends for these is what it sends for another key.
_SAME = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"}


def shown_key(key: str) -> str:
    """Return the name of a key as people know it."""
    return _SHOWN.get(key) or format_key(key)


def is_typed(key: str) -> bool:
    """Return whether a key writes a character, so that a field for text takes it."""
    return key == "space" or (key not in _SHOWN and len(format_key(key)) == 1)


def key_named(name: str) -> str:
    """Return the key that people, or Textual, call so: `?`, `question_mark`, `ctrl+p`, `Esc`.

    Raises:
        ValueError: there is none, or no plain terminal can tell of it; the text says which,
            to follow the name.
    """
    if len(name) == 1 and name.isprintable():
        return _character_to_key(name)
    lower = name.lower()
    if lower in _SAME:
        raise ValueError(f"is {shown_key(_SAME[lower])} to a terminal")
    known = _NAMED.get(lower, lower)
    if known in _SHOWN:
        return known
    if len(lower) > 1 and is_typed(lower):
        return _character_to_key(format_key(lower))
    if "+" in lower:
        raise ValueError("cannot be sent by a plain terminal")
    raise ValueError("is no key")
