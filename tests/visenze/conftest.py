from __future__ import annotations

from tests.recognizers.services import services, watching

__all__ = ["services"]

vendor = watching("visenze")
