"""Start the stand-in: `python -m devstack.visenze --model FILE --port N`.

With `--by-content` in place of a model, labels are drawn from each picture's bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from devstack.recognizers import command_line, recognizer
from devstack.serving import run
from devstack.standins import KEY, SECRET
from devstack.visenze import STAND_IN
from devstack.visenze.server import Service, serving


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the model is loaded before the port opens."""
    parser = command_line(STAND_IN.package, __doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--access-key", default=KEY, help="the user of HTTP Basic authentication")
    parser.add_argument("--secret-key", default=SECRET, help="its password")
    arguments = parser.parse_args(argv)
    keys = (arguments.access_key, arguments.secret_key)
    service = Service(recognizer(parser, arguments), keys, arguments.answer_ms / 1_000)
    run("ViSenze", serving(service, arguments.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
