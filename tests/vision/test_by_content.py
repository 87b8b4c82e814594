from __future__ import annotations

import pytest

from devstack.recognizers import LABELS_PER_PICTURE, ContentRecognizer
from shared.errors import Permanent
from shared.imaging import Picture
from tests.contract.recognizer_contract import BAD_PICTURES, PHOTOS
from tests.pictures import huge_png

RECOGNIZER = ContentRecognizer()


def test_the_same_bytes_get_the_same_labels_and_others_get_others() -> None:
    pictures = [Picture(photo) for photo in PHOTOS]
    labels = RECOGNIZER.label_many(pictures)
    assert labels == [ContentRecognizer().label(picture) for picture in pictures]
    assert len(set(map(str, labels))) == len(PHOTOS)


def test_labels_come_best_first_each_once() -> None:
    for photo in PHOTOS:
        labels = RECOGNIZER.label(Picture(photo))
        scores = [label.score for label in labels]
        assert scores == sorted(scores, reverse=True)
        assert LABELS_PER_PICTURE - 2 <= len({label.name.casefold() for label in labels}) == len(labels)


@pytest.mark.parametrize(
    "content",
    [*BAD_PICTURES.values(), PHOTOS[0] + bytes(20_000_000), huge_png(14_000, 14_000)],
    ids=[*BAD_PICTURES, "many bytes", "many pixels"],
)
def test_what_is_no_fit_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Permanent):
        RECOGNIZER.label(Picture(content))
