"""What an endpoint answered to one request, or why it did not."""

from dataclasses import dataclass

# Of the client's errors (4xx) only these may go away by themselves.
_PASSING = {408, 409, 425, 429}
# The key, the model or the address is not what the endpoint wants.
_REFUSED = {401, 403, 404}


@dataclass(frozen=True)
class Said:
    """How one request ended; `text` is the model's answer as it came, None where there is none.

    `status` is that of an error the endpoint answered with, `retry_after` the seconds it
    asked to be left alone for.
    """

    text: str | None = None
    error: str | None = None
    status: int | None = None
    retry_after: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status is None or self.status >= 500 or self.status in _PASSING

    @property
    def refused(self) -> bool:
        """Whether no request can succeed as things are set up."""
        return self.status in _REFUSED
