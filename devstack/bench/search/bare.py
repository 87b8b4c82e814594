"""The least that a function which waits for other services does: it reads the body, sleeps, and answers."""

from __future__ import annotations

import json
import os
import time

import functions_framework
from flask import Request, Response

WAIT = float(os.environ["UPSTREAM_SECONDS"])


@functions_framework.http
def bare(request: Request) -> Response:
    """Answer after the time that the services would have taken, with the size of what came in."""
    size = len(request.get_data(cache=False))
    time.sleep(WAIT)
    return Response(json.dumps({"bytes": size}), mimetype="application/json")
