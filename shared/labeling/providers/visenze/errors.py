"""What ViSenze's refusals mean for us: by HTTP status, and by the words of an answer that is not OK.

None of it could be tried on the live service, and its messages are published nowhere. So only words that can
hardly mean anything else park a picture; whatever is not known is asked again, which loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.errors import Failure, Misconfigured, Permanent, Transient

TIMEOUT = "visenze-timeout"
UNAVAILABLE = "visenze-unavailable"
"""The reason for which the same call is made again: nobody has looked at the picture."""

FAILED = "visenze-failed"
MALFORMED = "visenze-malformed"


class _Advice(NamedTuple):
    setting: str
    advice: str


_Meaning = tuple[type[Transient | Permanent], str] | _Advice

_KEYS = _Advice(
    "VISENZE_ACCESS_KEY",
    "write the access key of an app from ViSenze's dashboard, and its secret key to VISENZE_SECRET_KEY",
)
_PLACE = _Advice(
    "VISENZE_HOST",
    "no pictures are recognised at this address; correct it and VISENZE_PATH, or leave both empty",
)
_TAG_GROUP = _Advice("VISENZE_TAG_GROUP", "write a tag group that ViSenze's dashboard lists for these keys")
_TOO_LARGE: _Meaning = (Permanent, "too-large")
_BAD_PICTURE: _Meaning = (Permanent, "bad-picture")
_UNSUPPORTED: _Meaning = (Permanent, "unsupported-format")
_THROTTLED: _Meaning = (Transient, "throttled")
_PASSING: _Meaning = (Transient, FAILED)

_BY_STATUS: Mapping[int, _Meaning] = {
    301: _PLACE,
    302: _PLACE,
    303: _PLACE,
    307: _PLACE,
    308: _PLACE,
    401: _KEYS,
    403: _KEYS,
    404: _PLACE,
    405: _PLACE,
    408: (Transient, TIMEOUT),
    413: _TOO_LARGE,
    415: _UNSUPPORTED,
    429: _THROTTLED,
    500: _PASSING,
    502: (Transient, UNAVAILABLE),
    503: (Transient, UNAVAILABLE),
    504: (Transient, TIMEOUT),
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
    meaning = _BY_STATUS.get(status) or _by_words(said)
    if isinstance(meaning, _Advice):
        return Misconfigured(meaning.setting, f"{meaning.advice}; ViSenze says: {said} (status {status})")
    kind, reason = meaning
    message = f"ViSenze says: {said} (status {status})"
    if kind is Transient:
        return Transient(reason, message, retry_after=retry_after)
    return Permanent(reason, message)


def _by_words(said: str) -> _Meaning:
    known = (meaning for words, meaning in _BY_WORDS if re.search(words, said, re.IGNORECASE))
    return next(known, _PASSING)
