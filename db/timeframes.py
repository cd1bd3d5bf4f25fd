"""How long bars are, for lists that go by it: names of timeframes would put H1 before M15."""

import re

# Minutes, nominal; the longer beginnings first.
_UNITS = {"MN": 43_200, "M": 1, "H": 60, "D": 1_440, "W": 10_080}
_NAME = re.compile(rf"({'|'.join(_UNITS)})(\d+)")
# What is no timeframe comes last.
_UNKNOWN = 10**9


def minutes(timeframe: str) -> int:
    """Return how many minutes a bar of this timeframe nominally has."""
    found = _NAME.fullmatch(timeframe)
    return _UNITS[found[1]] * int(found[2]) if found else _UNKNOWN


def minutes_of(column: str) -> str:
    """Return the SQL of the same for a column that holds names of timeframes."""
    cases = " ".join(
        f"WHEN {column} GLOB '{unit}[0-9]*' THEN {length} * substr({column}, {len(unit) + 1})"
        for unit, length in _UNITS.items()
    )
    return f"(CASE {cases} ELSE {_UNKNOWN} END)"
