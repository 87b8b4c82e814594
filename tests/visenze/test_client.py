"""What ViSenze's answers, refusals and failures mean."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import requests

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling.providers.visenze.client import Keys, Reply, ask
from shared.labeling.providers.visenze.recognizer import VisenzeAnswer

OK = Reply(200, b'{"status": "OK", "result": []}')
KEY, PLACE, GROUP = "VISENZE_ACCESS_KEY", "VISENZE_HOST", "VISENZE_TAG_GROUP"

Meaning = tuple[type[Exception], str]
UNAVAILABLE, TIMEOUT = (Transient, "visenze-unavailable"), (Transient, "visenze-timeout")
FAILED, MALFORMED = (Transient, "visenze-failed"), (Transient, "visenze-malformed")
THROTTLED, BAD_PICTURE = (Transient, "throttled"), (Permanent, "bad-picture")
TOO_LARGE, UNSUPPORTED = (Permanent, "too-large"), (Permanent, "unsupported-format")

TROUBLE: Mapping[Meaning, tuple[Exception, ...]] = {
    UNAVAILABLE: (
        requests.ConnectionError("refused"),
        requests.exceptions.ChunkedEncodingError("broken off"),
        requests.exceptions.SSLError("no certificate"),
    ),
    TIMEOUT: (requests.ReadTimeout("slow"), requests.ConnectTimeout("slow")),
    (Misconfigured, PLACE): (requests.exceptions.InvalidURL("no host"),),
    MALFORMED: (Transient("visenze-malformed", "too long"),),
}
STATUSES: Mapping[Meaning, tuple[int, ...]] = {
    (Misconfigured, PLACE): (301, 302, 303, 307, 308, 404, 405),
    (Misconfigured, KEY): (401, 403),
    TIMEOUT: (408, 504),
    UNAVAILABLE: (502, 503),
    TOO_LARGE: (413,),
    UNSUPPORTED: (415,),
    THROTTLED: (429,),
    FAILED: (500, 400, 418, 599),
}
WORDS: Mapping[Meaning, tuple[str, ...]] = {
    (Misconfigured, KEY): (
        *("Invalid access key", "The secret_key is wrong", "Authentication failed", "Unauthorized"),
    ),
    (Misconfigured, GROUP): ("Tag group is not found", "invalid tag_group: shoes"),
    THROTTLED: ("Monthly quota used up", "Too many requests", "Rate limit exceeded"),
    TOO_LARGE: (
        *("Image file is too large", "The file size exceeds 10MB", "Exceeded maximum size of image"),
    ),
    UNSUPPORTED: ("Unsupported image", "This image format is not supported"),
    BAD_PICTURE: (
        *("Invalid image", "Cannot decode the picture", "The image is corrupted"),
        *("The photo cannot be decoded", "The image is too small"),
    ),
    FAILED: (
        *("Internal error while decoding the image", "Timed out on image"),
        *("Exceeded the images of this month", "Bad request: the parameter file is missing"),
        *("Invalid parameter: url or file", "Something nobody has ever seen", ""),
    ),
}
REPLIES: Mapping[Meaning, tuple[Reply, ...]] = {
    MALFORMED: (Reply(200, b"<html>"),),
    UNAVAILABLE: (Reply(503, b"Invalid image"),),
    FAILED: (Reply(500, b"<html>"), Reply(202, OK.body)),
    BAD_PICTURE: (Reply(400, b"Invalid image"),),
}


def asked(outcome: Reply | Exception) -> VisenzeAnswer:
    """What comes of one reply, or of trouble instead of one."""

    def send(content: bytes, seconds: float) -> Reply:
        assert (content, seconds) == (b"picture", 5.0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return ask(send, Keys("K1", "S1"), b"picture", 5.0)


def saying(words: str) -> bytes:
    return json.dumps({"status": "fail", "error": [words]}).encode()


def meaning_of(outcome: Reply | Exception) -> Meaning:
    with pytest.raises((Failure, Misconfigured)) as raised:
        asked(outcome)
    problem = raised.value
    return type(problem), problem.reason if isinstance(problem, Failure) else getattr(problem, "setting", "")


def test_an_answer_is_read() -> None:
    assert asked(OK).ok


@pytest.mark.parametrize("meaning", [*TROUBLE, *STATUSES, *WORDS, *REPLIES], ids=lambda meaning: meaning[1])
def test_everything_else_has_a_meaning(meaning: Meaning) -> None:
    replies = [Reply(status, b"what a proxy says") for status in STATUSES.get(meaning, ())]
    said = [Reply(status, saying(words)) for words in WORDS.get(meaning, ()) for status in (200, 400, 422)]
    outcomes: list[Reply | Exception] = [
        *TROUBLE.get(meaning, ()),
        *REPLIES.get(meaning, ()),
        *replies,
        *said,
    ]
    for outcome in outcomes:
        assert meaning_of(outcome) == meaning, outcome


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), (None, None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_a_wish_to_wait_is_read_in_seconds(header: str | None, seconds: float | None) -> None:
    with pytest.raises(Transient) as raised:
        asked(Reply(429, b"", header))
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("body", [saying("no user K1 / S1"), b"no user\n  K1 / S1"], ids=["JSON", "text"])
def test_a_key_that_the_service_repeats_is_not_passed_on(status: int, body: bytes) -> None:
    with pytest.raises((Failure, Misconfigured), match=r"no user \.\.\. / \.\.\.") as raised:
        asked(Reply(status, body))
    assert not [key for key in ("K1", "S1") if key in str(raised.value)]


def test_people_are_told_what_the_service_said_in_short_and_what_to_write() -> None:
    with pytest.raises(Misconfigured) as raised:
        asked(Reply(403, b"who are you"))
    assert str(raised.value).startswith("VISENZE_ACCESS_KEY: write the access key")
    assert str(raised.value).endswith("ViSenze says: who are you (status 403)")
    with pytest.raises(Transient) as long:
        asked(Reply(500, b"x" * 100_000))
    assert len(str(long.value)) < 500


def test_keys_are_in_no_text_made_of_them_and_an_empty_one_hides_nothing() -> None:
    keys = Keys("K1", "S1")
    assert not [key for key in ("K1", "S1") if key in f"{keys} {keys!r}"]
    assert Keys("", "").hidden_in("as it was") == "as it was"
