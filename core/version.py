"""Which code this is."""

import hashlib
from functools import cache
from pathlib import Path

RELEASE = "0.1.0"

_ROOT = Path(__file__).resolve().parent.parent


@cache
def code_version() -> str:
    """Return the release and a digest of the sources that decide a result.

    Two checkouts that would compute differently must not share a version, so the
    digest covers the sources themselves, not the release alone.
    """
    digest = hashlib.sha256()
    for folder in ("core", "db", "migrations"):
        for path in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return f"{RELEASE}+{digest.hexdigest()[:12]}"
