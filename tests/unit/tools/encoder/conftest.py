from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["test_exporting.py"]
"""Torch is not among what set-up installs; CONTRIBUTING.md says how to run this file."""
