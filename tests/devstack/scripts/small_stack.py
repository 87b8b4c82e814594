"""Run a part of the local stack, print its process ids, wait for a signal."""

from __future__ import annotations

import json
import signal
from contextlib import suppress

from devstack.stack import LocalStack, StackOptions

if __name__ == "__main__":
    parts = StackOptions(parts=frozenset({"pubsub", "algolia"}))
    with suppress(KeyboardInterrupt), LocalStack(parts) as stack:
        print(json.dumps(stack.processes.pids()), flush=True)  # noqa: T201 - its output is its purpose
        signal.pause()
