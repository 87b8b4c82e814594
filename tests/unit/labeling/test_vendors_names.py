"""A recognizer's name and its vendor's stand in its own folder, and nowhere else in what ships."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from shared.labeling import providers
from shared.labeling.provider import Provider
from shared.labeling.registry import PROVIDERS

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
