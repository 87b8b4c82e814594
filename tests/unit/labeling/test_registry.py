from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from shared.environment import Settings
from shared.errors import FailureReason, Misconfigured, Reason
from shared.labeling import providers
from shared.labeling.provider import Provider, Wanted
from shared.labeling.registry import (
    DEFAULT_ENCODER,
    DEFAULT_RECOGNIZER,
    ENCODERS,
    PROVIDERS,
    RECOGNIZERS,
    create,
    create_encoder,
    reasons,
)
from shared.loading import installing
from tests.fakes.encoder import FakeEncoder
from tests.fakes.recognizer import FakeRecognizer

WANTED = Wanted(max_labels=3)
REMOTE = [name for name, each in RECOGNIZERS.items() if each.calls]
TOY = Provider(
    name="toy",
    title="Toy",
    settings=Settings,
    library="json",
    recognizer=lambda settings, wanted: FakeRecognizer({}, recognizer_id=f"toy/{settings}/{wanted}"),
    encoder=lambda settings: FakeEncoder({}, encoder_id=f"toy/{settings}"),
)


def test_each_gets_its_own_settings_and_a_recognizer_what_every_one_is_told() -> None:
    assert create("toy", Settings(), WANTED, {"toy": TOY}).recognizer_id == f"toy/{Settings()}/{WANTED}"
    assert create_encoder("toy", Settings(), {"toy": TOY}).encoder_id == f"toy/{Settings()}"


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(Misconfigured) as recognizer:
        create("clarifai", Settings(), WANTED)
    known = f"write one of: {', '.join(RECOGNIZERS)}"
    assert str(recognizer.value) == f"RECOGNIZER: there is no 'clarifai'; {known}"
    with pytest.raises(Misconfigured) as encoder:
        create_encoder("clip", Settings())
    assert str(encoder.value) == f"ENCODER: there is no 'clip'; write one of: {', '.join(ENCODERS)}"


@pytest.mark.parametrize("library", ["no_such_library", "no_such_library.part", "google.cloud.no_such_part"])
def test_one_whose_library_is_missing_says_what_to_run(library: str) -> None:
    known = {"toy": replace(TOY, library=library)}
    advice = re.escape(f"needs the library {library}; run: {installing(library.replace('.', '-'))}")
    with pytest.raises(Misconfigured, match=f"^RECOGNIZER: 'toy' {advice}$"):
        create("toy", Settings(), WANTED, known)
    with pytest.raises(Misconfigured, match=f"^ENCODER: 'toy' {advice}$"):
        create_encoder("toy", Settings(), known)


def test_every_folder_is_known_by_the_name_it_declares_and_what_is_usual_comes_first() -> None:
    folders = [path.name for path in Path(*providers.__path__).iterdir() if (path / "__init__.py").is_file()]
    assert sorted(each.folder for each in PROVIDERS.values()) == sorted(folders)
    assert all(each.recognizer or each.encoder for each in PROVIDERS.values())
    assert [next(iter(RECOGNIZERS)), next(iter(ENCODERS))] == [DEFAULT_RECOGNIZER, DEFAULT_ENCODER]
    assert [DEFAULT_RECOGNIZER, DEFAULT_ENCODER] == ["google-vision", "embedded"]


@pytest.mark.parametrize("name", REMOTE)
def test_one_that_asks_a_vendor_is_made_of_its_example_without_asking(name: str) -> None:
    provider = RECOGNIZERS[name]
    recognizer = create(name, provider.settings.from_env(provider.example), WANTED)
    assert recognizer.name == name
    assert recognizer.takes == provider.takes


def test_a_reason_is_told_by_one_slug_alone_and_says_what_to_do() -> None:
    own = list(reasons())
    every: list[FailureReason] = [*Reason, *own]
    assert len({str(reason) for reason in every}) == len(every)
    assert all(reason.happened and reason.advice for reason in own)


def test_knowing_all_of_them_loads_no_heavy_library() -> None:
    code = (
        "import sys, shared.labeling.registry;"
        "print({'numpy', 'onnxruntime', 'PIL', 'google.cloud.vision_v1', 'boto3'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"set()\n"


FOLDERS = Path(*providers.__path__)
SHIPPED = [
    path
    for folder in ("shared", "functions")
    for path in sorted((REPOSITORY / folder).rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
]
OTHER_NAMES = {
    "google-vision": ("Cloud Vision", "VISION_"),
    "rekognition": ("rekognition",),
    "visenze": ("visenze",),
    "embedded": ("EMBEDDED_", "efficientnet"),
    "onnx": ("ONNX_",),
}
"""What else they are called."""


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_names_stand_in_their_own_folder_alone(provider: Provider) -> None:
    # One without a vendor may be called by words that mean something else too.
    called = {provider.name, provider.folder, provider.title} if provider.calls else set()
    names = {*provider.settings.variables(), *OTHER_NAMES.get(provider.name, ()), *called}
    wanted = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
    here = FOLDERS / provider.folder
    telling = {path: wanted.search(path.read_text(encoding="utf-8", errors="replace")) for path in SHIPPED}
    assert any(found for path, found in telling.items() if here in path.parents)
    assert [
        f"{path.relative_to(REPOSITORY)}: {found[0]}"
        for path, found in telling.items()
        if found and here not in path.parents
    ] == []
