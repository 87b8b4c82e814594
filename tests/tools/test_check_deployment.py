"""`visual-search check deployment`, on the local stack, and with every answer that this cannot play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError

from shared.errors import Misconfigured, Transient
from tests.outside import Outside
from tests.tools.conftest import Tools
from tools.live.deployed import DEPLOYED, DeployedShop
from tools.live.google import asked
from tools.live.travel import Traveler
from tools.live.watching import Ask, Subscription

NAMES = [probe.name for probe in DEPLOYED]
EVENTS, PARKED, DEAD = "projects/p/topics/events", "projects/p/topics/parked", "projects/p/topics/dead"
HELD = "projects/p/subscriptions/parked"
METRIC = "logging.googleapis.com/user/visual-search-parked"
FILTER = {"filter": f'metric.type="{METRIC}" AND x'}
ALARM = {"conditions": [{"displayName": "x", "conditionThreshold": FILTER}]}


def test_a_picture_travels_through_the_local_stack(tools: Tools, outside: Outside) -> None:
    assert tools("check", "deployment", answer="n\n").exit_code == 130
    result = tools.json("check", "deployment", "--yes")
    assert {each["name"]: each["found"] for each in result["probes"]} == {
        **dict.fromkeys(("arrival", "removal", "parked"), "it does"),
        **dict.fromkeys(("logs", "forwarding", "alarms", "clocks", "quotas"), "not told"),
        "push-identity": "nothing is pushed",
        "dead-letters": "they are kept",
    }
    left = tools("index", "check").stdout + str(outside.stack.endpoints)
    assert "visual-search-check" not in left


def subscription(
    topic: str, name: str = "", endpoint: str = "", account: str = "", dead: str = ""
) -> Subscription:
    token = SimpleNamespace(service_account_email=account)
    push = SimpleNamespace(push_endpoint=endpoint, oidc_token=token)
    policy = SimpleNamespace(dead_letter_topic=dead)
    found = SimpleNamespace(name=name, topic=topic, push_config=push, dead_letter_policy=policy)
    return cast("Subscription", found)


def deployed(
    *subscriptions: Subscription, google: Ask = lambda *_: None, seconds: float | None = 1.0
) -> DeployedShop:
    traveler = SimpleNamespace(
        product="x",
        began=0.0,
        patience=9.0,
        upload=lambda: seconds,
        remove=lambda: seconds,
        until=lambda happened, *_: 1.0 if happened() else None,
    )
    return DeployedShop(cast("Traveler", traveler), "p", EVENTS, PARKED, HELD, lambda: subscriptions, google)


def answering(**answers: object) -> Ask:
    """Google's answers, by how its addresses end."""

    def ask(url: str, _: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        found = (answer for ending, answer in answers.items() if ending in url)
        return cast("Mapping[str, Any] | None", next(found, None))

    return ask


ENTRY = {"jsonPayload": {"message": "event", "outcome": "enriched", "product": "x"}}
PUSHED = subscription(EVENTS, endpoint="https://f", account="a@p")
ALL = answering(alertPolicies={"alertPolicies": [ALARM]}, metricDescriptors={"type": METRIC})
BURIES = subscription(EVENTS, name="projects/p/subscriptions/events", dead=DEAD)
AGENT = "serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com"


def granted(role: str, member: str = AGENT) -> Mapping[str, Any]:
    return {"bindings": [{"role": f"roles/pubsub.{role}", "members": ["user:a@b.example", member]}]}


def run(job: str, severity: str) -> Mapping[str, Any]:
    return {"resource": {"labels": {"job_id": job}}, "severity": severity}


def quota(name: str, interval: str = "minute") -> Mapping[str, Any]:
    return {
        "quotaId": name,
        "refreshInterval": interval,
        "dimensionsInfos": [{"details": {"value": "1800"}}],
    }


@pytest.mark.parametrize(
    ("probe", "there", "expected"),
    [
        ("arrival", deployed(), "it does"),
        ("arrival", deployed(seconds=None), "it does not"),
        ("removal", deployed(), "it does"),
        ("removal", deployed(seconds=None), "it does not"),
        ("push-identity", deployed(PUSHED), "with an identity"),
        ("push-identity", deployed(subscription(EVENTS, endpoint="https://f")), "without one"),
        ("push-identity", deployed(subscription(PARKED)), "nothing is pushed"),
        ("dead-letters", deployed(subscription(EVENTS, dead=DEAD), subscription(DEAD)), "they are kept"),
        ("dead-letters", deployed(subscription(EVENTS, dead=DEAD)), "nobody keeps them"),
        ("dead-letters", deployed(subscription(EVENTS)), "they are lost"),
        ("parked", deployed(subscription(PARKED, name=HELD)), "it does"),
        ("parked", deployed(subscription(EVENTS, name=HELD)), "it does not"),
        ("parked", deployed(), "it does not"),
        ("logs", deployed(google=answering(entries={"entries": [ENTRY]})), "it is found"),
        ("logs", deployed(google=answering(entries={})), "it is not found"),
        ("alarms", deployed(google=ALL), "they exist"),
        ("alarms", deployed(google=answering(alertPolicies={"alertPolicies": [ALARM]})), "some are missing"),
        ("alarms", deployed(google=answering(alertPolicies={})), "there are no alarms"),
        (
            "forwarding",
            deployed(BURIES, google=answering(dead=granted("publisher"), events=granted("subscriber"))),
            "it may",
        ),
        ("forwarding", deployed(BURIES, google=answering(dead=granted("publisher"))), "it may not"),
        ("forwarding", deployed(BURIES, google=answering(events=granted("subscriber"))), "it may not"),
        (
            "forwarding",
            deployed(
                BURIES, google=answering(dead=granted("publisher", "user:x"), events=granted("subscriber"))
            ),
            "it may not",
        ),
        ("forwarding", deployed(subscription(EVENTS)), "it may not"),
        (
            "clocks",
            deployed(google=answering(entries={"entries": [run("a", "INFO"), run("a", "ERROR")]})),
            "they run",
        ),
        (
            "clocks",
            deployed(google=answering(entries={"entries": [run("a", "INFO"), run("b", "ERROR")]})),
            "one failed",
        ),
        ("clocks", deployed(google=answering(entries={})), "none has run yet"),
        (
            "quotas",
            deployed(google=answering(quotaInfos={"quotaInfos": [quota("Pictures")]})),
            "they are told",
        ),
        (
            "quotas",
            deployed(google=answering(quotaInfos={"quotaInfos": [quota("P", "day")]})),
            "there are none",
        ),
        ("quotas", deployed(), "there are none"),
    ],
)
def test_every_answer_is_told(probe: str, there: DeployedShop, expected: str) -> None:
    assert DEPLOYED[NAMES.index(probe)].find(there).answer == expected


def answered(status: int, said: bytes = b"{}") -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.raw = status, BytesIO(said)
    return answer


def google(answer: requests.Response | Exception) -> Ask:
    """Google's side by a session that gets this answer, or none."""

    def request(*_: object, **__: object) -> requests.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return partial(asked, lambda: SimpleNamespace(request=request))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (requests.ConnectionError("no route"), Transient),
        (requests.Timeout("slow"), Transient),
        (TransportError("no token"), Transient),  # type: ignore[no-untyped-call]
        (RefreshError("expired"), Misconfigured),  # type: ignore[no-untyped-call]
        (answered(200, b"<html>"), Transient),
        (answered(429), Transient),
        (answered(503), Transient),
        (answered(403), Misconfigured),
    ],
)
def test_whatever_google_fails_with_is_an_error_with_a_name(
    answer: requests.Response | Exception, error: type[Exception]
) -> None:
    with pytest.raises(error):
        google(answer)("https://x", None)


@pytest.mark.parametrize("status", [403, 503])
@pytest.mark.parametrize("probe", ["alarms", "clocks", "forwarding", "logs", "quotas"])
def test_an_error_of_google_leaves_one_question_open(probe: str, status: int) -> None:
    found = DEPLOYED[NAMES.index(probe)].find(deployed(BURIES, google=google(answered(status))))
    assert found.answer == "not told"


def test_google_says_what_is_there_and_what_is_not() -> None:
    assert google(answered(200, b'{"a": 1}'))("https://x", None) == {"a": 1}
    assert google(answered(404))("https://x", {}) is None


def in_pages(field: str, *pages: Sequence[Mapping[str, Any]]) -> Ask:
    """A list whose pages name the next one, and every metric."""

    def ask(url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        token = (body or {}).get("pageToken") or url.partition("pageToken=")[2] or "0"
        following = {"nextPageToken": str(int(token) + 1)} if int(token) + 1 < len(pages) else {}
        return {field: pages[int(token)], **following}

    return ask


@pytest.mark.parametrize(
    ("probe", "field", "last", "expected"),
    [
        ("logs", "entries", ENTRY, "it is found"),
        ("alarms", "alertPolicies", ALARM, "they exist"),
        ("clocks", "entries", run("night", "ERROR"), "one failed"),
        ("quotas", "quotaInfos", quota("Pictures"), "they are told"),
    ],
)
def test_a_list_is_read_to_its_end(probe: str, field: str, last: Mapping[str, Any], expected: str) -> None:
    there = deployed(google=in_pages(field, [], [], [last]))
    assert DEPLOYED[NAMES.index(probe)].find(there).answer == expected
