"""The encoder around a declared model: pictures are cut and scaled as it wants to see them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.errors import Failure, Misconfigured
from shared.imaging import Imaging, Picture, Raster
from shared.labeling.local import LocalEncoder, Pixels, decoded, middle, pixels_of
from shared.labeling.providers.onnx.declaration import Declaration
from shared.labeling.session import Session


class OnnxEncoder(LocalEncoder):
    """Encodes pictures with a model."""

    name = "onnx"

    def __init__(self, encoder_id: str, model: OnnxModel, imaging: Imaging) -> None:
        self.encoder_id = encoder_id
        self.dimensions = model.dimensions
        self._model = model
        self._imaging = imaging

    def prepare(self) -> None:
        """Load the model and try it."""
        self._model.load()

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        for pixels in decoded(pictures, self._read):
            yield pixels if isinstance(pixels, Failure) else self._model.coordinates(pixels)

    def _read(self, picture: Picture) -> Pixels:
        return pixels_of(squared(self._imaging.raster(picture), self._model.declared))


def squared(raster: Raster, declared: Declaration) -> Raster:
    """Return a picture as the declared square."""
    side = declared.side
    match declared.resize:
        case "crop":
            return raster.resized(side, side, declared.resampling, middle(raster, min(raster.size)))
        case "pad":
            return raster.padded(side, declared.resampling)
        case "squash":
            return raster.resized(side, side, declared.resampling)


class OnnxModel:
    """An ONNX file and its declaration; the file is loaded, and tried, at the first picture.

    Any number of threads may share a model.
    """

    def __init__(self, model: Path, declared: Declaration) -> None:
        self.declared = declared
        self.dimensions = declared.dimensions
        self._model = model
        self._session = Session(
            model, self._check, setting="ONNX_MODEL", advice="write the path of an ONNX file"
        )
        self._rotation = None if declared.ordered else rotation(declared.output_size, self.dimensions)

    def load(self) -> None:
        """Load the file and try it now; raises `Misconfigured`."""
        self._session.loaded()

    def coordinates(self, pixels: Pixels) -> NDArray[np.floating]:
        """Return the coordinates, of shape [dimensions], for 8-bit RGB of shape [1, side, side, 3].

        Raises `Misconfigured` when the file cannot be loaded, or its model is not as declared.
        """
        output = self._run(self._session.loaded(), pixels)
        if self._rotation is None:
            return output[: self.dimensions]
        rotated: NDArray[np.floating] = self._rotation @ output
        return rotated

    def _run(self, session: onnxruntime.InferenceSession, pixels: Pixels) -> NDArray[np.float64]:
        source = self._named("input", self.declared.input, session.get_inputs())
        target = self._named("output", self.declared.output, session.get_outputs())
        [output] = session.run([target], {source: as_declared(pixels, self.declared)})
        return np.asarray(output, np.float64).reshape(-1)

    def _named(self, field: str, wanted: str | None, there: Sequence[onnxruntime.NodeArg]) -> str:
        names = [each.name for each in there]
        if wanted is None and len(names) == 1:
            return str(names[0])
        if wanted in names:
            return str(wanted)
        problem = f"the model has no {field} {wanted!r}" if wanted else f"the model has several {field}s"
        raise self._misconfigured(f"{field}: {problem}; write one of: {', '.join(names)}")

    def _check(self, session: onnxruntime.InferenceSession) -> None:
        blank = np.zeros((1, self.declared.side, self.declared.side, 3), np.uint8)
        try:
            output = self._run(session, blank)
        except Misconfigured:
            raise
        except Exception as error:
            raise self._misconfigured(
                f"the model does not work as side, layout and dtype declare ({error}); correct them"
            ) from error
        if output.size != self.declared.output_size:
            raise self._misconfigured(
                f"output_size: the output has {output.size} numbers, not {self.declared.output_size};"
                " write that, or choose another output"
            )

    def _misconfigured(self, problem: str) -> Misconfigured:
        return Misconfigured("ONNX_MODEL", f"{self._model}.json: {problem}")


def as_declared(pixels: Pixels, declared: Declaration) -> NDArray[np.generic]:
    """Return 8-bit RGB of shape [1, side, side, 3] as the input declared: scaled, normalized, laid out."""
    values: NDArray[np.generic] = pixels
    if declared.dtype != "uint8":
        white = 255.0 if declared.scale == "0..1" else 1.0
        mean, std = np.array(declared.mean, np.float32), np.array(declared.std, np.float32)
        values = ((pixels / np.float32(white) - mean) / std).astype(declared.dtype)
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2) if declared.layout == "NCHW" else values)


SEED = b"rotation 1"
"""Another seed, or other code below, would make all stored vectors worthless."""


def rotation(size: int, kept: int) -> NDArray[np.float64]:
    """Return the first `kept` rows, of shape [kept, size], of a fixed rotation of `size` dimensions.

    CLIP's coordinates are in no order, and some are far larger than others, so leaving out all but the first
    would be a lottery. This is the cosine transform (DCT-II) after random changes of sign, as in the fast
    Johnson-Lindenstrauss transform (Ailon and Chazelle, 2009): inner products survive the cut on average. It
    depends on no library's random numbers and on no matrix factorisation.
    """
    drawn = np.frombuffer(hashlib.shake_256(SEED).digest(-(-size // 8)), np.uint8)
    signs = np.unpackbits(drawn)[:size] * 2.0 - 1.0
    rows = np.arange(kept)[:, np.newaxis]
    cosines = np.cos(np.pi / size * rows * (np.arange(size) + 0.5))
    lengths = np.where(rows == 0, np.sqrt(1 / size), np.sqrt(2 / size))
    rotated: NDArray[np.float64] = cosines * lengths * signs
    return rotated
