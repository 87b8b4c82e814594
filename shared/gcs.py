"""Cloud Storage as every adapter here uses it: bounded, retried, and with our names for its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError, TransportError
from google.cloud.storage import Client

from shared.errors import Misconfigured, Reason, Transient

LABEL_BUCKET = ("LABEL_BUCKET", "roles/storage.objectUser")
"""The setting of the bucket that remembers answers, and the role that it takes; see `named_errors`."""

TIMEOUT = 10.0
"""Seconds one request may take."""

PATIENCE = 20.0
"""Seconds a call is retried for."""

_TRANSIENT = (
    exceptions.TooManyRequests,
    exceptions.ServerError,
    exceptions.RetryError,
    requests.ConnectionError,
    requests.Timeout,
    TransportError,
)


def retry(patience: float = PATIENCE) -> Retry:
    """Ask again, for `patience` seconds, while Storage is throttling, failing or out of reach."""
    return Retry(predicate=if_exception_type(*_TRANSIENT), initial=0.2, maximum=2.0, timeout=patience)


def now() -> datetime:
    """The time, as Storage tells those of its objects."""
    return datetime.now(UTC)


@contextmanager
def named_errors(setting: str, role: str, who: str = "the function's service account") -> Iterator[None]:
    """Name Storage's errors; `setting` holds the bucket's name, `role` is what `who` asks needs on it.

    Raises `Misconfigured` for a bucket that is missing or closed, `Transient` when Storage did not answer.
    """
    try:
        yield
    except (exceptions.NotFound, exceptions.Forbidden, exceptions.Unauthorized) as error:
        raise Misconfigured(
            setting,
            f"the bucket cannot be used ({error.code} {type(error).__name__}); write an existing bucket and "
            f"grant {who} {role} on it",
        ) from error
    except DefaultCredentialsError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error
    except _TRANSIENT as error:
        raise Transient(Reason.STORAGE_UNAVAILABLE, f"Cloud Storage did not answer: {error}") from error


def client() -> Client:
    """Google's own service, or the emulator that `STORAGE_EMULATOR_HOST` names; raises `Misconfigured`."""
    try:
        return Client()
    except DefaultCredentialsError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error
