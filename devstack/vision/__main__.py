"""Start the stand-in: `python -m devstack.vision --model FILE --grpc-port N --rest-port M`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from devstack.looking import add_recogniser, recogniser
from devstack.vision.annotator import Annotator
from devstack.vision.server import serving
from devstack.vision.service import Service
from shared.errors import Misconfigured


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before either port opens."""
    parser = argparse.ArgumentParser(prog="python -m devstack.vision", description=__doc__)
    add_recogniser(parser)
    parser.add_argument("--grpc-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--answer-ms", type=int, default=0, help="how long an answer takes at least")
    arguments = parser.parse_args(argv)
    try:
        labeler = recogniser(arguments)
    except Misconfigured as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service = Service(Annotator(labeler), arguments.answer_ms / 1_000)
    with serving(service, arguments.grpc_port, arguments.rest_port) as addresses:
        sys.stdout.write(f"Vision stand-in: {addresses.grpc} {addresses.rest}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
