from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.record import Fitted, fitted, size_of

WORDS = [f"a{number:02}" for number in range(40)]


def test_a_record_is_measured_as_minified_json_in_utf_8() -> None:
    assert size_of({"a": "é", "b": [1, True, None]}) == len('{"a":"é","b":[1,true,null]}'.encode())


def test_what_fits_is_left_whole() -> None:
    ours = {"words": WORDS, "code": "AQ=="}
    assert fitted({"name": "N"}, ours, 10_000, ["words"]) == Fitted(ours, size_of({"name": "N", **ours}))


@given(
    st.text(max_size=60), st.integers(0, 40), st.lists(st.text(max_size=3), max_size=5), st.integers(0, 500)
)
def test_as_many_of_the_first_values_stay_as_there_is_room_for(
    text: str, count: int, before: list[str], limit: int
) -> None:
    record, ours = {"text": text, "words": before}, {"words": WORDS[:count], "code": "AQ=="}
    fit = fitted(record, ours, limit, ["words"])
    kept = fit.ours["words"]
    assert kept == WORDS[: len(kept)]
    assert fit.left_out == count - len(kept)
    assert fit.size == size_of({**record, **fit.ours})
    assert fit.size <= limit or not kept
    if fit.left_out:
        assert size_of({**record, **ours, "words": WORDS[: len(kept) + 1]}) > limit


def test_nothing_but_the_optional_is_left_out() -> None:
    assert fitted({}, {"words": WORDS, "code": "AQ=="}, 0, ["words"]).ours == {"words": [], "code": "AQ=="}
