"""The start of a function in the folder of its unpacked bundle, tried out; `starting` runs this as a program.

Called with the function's name, in the planned environment. What it imports is the bundle's own, so that a
zip judges by its own classes, providers and models. Prints one JSON object, see `starting.Judged`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from io import StringIO
from typing import Any

from shared import wiring
from shared.errors import Misconfigured
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings

_CLASSES: dict[str, type[EnrichSettings | SearchSettings]] = {
    "enrich": EnrichSettings,
    "search": SearchSettings,
}


def judged(function: str) -> dict[str, Any]:
    """The faults that can be found, all of them, and what deadlines are made of."""
    settings, faults = _CLASSES[function].judged(os.environ)
    labeling, wrong = LabelingSettings.judged(os.environ)
    found: dict[str, Any] = {}
    if labeling is not None and not wrong:
        faults += labeling.lacking() or Misconfigured.found_by(
            lambda: found.update(recognizer=wiring.chosen_recognizer(labeling).recognizer_id),
            lambda: found.update(encoder=_encoder_id(labeling)),
        )
        found["inARow"] = _in_a_row(labeling)
    if settings is not None:
        found |= _longest(settings)
    told = [{"setting": fault.setting, "advice": fault.advice} for fault in faults]
    return {"faults": told or list(_started(function)), **found}


def _encoder_id(settings: LabelingSettings) -> str:
    encoder = wiring.chosen_encoder(settings)
    return encoder.encoder_id if encoder else "none"


def _longest(settings: EnrichSettings | SearchSettings) -> dict[str, float]:
    if isinstance(settings, EnrichSettings):
        return {"longest": wiring.longest_picture(settings)}
    recognition = wiring.longest_recognition(settings)
    return {"longest": wiring.longest_search(settings), "recognition": recognition}


def _in_a_row(settings: LabelingSettings) -> dict[str, int]:
    """The features in use for which a picture takes several calls, one after the other."""
    known = RECOGNIZERS[settings.recognizer].features
    chosen = [name for name in settings.recognizer_features if name in known]
    return {name: known[name].calls for name in chosen if known[name].calls > 1}


def _started(function: str) -> Iterator[dict[str, str]]:
    """Load the function as the platform does; the fault that its log line tells, if it does not start."""
    from functions_framework import create_app  # noqa: PLC0415 only where all else is right

    written = StringIO()
    with redirect_stdout(written), suppress(SystemExit):
        create_app(function, "main.py")  # type: ignore[no-untyped-call] # the framework has no types
    logging.disable()
    for line in map(json.loads, written.getvalue().splitlines()):
        if line["message"] == "misconfigured":
            yield {"setting": line["setting"], "advice": line["detail"]}


if __name__ == "__main__":
    json.dump(judged(sys.argv[1]), sys.stdout)
