from __future__ import annotations

import pytest

from shared.attribute_names import DEFAULT_NAMES, AttributeNames, renamed

NAMES = "imageURL", "labels", "labelNames", "visual", "imageVersion", "visualWords", "visualCode", "colors"
DEFAULT = {name: name for name in NAMES}
TAKEN = "two attributes have one name"


def test_the_guides_names_are_the_default() -> None:
    assert DEFAULT_NAMES.by_default_name() == DEFAULT
    assert renamed(()) == DEFAULT_NAMES
    facets = DEFAULT_NAMES.label_facet, DEFAULT_NAMES.recognizer_facet
    assert facets == ("labels.description", "visual.recognizer")


@pytest.mark.parametrize("name", NAMES)
def test_each_can_have_another_name(name: str) -> None:
    assert renamed([f" {name} = other "]).by_default_name() == {**DEFAULT, name: "other"}
    assert renamed(["labels=colors", "colors=labels"]).label_facet == "colors.description", "they may swap"
    assert renamed(["imageURL="]).image_url == "", "that of the picture's address may be none"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["labels"], "'labels' names none of our attributes; they are imageURL, labels, "),
        (["label=x"], "names none of our attributes"),
        (["labels=a", "labels=b"], "labels is named twice"),
        *(([f"{name}="], f"{name} needs a name") for name in NAMES if name != "imageURL"),
        *(([f"labels={name}"], TAKEN) for name in ("visual", "visualWords_x", "visualCode_x")),
        (["visualCode=v", "visualWords=v_w"], TAKEN),
        *(
            ([f"labels={name}"], "write letters, digits, - and _, a letter first")
            for name in ("objectID", "a.b", "a:b", "a b", "_tags", "1a", "größe", "x" * 65)
        ),
    ],
)
def test_names_that_cannot_work_are_refused_with_what_to_write(changes: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        renamed(changes)


def test_names_that_are_made_in_code_are_checked_too() -> None:
    with pytest.raises(ValueError, match="one name"):
        AttributeNames(labels="visual")
