"""`visual-search`: the operator's command line."""

from __future__ import annotations

from tools.cli import main

if __name__ == "__main__":
    main()
