"""The promises of the recognizer that RECOGNIZER names, on its own service: some 150 pictures are sent."""

from __future__ import annotations

import os

import pytest

from shared import wiring
from shared.labeling.registry import RECOGNIZERS
from shared.settings.labeling import LabelingSettings
from tests.contract.recognizer_contract import Subject
from tests.contract.test_recognizers import (  # noqa: F401 they are collected here
    test_a_bad_picture_fails_alone,
    test_a_bad_picture_is_a_permanent_failure,
    test_a_file_of_too_many_bytes_is_a_permanent_failure,
    test_a_picture_has_each_label_once,
    test_a_raster_is_labeled_too,
    test_labels_come_best_first_with_scores_in_0_to_1,
    test_no_pictures_get_no_labels,
    test_the_recognizer_id_begins_with_the_name,
)


@pytest.fixture(scope="session")
def subject() -> Subject:
    name = os.environ.get("RECOGNIZER", "")
    if name not in RECOGNIZERS:
        pytest.skip(f"set RECOGNIZER to one of {', '.join(RECOGNIZERS)}, and its own settings")
    return Subject(wiring.chosen_recognizer(LabelingSettings.from_env()))
