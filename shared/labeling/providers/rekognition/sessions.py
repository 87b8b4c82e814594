"""Sessions of Amazon's library that know what they are told, and nothing of what its tools share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.credentials import (
    AssumeRoleWithWebIdentityCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.session import Session

Token = Callable[[], str]
"""Returns a web identity token, a new one each time; raises `Transient` or `Misconfigured`."""

CreateClient = Callable[..., Any]
"""Creates the library's client for a service, with a `config` of its own."""

_SESSION_NAME = "visual-image-search"
"""What Amazon's log of calls names who came as the role."""

_NOWHERE = (None, None, None, None)


def isolated() -> Session:
    """A session without ~/.aws, without a profile, and without any credentials."""
    session = Session(session_vars=dict.fromkeys(("config_file", "credentials_file", "profile"), _NOWHERE))
    session.register_component("credential_provider", CredentialResolver([]))
    return session


def assuming(session: Session, role_arn: str, token: Token, create_client: CreateClient) -> None:
    """Let `session` act as the role, which it assumes when first needed, and again before that expires."""
    fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
        create_client, token, role_arn, extra_args={"RoleSessionName": _SESSION_NAME}
    )
    session.register_component("credential_provider", CredentialResolver([_Role(fetcher)]))


class _Role(CredentialProvider):
    METHOD = "assume-role-with-web-identity"

    def __init__(self, fetcher: AssumeRoleWithWebIdentityCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)
