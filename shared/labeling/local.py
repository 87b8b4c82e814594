"""What recognisers and encoders on this machine share: pictures are decoded while the network is at work."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from shared.errors import Failure, Permanent
from shared.labeling.decoding import Pixels
from shared.labeling.encoding import Encoder, unit_vector
from shared.model import Picture, Vector

LOOK_AHEAD = 8
"""Pictures decoded ahead of the network, 150 kB each at 224 x 224: enough to even out file sizes."""

Read = Callable[[bytes], Pixels]
"""Decodes a picture file; raises `Permanent`."""


def decoded(pictures: Sequence[Picture], read: Read) -> Iterator[Pixels | Failure]:
    """Decode pictures in their order, several ahead on a thread of their own.

    A URI is answered with `Permanent("uri-not-supported")`.
    """
    if len(pictures) <= 1:
        yield from (_decode(picture, read) for picture in pictures)
        return
    with ThreadPoolExecutor(1, "decode") as decoder:
        ahead: deque[Future[Pixels | Failure]] = deque()
        for picture in pictures:
            ahead.append(decoder.submit(_decode, picture, read))
            if len(ahead) > LOOK_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _decode(picture: Picture, read: Read) -> Pixels | Failure:
    if picture.content is None:
        return Permanent("uri-not-supported", f"a model on this machine needs bytes, not {picture.uri}")
    try:
        return read(picture.content)
    except Permanent as failure:
        return failure


class LocalEncoder(Encoder):
    """An encoder that asks nobody else: it reads pixels, and turns them into coordinates."""

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`; a URI is answered with `Permanent("uri-not-supported")`."""
        return [
            each if isinstance(each, Failure) else self._encode(each)
            for each in decoded(pictures, self._read)
        ]

    def _encode(self, pixels: Pixels) -> Vector | Failure:
        coordinates = self._coordinates(pixels)
        try:
            return unit_vector(coordinates.tolist())
        except ValueError as error:
            return Permanent("bad-picture", f"{self.name} sees nothing in this picture: {error}")

    @abstractmethod
    def _read(self, content: bytes) -> Pixels:
        """Decode a picture; raises `Permanent`."""

    @abstractmethod
    def _coordinates(self, pixels: Pixels) -> NDArray[np.floating]:
        """Return the coordinates, of shape [dimensions] and any length; raises `Misconfigured`."""
