"""Amazon Rekognition's DetectLabels as a recogniser."""

from __future__ import annotations

from functools import partial

from shared.imaging.room import product_room
from shared.labeling.providers.rekognition.access import Access
from shared.labeling.providers.rekognition.labeler import Detect, Rekognition

MIN_SCORE = 0.55
"""Amazon's own default of MinConfidence, which is 55."""


def create(  # noqa: PLR0913 - one keyword for each setting, as `registry` wants
    *,
    region: str,
    endpoint: str = "",
    access_key_id: str = "",
    secret_access_key: str = "",
    role_arn: str = "",
    image_properties: bool = False,
    timeout: float = 10.0,
    min_score: float | None = None,
    max_labels: int = 10,
) -> Rekognition:
    """Build the recogniser; nothing is imported from Amazon and nothing connected before the first picture.

    It asks with the access key, or as the role `role_arn`, which it assumes by the service account's Google
    identity; nothing is read from the variables or files that Amazon's tools share. `endpoint` stands for
    Amazon as a whole, the service that gives out roles included. `timeout` is in seconds for one picture,
    retries included. `image_properties` adds colours. Raises `Misconfigured`.
    """
    access = Access(access_key_id, secret_access_key, role_arn)
    return Rekognition(
        partial(_connect, region, endpoint, access, timeout),
        image_properties=image_properties,
        timeout=timeout,
        min_score=MIN_SCORE if min_score is None else min_score,
        max_labels=max_labels,
        imaging=product_room(),
    )


def _connect(region: str, endpoint: str, access: Access, timeout: float) -> Detect:
    from shared.labeling.providers.rekognition.client import Destination, connect
    from shared.labeling.providers.rekognition.identity import google_identity

    return connect(Destination(region, endpoint), access, google_identity, timeout)
