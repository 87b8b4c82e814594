"""The import of a tower: exported, declared, compared, quantized, measured, and only then written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.imaging import Imaging
from shared.labeling import MAX_DIMENSIONS
from shared.labeling.providers.onnx.encoder import Declaration
from tools.encoder import checking
from tools.encoder.checking import Original
from tools.encoder.declaring import declare
from tools.encoder.environment import Export
from tools.encoder.measuring import Measure
from tools.encoder.pictures import chosen, rasters, written
from tools.encoder.report import Report, size_for
from tools.encoder.towers import Tower, refusal
from tools.files import beside, write_result
from tools.output import note

COMPARED, LEAST_COMPARED = 16, 4
CALIBRATED, LEAST_CALIBRATED = 100, 20
"""Pictures to compare and to calibrate with, and the fewest that will do."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The collaborators: the environment with torch, the process that measures, the opener of pictures."""

    export: Export
    measure: Measure
    imaging: Imaging


@dataclass(frozen=True, slots=True)
class Order:
    """An operator's wish; `calibration` has the pictures for 8 bits, None for floats."""

    tower: Tower
    out: Path
    pictures: Path
    calibration: Path | None

    def check(self) -> None:
        """Raises `Ended` where what is written would replace what is read."""
        read = {path.resolve() for path in (self.tower.weights, self.tower.config) if path}
        for out in (self.out, beside(self.out)):
            if out.resolve() in read:
                raise refusal(f"{out} is a file of the tower: name another as --out")


@dataclass(frozen=True, slots=True)
class _Bench:
    """A folder to work in, the pictures as files there, and the original's vectors of them."""

    folder: Path
    files: Sequence[Path]
    original: Original
    declared: Declaration

    def declare(self, model: Path) -> Path:
        """Write the declaration beside a model, and return the model."""
        text = self.declared.model_dump_json(exclude_defaults=True, indent=2)
        beside(model).write_text(f"{text}\n")
        return model


def imported(order: Order, shop: Workshop, folder: Path) -> Report:
    """Import a tower by way of an empty folder; raises `Ended`, and then `order.out` is as it was."""
    order.check()
    tower, paths = order.tower, chosen(order.pictures, COMPARED)
    files = written(paths, shop.imaging, folder, LEAST_COMPARED)
    if tower.config:
        # What cannot be declared is told before the export, which takes minutes.
        declare(tower.kind, tower.config, MAX_DIMENSIONS)
    shop.export(tower, files, folder)
    original = checking.read_original(folder / "original.npz")
    config = tower.config or folder / "config.json"
    bench = _Bench(folder, files, original, declare(tower.kind, config, original.vectors.shape[1]))
    model = bench.declare(folder / "tower.onnx")
    agreements = _compared(model, bench, config)
    if order.calibration:
        model = _quantized(model, bench, chosen(order.calibration, CALIBRATED, paths), shop.imaging)
        agreements["in 8 bits"] = _in_8_bits(model, bench)
    measured = shop.measure(model, files)
    size_for(measured)  # refuses what no instance holds
    for written_file, out in ((model, order.out), (beside(model), beside(order.out))):
        write_result(out, written_file.read_bytes())
    return Report(order.out, tower.name, tower.license, bench.declared, agreements, measured)


def _compared(model: Path, bench: _Bench, config: Path) -> dict[str, float]:
    alone = checking.alone(model, bench.original)
    checking.check("the network", alone, checking.LEAST_ALONE, "its layers do not survive the export")
    whole = checking.whole(model, bench.files, bench.original)
    checking.check("the encoder", whole, checking.LEAST_WHOLE, f"{config} tells of another input than it has")
    return {"the network": alone, "from the file on": whole}


def _quantized(model: Path, bench: _Bench, paths: Sequence[Path], imaging: Imaging) -> Path:
    from tools.encoder.quantizing import quantize  # noqa: PLC0415 onnx is not among the tools' libraries

    if len(paths) < LEAST_CALIBRATED:
        raise refusal(
            f"--quantize has {len(paths)} pictures beside those compared; {LEAST_CALIBRATED} are needed"
        )
    note(f"Quantizes by {len(paths)} pictures ...")
    out = bench.folder / "quantized.onnx"
    quantize(model, bench.declared, rasters(paths, imaging), out)
    return bench.declare(out)


def _in_8_bits(model: Path, bench: _Bench) -> float:
    found = checking.whole(model, bench.files, bench.original)
    advice = "leave out --quantize, or give it pictures more like your shop's"
    checking.check("the encoder in 8 bits", found, checking.LEAST_WHOLE, advice)
    return found
