from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.catalog.index_settings import missing_settings

LABELS, WHOSE = "labels.description", "filterOnly(visual.recognizer)"
COLORS = [LABELS, "colors"]
NEEDED = [LABELS, WHOSE, "colors", "filterOnly(visualWords_x)"]


@pytest.mark.parametrize(
    ("declared", "needed", "added"),
    [
        (["brand", LABELS, WHOSE], (), []),
        (["brand", f"searchable({LABELS})", WHOSE], (), []),
        (None, (), [LABELS, WHOSE]),
        ([], (), [LABELS, WHOSE]),
        (["filterOnly(sku)", "brand"], (), [LABELS, WHOSE]),
        ([], NEEDED, NEEDED),
        (NEEDED, NEEDED, []),
        (["colors"], COLORS, [LABELS, WHOSE]),
        (["searchable(colors)"], COLORS, [LABELS, WHOSE]),
        (["afterDistinct(colors)"], COLORS, [LABELS, WHOSE]),
    ],
)
def test_a_facet_that_is_not_declared_in_any_way_is_added_behind_the_shops_own(
    declared: list[str] | None, needed: Sequence[str], added: list[str]
) -> None:
    written = {"attributesForFaceting": [*(declared or []), *added]} if added else {}
    assert missing_settings({"attributesForFaceting": declared, "ranking": ["filters"]}, needed) == written
    assert declared is not None or missing_settings({}, needed) == written


@pytest.mark.parametrize(
    ("retrieved", "written"),
    [
        (None, ["*", "-visualWords_x"]),
        (["*"], ["*", "-visualWords_x"]),
        (["*", "-cost"], ["*", "-cost", "-visualWords_x"]),
        (["*", "-visualWords_x", "-cost"], None),
        (["*", "visualWords_x"], None),
        (["name", "labels"], None),
        ([], None),
    ],
)
def test_what_nobody_reads_is_left_out_of_hits_that_have_everything(
    retrieved: list[str] | None, written: list[str] | None
) -> None:
    current = {"attributesForFaceting": [LABELS, WHOSE], "attributesToRetrieve": retrieved}
    changes = {} if written is None else {"attributesToRetrieve": written}
    assert missing_settings(current, unread=["visualWords_x"]) == changes
    assert missing_settings({**current, **changes}, unread=["visualWords_x"]) == {}
