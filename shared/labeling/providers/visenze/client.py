"""Requests to ViSenze over HTTP, in a bounded answer or a failure with a name.

None of the refusals could be tried on the live service, and its messages are published nowhere. So only words
that can hardly mean anything else park a picture; whatever is not known is asked again, which loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from shared.errors import Failure, FailureReason, Misconfigured, Permanent, Reason, Transient, asked_wait
from shared.labeling.providers.visenze import VisenzeReason
from shared.labeling.providers.visenze.recognizer import VisenzeAnswer, read

MAX_ANSWER_BYTES = 1_000_000
"""A tag takes about 60 bytes."""

_CONNECTIONS = 32
_CHUNK = 65_536
_MESSAGE_LENGTH = 300
_HEADERS = {"Accept": "application/json", "User-Agent": "visual-image-search-for-algolia"}


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of an app, which appear in no text that is made of this."""

    access: str = field(repr=False)
    secret: str = field(repr=False)

    def hidden_in(self, text: str) -> str:
        """Return `text` without the keys that somebody has repeated in it."""
        for key in filter(None, (self.secret, self.access)):
            text = text.replace(key, "...")
        return text


class Reply(NamedTuple):
    """An answer over HTTP; `retry_after` is the header of that name."""

    status: int
    body: bytes
    retry_after: str | None = None


Send = Callable[[bytes, float], Reply]
"""Sends a JPEG file once, with so many seconds for each operation on the socket.

Raises `requests.RequestException`, or `Transient` for an answer that is too long.
"""


class HttpSender:
    """Posts a picture with `fields` to `url`.

    It goes through requests' adapter, not a session: without proxies and ~/.netrc, which the environment
    might name, without cookies, redirections or anything else that threads would share but connections.
    """

    def __init__(self, url: str, keys: Keys, fields: Mapping[str, str]) -> None:
        self._url = url
        self._auth = HTTPBasicAuth(keys.access.encode(), keys.secret.encode())
        self._fields = fields
        self._adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)

    def __call__(self, content: bytes, seconds: float) -> Reply:
        """See `Send`."""
        file = ("picture.jpg", content, "image/jpeg")
        request = requests.Request(
            "POST", self._url, _HEADERS, {"file": file}, dict(self._fields), auth=self._auth
        )
        with self._adapter.send(request.prepare(), stream=True, timeout=seconds) as answer:
            return Reply(answer.status_code, _bounded(answer), answer.headers.get("Retry-After"))


def _bounded(answer: requests.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(_CHUNK):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise Transient(
                VisenzeReason.MALFORMED, f"ViSenze's answer has more than {MAX_ANSWER_BYTES} bytes"
            )
    return bytes(body)


def ask(send: Send, keys: Keys, content: bytes, seconds: float) -> VisenzeAnswer:
    """Return the answer about a JPEG file, and never repeat what is one of the `keys`.

    Raises `Transient`, `Permanent` or `Misconfigured`.
    """
    try:
        reply = send(content, seconds)
    except requests.Timeout as error:
        raise Transient(VisenzeReason.TIMEOUT, VisenzeReason.TIMEOUT.happened) from error
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise Misconfigured("VISENZE_HOST", "write https://HOST, without a path") from error
    except requests.RequestException as error:
        problem = f"ViSenze cannot be reached or broke off: {type(error).__name__}"
        raise Transient(VisenzeReason.UNAVAILABLE, problem) from error
    return _judged(reply, keys)


def _judged(reply: Reply, keys: Keys) -> VisenzeAnswer:
    answer = read(reply.body)
    fine = reply.status == HTTPStatus.OK
    if fine and answer and answer.ok:
        return answer
    said = keys.hidden_in(answer.said if answer else reply.body.decode(errors="replace"))
    said = " ".join(said.split())[:_MESSAGE_LENGTH]
    if fine and not answer:
        raise Transient(VisenzeReason.MALFORMED, f"ViSenze's answer is not of the known form: {said}")
    raise failure_of(reply.status, said, asked_wait(reply.retry_after))


class _Advice(NamedTuple):
    setting: str
    advice: str


_Meaning = tuple[type[Transient | Permanent], FailureReason] | _Advice

_KEYS = _Advice(
    "VISENZE_ACCESS_KEY",
    "write the access key of an app from ViSenze's dashboard, and its secret key to VISENZE_SECRET_KEY",
)
_PLACE = _Advice(
    "VISENZE_HOST",
    "no pictures are recognized at this address; correct it, or leave it empty",
)
_TAG_GROUP = _Advice("VISENZE_TAG_GROUP", "write a tag group that ViSenze's dashboard lists for these keys")
_TOO_LARGE: _Meaning = (Permanent, Reason.TOO_LARGE)
_BAD_PICTURE: _Meaning = (Permanent, Reason.BAD_PICTURE)
_UNSUPPORTED: _Meaning = (Permanent, Reason.UNSUPPORTED_FORMAT)
_THROTTLED: _Meaning = (Transient, Reason.THROTTLED)
_PASSING: _Meaning = (Transient, VisenzeReason.FAILED)

_BY_STATUS: Mapping[int, _Meaning] = {
    **dict.fromkeys((301, 302, 303, 307, 308, 404, 405), _PLACE),
    **dict.fromkeys((401, 403), _KEYS),
    **dict.fromkeys((408, 504), (Transient, VisenzeReason.TIMEOUT)),
    **dict.fromkeys((502, 503), (Transient, VisenzeReason.UNAVAILABLE)),
    413: _TOO_LARGE,
    415: _UNSUPPORTED,
    429: _THROTTLED,
    500: _PASSING,
}

_PICTURE = r"\b(image|picture|photo|file)\b"
_UNREADABLE = r"(invalid|corrupt(ed)?|broken|damaged|bad)"

# The first that matches; what a service says when it fails itself may name the picture too.
_BY_WORDS: Sequence[tuple[str, _Meaning]] = (
    (r"internal|unavailable|timed? ?out|time-?out|try again|overload|busy", _PASSING),
    (r"too many (requests|calls)|rate.?limit|throttl|quota", _THROTTLED),
    (r"tag.?group", _TAG_GROUP),
    (r"(access|secret|api|app).?key|unauthori[sz]ed|authenti|authori[sz]ation|credential|forbidden", _KEYS),
    (rf"{_PICTURE}.*too (large|big)|(size|pixels|dimensions?).*exceed|exceed.*(size|pixels)", _TOO_LARGE),
    (rf"unsupported {_PICTURE}|{_PICTURE}.*(unsupported|not supported|unknown format)", _UNSUPPORTED),
    (rf"{_UNREADABLE} {_PICTURE}|{_PICTURE} (file )?(is |was )?{_UNREADABLE}", _BAD_PICTURE),
    (rf"decode (the |an )?{_PICTURE}|{_PICTURE}.*(be decoded|too small)", _BAD_PICTURE),
)


def failure_of(status: int, said: str, retry_after: float | None = None) -> Failure | Misconfigured:
    """Name the failure behind an answer without labels; `status` is 200 where only its words say so."""
    known = (meaning for words, meaning in _BY_WORDS if re.search(words, said, re.IGNORECASE))
    meaning = _BY_STATUS.get(status) or next(known, _PASSING)
    if isinstance(meaning, _Advice):
        return Misconfigured(meaning.setting, f"{meaning.advice}; ViSenze says: {said} (status {status})")
    kind, reason = meaning
    message = f"ViSenze says: {said} (status {status})"
    if kind is Transient:
        return Transient(reason, message, retry_after=retry_after)
    return Permanent(reason, message)
