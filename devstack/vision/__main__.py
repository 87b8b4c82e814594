"""Start the stand-in: `python -m devstack.vision --model FILE --grpc-port N --rest-port M`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import threading
from collections.abc import Sequence

from PIL import Image

from devstack.vision.annotator import Annotator
from devstack.vision.by_content import ContentLabeler
from devstack.vision.server import serving
from devstack.vision.service import Service
from devstack.vision.storage import StorageObjects, unconnected
from shared.errors import Misconfigured
from shared.labeling import Labeler, registry
from shared.model import Picture


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before either port opens."""
    parser = argparse.ArgumentParser(prog="python -m devstack.vision", description=__doc__)
    recogniser = parser.add_mutually_exclusive_group(required=True)
    recogniser.add_argument("--model", help="the embedded recogniser's ONNX file")
    recogniser.add_argument("--by-content", action="store_true", help="made-up labels, at no cost")
    parser.add_argument("--grpc-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--answer-ms", type=int, default=0, help="how long an answer takes at least")
    parser.add_argument("--storage", default="", help="where gs:// objects lie, as http://HOST:PORT")
    arguments = parser.parse_args(argv)
    read = StorageObjects(arguments.storage).read if arguments.storage else unconnected
    try:
        labeler = ContentLabeler() if arguments.by_content else _loaded(arguments.model)
    except Misconfigured as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service = Service(Annotator(labeler, read), arguments.answer_ms / 1_000)
    with serving(service, arguments.grpc_port, arguments.rest_port) as addresses:
        sys.stdout.write(f"Vision stand-in: {addresses.grpc} {addresses.rest}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _loaded(model: str) -> Labeler:
    labeler = registry.create("embedded", {"model_path": model})
    sample = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(sample, "PNG")
    labeler.label(Picture(sample.getvalue()))
    return labeler


if __name__ == "__main__":
    sys.exit(main())
