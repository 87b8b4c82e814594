"""The embedded recogniser at work: the next pictures are decoded while the network looks at one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from shared.errors import Failure, Permanent
from shared.labeling import Labeler, PictureLimits
from shared.labeling.providers.embedded.decoding import read_square
from shared.labeling.providers.embedded.network import SIDE
from shared.model import Labels, Picture

LOOK_AHEAD = 8
"""Pictures decoded ahead of the network, 150 kB each: enough to even out small files and large ones."""

Square = NDArray[np.uint8]


class EmbeddedLabeler(Labeler):
    """Labels pictures given as bytes; `recognise` turns one decoded picture into labels.

    Nobody else is asked, so a call's time is bounded by the limits of its pictures alone.
    """

    name = "embedded"

    def __init__(
        self, recogniser_id: str, limits: PictureLimits, recognise: Callable[[Square], Labels]
    ) -> None:
        self.recogniser_id = recogniser_id
        self.limits = limits
        self._recognise = recognise

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`; a URI is answered with `Permanent("uri-not-supported")`."""
        decoded = self._decoded(pictures) if len(pictures) > 1 else map(self._decode, pictures)
        return [each if isinstance(each, Failure) else self._recognise(each) for each in decoded]

    def _decoded(self, pictures: Sequence[Picture]) -> Iterator[Square | Failure]:
        with ThreadPoolExecutor(1, "decode") as decoder:
            ahead: deque[Future[Square | Failure]] = deque()
            for picture in pictures:
                ahead.append(decoder.submit(self._decode, picture))
                if len(ahead) > LOOK_AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _decode(self, picture: Picture) -> Square | Failure:
        if picture.content is None:
            return Permanent("uri-not-supported", f"{self.name} needs a picture's bytes, not {picture.uri}")
        try:
            return read_square(picture.content, SIDE, self.limits)
        except Permanent as failure:
            return failure
