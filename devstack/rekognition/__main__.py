"""Start the stand-in: `python -m devstack.rekognition --model FILE --port N`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from devstack.recognizers import command_line, recognizer
from devstack.rekognition import STAND_IN
from devstack.rekognition.server import Service, serving
from devstack.serving import run
from devstack.standins import KEY


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before the port opens."""
    parser = command_line(STAND_IN.package, __doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--key-id", default=KEY, help="the access key that may ask")
    arguments = parser.parse_args(argv)
    service = Service(recognizer(parser, arguments), arguments.answer_ms / 1_000)
    run("Rekognition", serving(service, arguments.port, arguments.key_id))
    return 0


if __name__ == "__main__":
    sys.exit(main())
