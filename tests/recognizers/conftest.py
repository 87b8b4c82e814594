from __future__ import annotations

from tests.recognizers.services import KINDS, services, watching

__all__ = ["services"]

vendor = watching(*KINDS)
