"""Google Cloud Vision's label detection as a recogniser."""

from __future__ import annotations

from functools import partial

from shared.importing import importing
from shared.labeling.providers.google_vision.destination import Destination, parent
from shared.labeling.providers.google_vision.labeler import Annotate, GoogleVision

MIN_SCORE = 0.5
"""Vision's own labels hardly ever score lower, and Algolia's guide to image search keeps what is above."""


def create(  # noqa: PLR0913 - one keyword for each setting, as `registry` wants
    *,
    endpoint: str = "",
    region: str = "",
    api_key: str = "",
    project: str = "",
    timeout: float = 10.0,
    min_score: float | None = None,
    max_labels: int = 10,
) -> GoogleVision:
    """Build the recogniser; nothing is imported from Google and nothing connected before the first picture.

    `endpoint` and `region` are explained at `Destination.parse`; `timeout` is in seconds for one batch of up
    to 16 pictures, retries included. With an empty `api_key` the credentials are Google's application default
    credentials. `project` matters only beside a `region`, where it names who asks for that region.
    Raises `Misconfigured` for an endpoint or a region that cannot be meant.
    """
    destination = Destination.parse(endpoint, region)
    return GoogleVision(
        partial(_connect, destination, api_key),
        parent=parent(project, region),
        timeout=timeout,
        min_score=MIN_SCORE if min_score is None else min_score,
        max_labels=max_labels,
    )


def _connect(destination: Destination, api_key: str) -> Annotate:
    with importing(without="aiohttp"):
        from shared.labeling.providers.google_vision.client import BoundedCalls, build

    return BoundedCalls(build(destination, api_key).batch_annotate_images)
