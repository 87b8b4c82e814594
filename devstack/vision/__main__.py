"""Start the stand-in: `python -m devstack.vision --model FILE --grpc-port N --rest-port M`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence

from devstack.looking import command_line, recogniser
from devstack.vision.annotator import Annotator
from devstack.vision.server import serving
from devstack.vision.service import Service


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before either port opens."""
    parser = command_line("vision", __doc__)
    parser.add_argument("--grpc-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="0 for a free one")
    arguments = parser.parse_args(argv)
    labeler = recogniser(parser, arguments)
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
