from __future__ import annotations

import pytest
from shared.labeling.providers.visenze.errors import failure_of

from shared.errors import Failure, Misconfigured, Permanent, Transient

KEY, PLACE, GROUP = "VISENZE_ACCESS_KEY", "VISENZE_HOST", "VISENZE_TAG_GROUP"


def named(problem: Failure | Misconfigured) -> tuple[type[Exception], str]:
    name = problem.setting if isinstance(problem, Misconfigured) else problem.reason
    return type(problem), name


@pytest.mark.parametrize(
    ("status", "kind", "name"),
    [
        (301, Misconfigured, PLACE),
        (302, Misconfigured, PLACE),
        (303, Misconfigured, PLACE),
        (307, Misconfigured, PLACE),
        (308, Misconfigured, PLACE),
        (401, Misconfigured, KEY),
        (403, Misconfigured, KEY),
        (404, Misconfigured, PLACE),
        (405, Misconfigured, PLACE),
        (408, Transient, "visenze-timeout"),
        (413, Permanent, "too-large"),
        (415, Permanent, "unsupported-format"),
        (429, Transient, "throttled"),
        (500, Transient, "visenze-failed"),
        (502, Transient, "visenze-unavailable"),
        (503, Transient, "visenze-unavailable"),
        (504, Transient, "visenze-timeout"),
        (400, Transient, "visenze-failed"),
        (418, Transient, "visenze-failed"),
        (599, Transient, "visenze-failed"),
    ],
)
def test_a_status_has_a_meaning(status: int, kind: type[Exception], name: str) -> None:
    assert named(failure_of(status, "what a proxy says")) == (kind, name)


@pytest.mark.parametrize("status", [200, 400, 422])
@pytest.mark.parametrize(
    ("said", "kind", "name"),
    [
        ("Invalid access key", Misconfigured, KEY),
        ("The secret_key is wrong", Misconfigured, KEY),
        ("Authentication failed", Misconfigured, KEY),
        ("Unauthorized", Misconfigured, KEY),
        ("Tag group is not found", Misconfigured, GROUP),
        ("invalid tag_group: shoes", Misconfigured, GROUP),
        ("Monthly quota used up", Transient, "throttled"),
        ("Too many requests", Transient, "throttled"),
        ("Rate limit exceeded", Transient, "throttled"),
        ("Image file is too large", Permanent, "too-large"),
        ("The file size exceeds 10MB", Permanent, "too-large"),
        ("Exceeded maximum size of image", Permanent, "too-large"),
        ("Unsupported image", Permanent, "unsupported-format"),
        ("This image format is not supported", Permanent, "unsupported-format"),
        ("Invalid image", Permanent, "bad-picture"),
        ("Cannot decode the picture", Permanent, "bad-picture"),
        ("The image is corrupted", Permanent, "bad-picture"),
        ("Internal error while decoding the image", Transient, "visenze-failed"),
        ("Timed out on image", Transient, "visenze-failed"),
        ("The photo cannot be decoded", Permanent, "bad-picture"),
        ("The image is too small", Permanent, "bad-picture"),
        ("Exceeded the images of this month", Transient, "visenze-failed"),
        ("Bad request: the parameter file is missing", Transient, "visenze-failed"),
        ("Invalid parameter: url or file", Transient, "visenze-failed"),
        ("Something nobody has ever seen", Transient, "visenze-failed"),
        ("", Transient, "visenze-failed"),
    ],
)
def test_words_have_a_meaning_where_the_status_has_none(
    status: int, said: str, kind: type[Exception], name: str
) -> None:
    assert named(failure_of(status, said)) == (kind, name)


def test_a_status_counts_more_than_words() -> None:
    assert named(failure_of(503, "Invalid image")) == (Transient, "visenze-unavailable")


def test_a_wish_to_wait_is_passed_on() -> None:
    problem = failure_of(429, "slow down", 7.0)
    assert isinstance(problem, Transient)
    assert problem.retry_after == 7.0


def test_people_are_told_what_the_service_said_and_what_to_write() -> None:
    problem = str(failure_of(403, "who are you"))
    assert problem.startswith("VISENZE_ACCESS_KEY: write the access key")
    assert problem.endswith("ViSenze says: who are you (status 403)")
