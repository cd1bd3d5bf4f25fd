"""What a runner was started from, so that a submitter can tell whether it still fits.

The environment takes part as a salted digest: a runner with another model key is
another runner, yet no key is ever written anywhere.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping

_PREFIX = "BACKTAPE_"
# The same folder may be named in two ways; which one it is, the store itself says.
_WITHOUT = {"BACKTAPE_HOME"}


def new_salt() -> str:
    """Return a salt for one runner's life."""
    return secrets.token_hex(16)


def environment_digest(salt: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a digest of the settings in the environment that cannot be compared without `salt`."""
    chosen = sorted(
        (name, value)
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(_PREFIX) and name not in _WITHOUT
    )
    text = "\0".join(f"{name}={value}" for name, value in chosen)
    return hmac.new(salt.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()
