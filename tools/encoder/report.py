"""The result of an import: what was found and measured, what to set, and the command that comes next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.imaging.opening import MEMORY_BYTES
from shared.labeling.providers.onnx.encoder import Declaration
from tools import calling
from tools.encoder.measuring import AT_ONCE, Measured
from tools.encoder.towers import refusal
from tools.output import facts, readable_bytes, say

_FUNCTION = 107
"""MiB of a search function without an encoder, see docs/retrieval.md."""

_REST = _FUNCTION + MEMORY_BYTES // 2**20
"""MiB that an instance needs beside the encoder: the function's, and what decoding large photos may take."""

_SIZES = ((1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (32, 8))
"""GiB of an instance, and the fewest processors that Cloud Run gives as much to."""

_PATIENCE = 1_000
"""Milliseconds that a photo may take to encode when every slot of an instance has one."""

_SLOTS = {"search": ("max_concurrent_searches", AT_ONCE), "enrich": ("concurrency", 4)}
"""The module's own numbers at work at a time, which are lowered for a slow encoder and never raised."""


@dataclass(frozen=True, slots=True)
class Size:
    """An instance's memory in GiB, and its processors."""

    memory: int
    cpu: int

    def slots(self, function: str, milliseconds: float) -> int:
        """Return how many requests at a time leave each a second at most for its picture."""
        _, most = _SLOTS[function]
        return max(1, min(most, int(_PATIENCE * self.cpu / milliseconds)))


def size_for(measured: Measured) -> Size:
    """Return the smallest instance, from the module's own size, that holds the encoder and the function.

    Raises `Ended` where none does.
    """
    needed = measured.memory + _REST
    for memory, cpu in _SIZES:
        if memory * 1024 >= needed:
            return Size(memory, cpu)
    largest = f"the largest instance has {1024 * _SIZES[-1][0]:,}"
    raise refusal(f"the encoder needs {needed:,} MiB, and {largest}: import a smaller tower")


@dataclass(frozen=True, slots=True)
class Report:
    """An encoder that was imported, and everything that was found out about it."""

    out: Path
    title: str
    license: str | None
    declared: Declaration
    agreements: Mapping[str, float]
    measured: Measured

    def show(self) -> None:
        """Print it all."""
        facts(f"{self.out} ({readable_bytes(self.out.stat().st_size)})", self._rows())
        say("Bundle it, with --recognizer where yours is not the default:")
        files = (f"--file={self.out}{ending}" for ending in ("", ".json"))
        say(f"  {calling.line('bundle', '--encoder=onnx', *files)}")
        say("and write into shop.tfvars, beside what these variables have already:")
        for line in self._variables():
            say(f"  {line}")
        say("For the other commands, in visual-search.toml:")
        for name, value in self._profile().items():
            say(f"  {name} = {json.dumps(value, ensure_ascii=False)}")

    def as_json(self) -> dict[str, object]:
        """The same for scripts."""
        return {
            "encoder": str(self.out),
            "agreements": dict(self.agreements),
            **asdict(self.measured),
            "profile": self._profile(),
            "tfvars": self._variables(),
        }

    def _profile(self) -> dict[str, str]:
        return {"ENCODER": "onnx", "ONNX_MODEL": str(self.out.resolve())}

    def _rows(self) -> list[tuple[str, str]]:
        declared, measured = self.declared, self.measured
        kept = (
            f", of which {declared.dimensions} are kept" if declared.dimensions < declared.output_size else ""
        )
        return [
            ("tower", self.title),
            ("license", self.license or "none found: ask who trained it before a shop uses it"),
            ("input", f"{declared.side} pixels, {declared.resize}, {declared.resampling}"),
            ("output", f"{declared.output_size} numbers{kept}"),
            *((name, f"agrees with the original to {found:.4f}") for name, found in self.agreements.items()),
            ("time", f"{measured.milliseconds:,.0f} ms of one processor a picture, on this machine"),
            ("memory", f"{measured.memory:,} MiB with {AT_ONCE} pictures at once, {_REST} for the rest"),
        ]

    def _variables(self) -> list[str]:
        size, slow = size_for(self.measured), self.measured.milliseconds
        path = json.dumps(f"files/{self.out.name}")
        instance = f'memory = "{size.memory}Gi", cpu = {size.cpu}'
        return [
            f'encoder = {{ name = "onnx", settings = {{ ONNX_MODEL = {path} }} }}',
            *(
                f"{name}  = {{ {instance}, {slots} = {size.slots(name, slow)} }}"
                for name, (slots, _) in _SLOTS.items()
            ),
        ]
