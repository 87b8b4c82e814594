"""`measure teach` with the embedded model, from folders of pictures to the labels of a photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.imaging import Picture
from tests.local import embedded_recognizer
from tests.models import embedded_model
from tests.tools.conftest import Tools
from tests.unit.tools.teach.blobs import fill, striped


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    fill(tmp_path / "shop/Pinstripe", 10, lambda number: striped(number, upright=True))
    fill(tmp_path / "shop/Breton", 10, lambda number: striped(number, upright=False))
    return tmp_path / "shop"


def test_a_taught_class_becomes_a_label_of_new_pictures(shop: Path, tmp_path: Path) -> None:
    model = embedded_model(tmp_path)
    (shop / "Breton/broken.jpg").write_bytes(b"no picture")
    out = tmp_path / "head.json"
    result = Tools({"EMBEDDED_MODEL": str(model)})("measure", "teach", str(shop), "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "20 pictures of 2 classes" in result.stdout
    assert "Breton/broken.jpg: this is no picture that can be read" in result.stderr
    recognizer = embedded_recognizer(model, out)
    for name, upright in (("Pinstripe", True), ("Breton", False)):
        labels = recognizer.label(Picture(striped(24, upright=upright)))
        assert labels[0].name == name
