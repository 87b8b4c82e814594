"""ViSenze's Recognition API as a recogniser: tags of fashion and furniture, one group of them at a time."""

from __future__ import annotations

from functools import partial
from typing import Literal

from shared.imaging.room import product_room
from shared.labeling.providers.visenze.keys import Keys
from shared.labeling.providers.visenze.labeler import Ask, Visenze

HOST = "https://virecognition.visenze.com"
PATH = "/v1/image/recognize"

MIN_SCORE = 0.5
"""Algolia's guide to image search keeps what is above; what ViSenze's scores mean is not published."""


def create(  # noqa: PLR0913 - one keyword for each setting, as `registry` wants
    *,
    access_key: str,
    secret_key: str,
    tag_group: str,
    host: str = HOST,
    path: str = PATH,
    objects: Literal["merge", "largest"] = "merge",
    timeout: float = 10.0,
    min_score: float | None = None,
    max_labels: int = 10,
) -> Visenze:
    """Build the recogniser; nothing is connected before the first picture.

    `host` is `https://HOST` without a path. `objects` merges the labels of all objects of a picture, or takes
    those of the one with the largest box. `timeout` is in seconds for one picture, retries included.
    """
    lowest = MIN_SCORE if min_score is None else min_score
    fields = {"tag_group": tag_group, "limit": str(max_labels)}
    return Visenze(
        partial(_connect, host + path, Keys(access_key, secret_key), fields),
        recogniser_id=f"visenze{path}/{tag_group}/objects={objects}/min={lowest:g}/max={max_labels}",
        only_largest=objects == "largest",
        timeout=timeout,
        min_score=lowest,
        max_labels=max_labels,
        imaging=product_room(),
    )


def _connect(url: str, keys: Keys, fields: dict[str, str]) -> Ask:
    from shared.labeling.providers.visenze.client import BoundedCalls, Door

    return BoundedCalls(Door(url, keys, fields), keys)
