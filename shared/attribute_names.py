"""The names under which a record holds what we write into it; a shop may have other uses for ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")

_TOLD = ("imageURL", "labels", "labelNames", "visual", "visualWords")


def _called(name: str) -> str:
    """A field whose default, and whose name for those who change it, is the guide's own."""
    default: str = field(default=name, metadata={"called": name})
    return default


@dataclass(frozen=True, slots=True)
class AttributeNames:
    """The name of each of our attributes in a record.

    Those of Algolia's guide to image search are the default. `image_url` is empty where it is left to the
    shop; `words` and `code` are followed by `_` and the encoder's tag. Raises `ValueError` for names that
    Algolia or we could not tell apart.
    """

    image_url: str = _called("imageURL")
    labels: str = _called("labels")
    label_names: str = _called("labelNames")
    visual: str = _called("visual")
    version: str = _called("imageVersion")
    words: str = _called("visualWords")
    code: str = _called("visualCode")
    colors: str = _called("colors")

    def __post_init__(self) -> None:
        given = list(filter(None, self.by_default_name().values()))
        for name in given:
            if not _NAME.fullmatch(name) or name == "objectID":
                raise ValueError(f"{name!r} cannot be ours: write letters, digits, - and _, a letter first")
        if len(set(given)) < len(given) or any(name.startswith(self.of_encoders) for name in given):
            raise ValueError("two attributes have one name; write different ones")
        if missing := [
            name for name, own in self.by_default_name().items() if not own and name != "imageURL"
        ]:
            raise ValueError(f"{missing[0]} needs a name; only imageURL can be left alone, by an empty one")

    def by_default_name(self) -> dict[str, str]:
        """The name of each, by the name it has by default."""
        return {each.metadata["called"]: getattr(self, each.name) for each in fields(self)}

    def told(self) -> dict[str, str]:
        """Those that whoever reads hits has to know; one that is left alone has none."""
        called = self.by_default_name()
        return {name: called[name] for name in _TOLD if called[name]}

    @property
    def of_encoders(self) -> tuple[str, str]:
        """The beginnings of names that end with an encoder's tag, whichever encoder that is."""
        return f"{self.words}_", f"{self.code}_"

    @property
    def label_facet(self) -> str:
        """The facet of labels."""
        return f"{self.labels}.description"

    @property
    def recognizer_facet(self) -> str:
        """The facet that tells whose labels a record has."""
        return f"{self.visual}.recognizer"


DEFAULT_NAMES = AttributeNames()


def renamed(changes: Iterable[str]) -> AttributeNames:
    """The default names but for changes such as `labels=imageLabels`, or `imageURL=` to leave that alone.

    Raises `ValueError` that says what to write.
    """
    ours: Mapping[str, str] = {each.metadata["called"]: each.name for each in fields(AttributeNames)}
    given: dict[str, str] = {}
    for change in changes:
        name, equals, other = (part.strip() for part in change.partition("="))
        if not equals or name not in ours:
            raise ValueError(f"{change!r} names none of our attributes; they are {', '.join(ours)}")
        if ours[name] in given:
            raise ValueError(f"{name} is named twice; write it once")
        given[ours[name]] = other
    return AttributeNames(**given)
