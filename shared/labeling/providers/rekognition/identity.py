"""Who the function is for Google, told to Amazon."""

from __future__ import annotations

from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.id_token import fetch_id_token

from shared.errors import Misconfigured, Transient
from shared.labeling.providers.rekognition.access import KEY_ID, ROLE

AUDIENCE = "sts.amazonaws.com"
"""Whom the token is for. A role's trust policy asks for it as `accounts.google.com:oaud`, and for the service
account's unique id as `accounts.google.com:sub`."""


def google_identity() -> str:
    """Return a token that says which service account this is.

    Raises `Misconfigured` where there is none, and `Transient` while Google does not answer.
    """
    try:
        # A class without annotations, and a function without.
        return str(fetch_id_token(Request(), AUDIENCE))  # type: ignore[no-untyped-call]
    except DefaultCredentialsError as error:
        advice = f"a role needs a function that runs as a Google service account; elsewhere, set {KEY_ID}"
        raise Misconfigured(ROLE, f"{advice} instead; Google's library says: {error}") from error
    except GoogleAuthError as error:
        raise Transient("google-identity-unavailable", f"Google gave no identity: {error}") from error
