"""What Vision is asked for, read from the settings: the features of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from shared.imaging.colors import REVISION

MODEL = "builtin/stable"

Objects = Literal["", "boxes", "largest"]
SafeSearch = Literal["", "possible", "likely", "very-likely"]


class Type(IntEnum):
    """The types of google.cloud.vision.v1.Feature that matter here."""

    LOGO_DETECTION = 3
    LABEL_DETECTION = 4
    TEXT_DETECTION = 5
    SAFE_SEARCH_DETECTION = 6
    IMAGE_PROPERTIES = 7
    OBJECT_LOCALIZATION = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is wanted of a picture; `create` explains each."""

    max_labels: int
    objects: Objects = ""
    logos: bool = False
    text: bool = False
    colours: bool = False
    safe_search: SafeSearch = ""

    @property
    def identity(self) -> str:
        """What changes labels, as the end of a recogniser id; "" for labels alone.

        Safe search changes none: it refuses pictures.
        """
        objects = f"/objects={self.objects}" if self.objects else ""
        flags = {"logos": self.logos, "text": self.text, f"colours-{REVISION}": self.colours}
        return objects + "".join(f"/{name}" for name, wanted in flags.items() if wanted)

    def locating(self) -> list[Mapping[str, Any]]:
        """What the largest object is found by, before it is looked at alone."""
        return self._requested({Type.OBJECT_LOCALIZATION: True, **self._checking})

    def labelling(self) -> list[Mapping[str, Any]]:
        """What labels are read from; a picture that was located is checked already."""
        wanted = {
            Type.OBJECT_LOCALIZATION: self.objects == "boxes",
            Type.LOGO_DETECTION: self.logos,
            Type.TEXT_DETECTION: self.text,
            Type.IMAGE_PROPERTIES: self.colours,
        }
        checking = {} if self.objects == "largest" else self._checking
        labels = {"type_": Type.LABEL_DETECTION, "max_results": self.max_labels, "model": MODEL}
        return [labels, *self._requested(wanted | checking)]

    @property
    def _checking(self) -> dict[Type, bool]:
        return {Type.SAFE_SEARCH_DETECTION: bool(self.safe_search)}

    def _requested(self, wanted: Mapping[Type, bool]) -> list[Mapping[str, Any]]:
        return [{"type_": kind, "max_results": self.max_labels} for kind, asked in wanted.items() if asked]
