"""Start the stand-in: `python -m devstack.visenze --model FILE --port N --access-key K --secret-key S`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from devstack.desk import Desk, serve
from devstack.looking import add_recogniser, recogniser
from devstack.visenze.server import application
from devstack.visenze.service import Service, VisenzeFault
from shared.errors import Misconfigured


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before the port opens."""
    parser = argparse.ArgumentParser(prog="python -m devstack.visenze", description=__doc__)
    add_recogniser(parser)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--answer-ms", type=int, default=0, help="how long an answer takes at least")
    parser.add_argument("--access-key", required=True, help="the user of HTTP Basic authentication")
    parser.add_argument("--secret-key", required=True, help="its password")
    arguments = parser.parse_args(argv)
    try:
        desk = Desk(recogniser(arguments), VisenzeFault, arguments.answer_ms / 1_000)
    except Misconfigured as error:
        parser.error(str(error))
    service = Service(desk, (arguments.access_key, arguments.secret_key))
    serve("ViSenze", application(service), desk, arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
