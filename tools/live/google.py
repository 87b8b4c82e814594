"""A deployment at Google, reached by the user's own credentials; the only part that is never played here."""
# ruff: noqa: PLC0415 - Google's libraries take longer to load than most commands take to run

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import Any

from shared import wiring
from shared.errors import Misconfigured, Reason, Transient
from shared.pictures import Naming
from shared.settings import EnrichSettings
from tools import wiring as outside
from tools.live.checking import ended_by_signals
from tools.live.deployed import DeployedShop
from tools.live.scratch import new_name
from tools.live.travel import Traveler, setting_out
from tools.live.watching import Subscription
from tools.wiring import QueueSettings

_SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
_TIMEOUT = 15.0
_EMULATOR = "PUBSUB_EMULATOR_HOST"


@contextmanager
def deployment(settings: EnrichSettings, queue: QueueSettings, picture: bytes) -> Iterator[DeployedShop]:
    """The deployment that the settings tell of, with a traveler that has set out and is taken back."""
    naming = Naming(settings.object_pattern)
    product = new_name(time.time())
    name = naming.name(product, "check", "jpg")
    if name is None:
        raise Misconfigured("OBJECT_PATTERN", f"no pattern can express {product!r}; write one that can")
    project = queue.parked_subscription.split("/")[1]
    with outside.storage() as storage, ended_by_signals():
        bucket = outside.picture_target(storage, settings, naming)
        traveler = Traveler(wiring.catalog(settings), bucket, settings.names, product, name, picture)
        with setting_out(traveler):
            yield DeployedShop(
                traveler,
                project,
                settings.picture_topic,
                settings.parked_topic,
                queue.parked_subscription,
                lambda: _subscriptions(project),
                _asked,
            )


def _subscriptions(project: str) -> Sequence[Subscription]:
    from google.api_core.exceptions import GoogleAPIError
    from google.cloud.pubsub_v1 import SubscriberClient

    with SubscriberClient() as client:
        try:
            return list(client.list_subscriptions(project=f"projects/{project}", timeout=_TIMEOUT))
        except GoogleAPIError as error:
            raise Transient(Reason.PUBSUB_UNAVAILABLE, f"Pub/Sub tells no subscriptions: {error}") from error


def _asked(url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """See `deployed.Ask`; raises `Misconfigured` where the user may not see it."""
    from google.auth.exceptions import GoogleAuthError

    if os.environ.get(_EMULATOR):
        raise Misconfigured(
            _EMULATOR, "is set: a local stack has no logs, alarms, permissions, or quotas at Google"
        )
    try:
        answer = _session().request("POST" if body else "GET", url, json=body, timeout=_TIMEOUT)
    except GoogleAuthError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return None
    if not answer.ok:
        told = f"Google answers {answer.status_code} to {url}: {_sentence(answer)}"
        advice = "grant yourself roles/viewer and roles/iam.securityReviewer"
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", f"{told}; {advice}")
    found: Mapping[str, Any] = answer.json()
    return found


def _sentence(answer: Any) -> str:  # noqa: ANN401 the library has no types
    """Google's own words for a refusal, if it has some."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return str(answer.reason)


@cache
def _session() -> Any:  # noqa: ANN401 the library has no types
    """One for all questions: each would look for credentials and get a token of its own."""
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
