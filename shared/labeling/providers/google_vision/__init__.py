"""Google Cloud Vision as a recogniser."""

from __future__ import annotations

from functools import partial

from shared.imaging.room import product_room
from shared.importing import importing
from shared.labeling.providers.google_vision.asking import Annotate, Asking
from shared.labeling.providers.google_vision.destination import Destination, parent
from shared.labeling.providers.google_vision.features import Features, Objects, SafeSearch
from shared.labeling.providers.google_vision.labeler import GoogleVision
from shared.labeling.providers.google_vision.looking import Largest, Whole

MIN_SCORE = 0.5
"""Vision's own labels hardly ever score lower, and Algolia's guide to image search keeps what is above."""


def create(  # noqa: PLR0913 - one keyword for each setting, as `registry` wants
    *,
    endpoint: str = "",
    region: str = "",
    api_key: str = "",
    project: str = "",
    timeout: float = 10.0,
    objects: Objects = "",
    logos: bool = False,
    text: bool = False,
    colours: bool = False,
    safe_search: SafeSearch = "",
    min_score: float | None = None,
    max_labels: int = 10,
) -> GoogleVision:
    """Build the recogniser; nothing is imported from Google and nothing connected before the first picture.

    `endpoint` and `region` are explained at `Destination.parse`; `timeout` is in seconds for one batch of up
    to 16 pictures, retries included. With an empty `api_key` the credentials are Google's application default
    credentials. `project` matters only beside a `region`, where it names who asks for that region.

    `objects` is "boxes" to name objects and say where they are, or "largest" to name only what the largest
    product shows, at the price of a second call. `logos`, `text` and `colours` add labels of these kinds.
    From the likelihood `safe_search` on, an adult, violent or racy picture is `Permanent("unsafe-picture")`.
    `max_labels` counts for each kind; `min_score` is for labels, objects and logos.
    Raises `Misconfigured` for an endpoint or a region that cannot be meant.
    """
    destination = Destination.parse(endpoint, region)
    asking = Asking(partial(_connect, destination, api_key), parent=parent(project, region), timeout=timeout)
    features = Features(
        max_labels=max_labels,
        objects=objects,
        logos=logos,
        text=text,
        colours=colours,
        safe_search=safe_search,
    )
    least = MIN_SCORE if min_score is None else min_score
    imaging = product_room()
    look = Largest(imaging, asking, features, least) if objects == "largest" else Whole(imaging)
    return GoogleVision(asking, features, look, min_score=least)


def _connect(destination: Destination, api_key: str) -> Annotate:
    with importing(without="aiohttp"):
        from shared.labeling.providers.google_vision.client import BoundedCalls, build

    return BoundedCalls(build(destination, api_key).batch_annotate_images)
