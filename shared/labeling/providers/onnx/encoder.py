"""The encoder around an ONNX file, and the declaration beside it: pictures are cut and scaled as it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import Failure, Misconfigured
from shared.imaging import Imaging, Picture, Raster
from shared.labeling import MAX_DIMENSIONS
from shared.labeling.local import LocalEncoder, Pixels, Session, decoded, middle, pixels_of
from shared.labeling.rotation import rotation

Channels = tuple[float, float, float]
Deviation = Annotated[float, Field(ge=0.001)]
Deviations = tuple[Deviation, Deviation, Deviation]

RAW = ("0..255", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
"""Scale, mean and std that leave a picture's bytes as they are."""


class Declaration(BaseModel):
    """The model's input, as it is made from a picture, and its output.

    CLIP ViT-B/32, for example: `{"side": 224, "resize": "crop", "mean": [0.48145466, 0.4578275, 0.40821073],
    "std": [0.26862954, 0.26130258, 0.27577711], "output_size": 512}`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    side: int = Field(ge=16, le=1024, description="the side of the model's square input, 16 to 1024 pixels")
    resize: Literal["crop", "squash", "pad"] = Field(
        description="crop for the middle square, squash to distort the whole picture, pad to add white"
    )
    resampling: Literal["bicubic", "bilinear"] = Field("bicubic", description="bicubic or bilinear")
    scale: Literal["0..1", "0..255"] = Field(
        "0..1", description='"0..1" or "0..255", where the channels lie before mean and std'
    )
    mean: Channels = Field(description="three numbers, subtracted from red, green and blue")
    std: Deviations = Field(description="three numbers from 0.001, which red, green and blue are divided by")
    layout: Literal["NCHW", "NHWC"] = Field(
        "NCHW", description="NCHW for channels first, NHWC for channels last"
    )
    dtype: Literal["float32", "float16", "uint8"] = Field(
        "float32", description="the type of the model's input: float32, float16 or uint8"
    )
    input: str | None = Field(None, description="the input's name, none where there is only one")
    output: str | None = Field(None, description="the output's name, none where there is only one")
    output_size: int = Field(ge=2, le=8192, description="how many numbers the output has, 2 to 8192")
    ordered: bool = Field(
        default=False, description="true where the output's first numbers tell most, as after a PCA"
    )

    @model_validator(mode="after")
    def _bytes_stay_bytes(self) -> Self:
        if self.dtype == "uint8" and (self.scale, self.mean, self.std) != RAW:
            raise ValueError(
                'dtype uint8 takes pictures as they are: write scale "0..255", mean [0, 0, 0], std [1, 1, 1]'
            )
        return self

    @property
    def dimensions(self) -> int:
        """The number of the output's coordinates that are kept."""
        return min(self.output_size, MAX_DIMENSIONS)


def read_declaration(model: Path) -> Declaration:
    """Read what is declared beside a model; raises `Misconfigured` naming the file and the field."""
    path = model.with_name(f"{model.name}.json")
    try:
        return Declaration.model_validate_json(path.read_bytes())
    except OSError as error:
        advice = f"cannot read {path} ({error.strerror}); declare there what the model wants to see"
        raise Misconfigured("ONNX_MODEL", advice) from error
    except ValidationError as error:
        raise Misconfigured("ONNX_MODEL", f"{path}: {_explained(error)}") from None


def _explained(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    problem = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return problem
    name = str(fault["loc"][0])
    known = Declaration.model_fields.get(name)
    advice = f"write {known.description}" if known else f"known are {', '.join(Declaration.model_fields)}"
    return f"{name}: {problem}; {advice}"


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
