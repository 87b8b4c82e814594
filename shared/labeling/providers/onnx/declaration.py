"""What a model's owner declares about it, in the JSON file beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import Misconfigured
from shared.labeling.encoding import MAX_DIMENSIONS

Channels = tuple[float, float, float]
Deviation = Annotated[float, Field(ge=0.001)]
Deviations = tuple[Deviation, Deviation, Deviation]

RAW = ("0..255", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
"""Scale, mean and std that leave a picture's bytes as they are."""


class Declaration(BaseModel):
    """How a picture becomes the model's input, and what its output is.

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
        """How many coordinates are kept of the output."""
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
