"""One request to an OpenAI-compatible endpoint. Imported where the first one is made: it takes a second."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx2
import openai
from openai.types.chat import completion_create_params
from openai.types.shared_params import ResponseFormatJSONSchema

from core.llm.endpoint import Endpoint
from core.llm.said import Said
from core.llm.secret import Secret, scrubbed
from core.llm.shapes import Shape
from core.text import clean

# Bytes of an answer with all that is around it.
LARGEST_BODY = 1_000_000
_SHOWN = 300
_MOST_TOKENS = 10**12
# A server on the same machine wants none, but the client insists on one.
_NO_KEY = "none"


class _TooMuchError(Exception):
    """The endpoint sends more, or for longer, than an answer takes."""


class Wire:
    """A client for one endpoint, without retries and redirections of its own: one call is one request."""

    def __init__(self, endpoint: Endpoint, key: Secret | None) -> None:
        self._key = key
        self._seconds = endpoint.timeout_seconds
        self._end = 0.0
        self._http = httpx2.Client(
            timeout=endpoint.timeout_seconds,
            follow_redirects=False,
            event_hooks={"response": [self._bound]},
        )
        self._client = openai.OpenAI(
            api_key=_NO_KEY if key is None else key.reveal(),
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=endpoint.timeout_seconds,
            default_headers={"Accept-Encoding": "identity"},
            http_client=self._http,
        )

    def send(self, model: str, prompt: str, shape: Shape) -> Said:
        """Send one request and return what came of it; never raises for what an endpoint does."""
        self._end = time.monotonic() + self._seconds
        try:
            raw = self._client.chat.completions.with_raw_response.create(
                model=model,
                messages=[{"role": "user", "content": prompt}],
                temperature=0,
                seed=0,
                response_format=_format(shape),
            )
            return self._understood(raw.http_response.content)
        except openai.APIStatusError as error:
            return self._refusal(error)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (what a library raises may hold the key: it ends here)
            return Said(error=self._told(_sentence(error, self._seconds)))

    def close(self) -> None:
        """Let go of the connection, whoever still waits on it."""
        self._http.close()

    def _bound(self, response: httpx2.Response) -> None:
        """Bound what of a response is read, whatever its status; called before any of it is."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise _TooMuchError("the endpoint compresses its answer, which was not asked for")
        response.stream = _Bounded(cast("httpx2.SyncByteStream", response.stream), self._end)

    def _understood(self, body: bytes) -> Said:
        """Return the answer of a chat completion; an error where it is none."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return Said(error=self._told("the endpoint's answer is no JSON", body))
        usage = document.get("usage") if isinstance(document, dict) else None
        text = _content(document)
        return Said(
            text=None if text is None else scrubbed(text, self._key),
            error=None if text is not None else self._told("the endpoint's answer holds no message", body),
            prompt_tokens=_tokens(usage, "prompt_tokens"),
            completion_tokens=_tokens(usage, "completion_tokens"),
        )

    def _refusal(self, error: openai.APIStatusError) -> Said:
        try:
            body = error.response.content
        except httpx2.ResponseNotRead:
            body = b""
        return Said(
            error=self._told(f"the endpoint answered with status {error.status_code}", body),
            status=error.status_code,
            retry_after=_retry_after(error.response.headers),
        )

    def _told(self, sentence: str, body: bytes = b"") -> str:
        """Return why there is no answer, harmless and without the key."""
        said = body.decode("utf-8", "replace").strip()
        whole = scrubbed(f"{sentence}: {said}" if said else sentence, self._key)
        return clean(whole, limit=_SHOWN)


class _Bounded(httpx2.SyncByteStream):
    """A body that ends in an error when it is too long or takes too long."""

    def __init__(self, stream: httpx2.SyncByteStream, end: float) -> None:
        self._stream, self._end = stream, end

    def __iter__(self) -> Iterator[bytes]:
        left = LARGEST_BODY
        for part in self._stream:
            left -= len(part)
            if left < 0:
                raise _TooMuchError(f"the endpoint sends more than {LARGEST_BODY:,} bytes")
            if time.monotonic() > self._end:
                raise _TooMuchError("the endpoint does not come to an end in time")
            yield part

    def close(self) -> None:
        """Let go of the body."""
        self._stream.close()


def _format(shape: Shape) -> completion_create_params.ResponseFormat:
    asked: ResponseFormatJSONSchema = {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": shape.document, "strict": shape.strict},
    }
    return asked


def _content(document: Any) -> str | None:  # noqa: ANN401 (whatever an endpoint sends)
    try:
        content = document["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
    return content if isinstance(content, str) and content.strip() else None


def _tokens(usage: object, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if sound else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an endpoint asks to be left alone for, given as a number or as a date."""
    given = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _sentence(error: BaseException, seconds: float) -> str:
    """Return why a request came to nothing, from the cause that says most."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or one.__context__
    for cause in chain:
        if isinstance(cause, _TooMuchError):
            return str(cause)
    if any(isinstance(cause, openai.APITimeoutError | httpx2.TimeoutException) for cause in chain):
        return f"no answer within {seconds:g} seconds"
    deepest = chain[-1]
    return f"the endpoint cannot be reached ({type(deepest).__name__}: {deepest})"
