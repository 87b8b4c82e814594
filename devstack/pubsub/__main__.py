"""`python -m devstack.pubsub --port N`: the stand-in for Pub/Sub."""

from __future__ import annotations

import argparse
import asyncio

from devstack.pubsub.server import serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m devstack.pubsub", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="loopback port to listen on")
    asyncio.run(serve(parser.parse_args().port))
