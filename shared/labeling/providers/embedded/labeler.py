"""The embedded recogniser at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.errors import Failure
from shared.labeling import Labeler, PictureLimits
from shared.labeling.decoding import Pixels
from shared.labeling.local import decoded
from shared.labeling.providers.embedded.decoding import read_square
from shared.labeling.providers.embedded.network import SIDE
from shared.model import Labels, Picture


class EmbeddedLabeler(Labeler):
    """Labels pictures given as bytes; `recognise` turns one decoded picture into labels.

    Nobody else is asked, so a call's time is bounded by the limits of its pictures alone.
    """

    name = "embedded"

    def __init__(
        self, recogniser_id: str, limits: PictureLimits, recognise: Callable[[Pixels], Labels]
    ) -> None:
        self.recogniser_id = recogniser_id
        self.limits = limits
        self._recognise = recognise

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`; a URI is answered with `Permanent("uri-not-supported")`."""
        return [
            each if isinstance(each, Failure) else self._recognise(each)
            for each in decoded(pictures, self._read)
        ]

    def _read(self, content: bytes) -> Pixels:
        return read_square(content, SIDE, self.limits)
