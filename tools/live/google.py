"""A deployment at Google, reached by the user's own credentials; the only part that is never played here."""
# ruff: noqa: PLC0415 - Google's libraries take longer to load than most commands take to run

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from shared import wiring
from shared.errors import Misconfigured, Transient
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
_EMULATOR, _CREDENTIALS = "PUBSUB_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"
_UNAVAILABLE = "google-unavailable"
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


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
                partial(asked, _session),
            )


def _subscriptions(project: str) -> Sequence[Subscription]:
    from google.cloud.pubsub_v1 import SubscriberClient

    with _named_errors(), SubscriberClient() as client:
        return list(client.list_subscriptions(project=f"projects/{project}", timeout=_TIMEOUT))


def asked(session: Callable[[], Any], url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """See `watching.Ask`; raises `Misconfigured` where the user may not see it, else `Transient`."""
    if os.environ.get(_EMULATOR):
        raise Misconfigured(
            _EMULATOR, "is set: a local stack has no logs, alarms, permissions, or quotas at Google"
        )
    with _named_errors():
        answer = session().request("POST" if body else "GET", url, json=body, timeout=_TIMEOUT)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.ok:
            found: Mapping[str, Any] = answer.json()
            return found
    told = f"Google answers {answer.status_code} to {url}: {_sentence(answer)}"
    if answer.status_code in _PASSING or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Transient(_UNAVAILABLE, told)
    advice = "grant yourself roles/viewer and roles/iam.securityReviewer"
    raise Misconfigured(_CREDENTIALS, f"{told}; {advice}")


@contextmanager
def _named_errors() -> Iterator[None]:
    """Name what Google's libraries raise: credentials are the user's to mend, all else may pass."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError, TransportError
    from requests import RequestException

    try:
        yield
    except (GoogleAPIError, RequestException, TransportError) as error:
        raise Transient(_UNAVAILABLE, f"Google does not tell: {error}") from error
    except GoogleAuthError as error:
        raise Misconfigured(_CREDENTIALS, str(error)) from error


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
