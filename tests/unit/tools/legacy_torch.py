"""Writes files in torch's legacy format without torch, opcode by opcode (pickletools lists them)."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass

from tools.embedded_model.weights import MAGIC_NUMBER, PROTOCOL_VERSION


@dataclass(frozen=True)
class Tensor:
    """A tensor in a file; `storage` is raw little-endian float32, `declared` its promised element count."""

    storage: bytes
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0
    declared: int | None = None


def _text(value: str) -> bytes:
    encoded = value.encode()
    return b"X" + len(encoded).to_bytes(4, "little") + encoded


def _integers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(b"I%d\n" % value for value in values) + b"t"


def _tensor(key: str, tensor: Tensor) -> bytes:
    count = len(tensor.storage) // 4 if tensor.declared is None else tensor.declared
    storage = (
        b"(" + _text("storage") + b"ctorch\nFloatStorage\n" + _text(key) + _text("cpu") + b"I%d\nNtQ" % count
    )
    view = b"I%d\n" % tensor.offset + _integers(tensor.shape) + _integers(tensor.strides)
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + view + b"I00\nccollections\nOrderedDict\n)RtR"


def header(magic: int = MAGIC_NUMBER, *, little_endian: bool = True) -> bytes:
    machine = {"protocol_version": PROTOCOL_VERSION, "little_endian": little_endian}
    return b"".join(pickle.dumps(part, 2) for part in (magic, PROTOCOL_VERSION, machine))


def torch_file(tensors: Mapping[str, Tensor]) -> bytes:
    entries = b"".join(_text(name) + _tensor(name, tensor) for name, tensor in tensors.items())
    state_dict = b"\x80\x02ccollections\nOrderedDict\n)R(" + entries + b"u."
    storages = b"".join(
        (len(tensor.storage) // 4).to_bytes(8, "little") + tensor.storage for tensor in tensors.values()
    )
    return header() + state_dict + pickle.dumps(list(tensors), 2) + storages
