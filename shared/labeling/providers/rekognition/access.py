"""Who asks Amazon, read from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.errors import Misconfigured

KEY_ID = "AWS_ACCESS_KEY_ID"
ROLE = "REKOGNITION_ROLE_ARN"


@dataclass(frozen=True, slots=True)
class Access:
    """An access key, or a role to assume; raises `Misconfigured` for neither, both, or half a key."""

    key_id: str
    secret: str = field(repr=False)
    role_arn: str = ""

    def __post_init__(self) -> None:
        if self.role_arn and (self.key_id or self.secret):
            raise Misconfigured(ROLE, f"there is an access key too; leave this or {KEY_ID} empty")
        if not (self.key_id or self.role_arn):
            raise Misconfigured(
                KEY_ID, f"write an access key's id, or instead name a role to assume in {ROLE}"
            )
        if self.key_id and not self.secret:
            raise Misconfigured("AWS_SECRET_ACCESS_KEY", f"write the secret that belongs to {KEY_ID}")

    @property
    def setting(self) -> str:
        """The setting to blame where Amazon lets it do nothing."""
        return ROLE if self.role_arn else KEY_ID
