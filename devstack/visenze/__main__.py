"""Start the stand-in: `python -m devstack.visenze --model FILE --port N --access-key K --secret-key S`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from devstack.desk import Desk, serve
from devstack.looking import command_line, recogniser
from devstack.visenze.server import application
from devstack.visenze.service import Service, VisenzeFault


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before the port opens."""
    parser = command_line("visenze", __doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--access-key", required=True, help="the user of HTTP Basic authentication")
    parser.add_argument("--secret-key", required=True, help="its password")
    arguments = parser.parse_args(argv)
    desk = Desk(recogniser(parser, arguments), VisenzeFault, arguments.answer_ms / 1_000)
    service = Service(desk, (arguments.access_key, arguments.secret_key))
    serve("ViSenze", application(service), desk, arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
