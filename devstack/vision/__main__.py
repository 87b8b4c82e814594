"""Start the stand-in: `python -m devstack.vision --model FILE --grpc-port N --rest-port M`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from devstack.recognizers import command_line, recognizer
from devstack.serving import run
from devstack.vision import STAND_IN
from devstack.vision.server import Service, serving


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before either port opens."""
    parser = command_line(STAND_IN.package, __doc__)
    parser.add_argument("--grpc-port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="0 for a free one")
    arguments = parser.parse_args(argv)
    service = Service(recognizer(parser, arguments), arguments.answer_ms / 1_000)
    run("Vision", serving(service, arguments.grpc_port, arguments.rest_port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
