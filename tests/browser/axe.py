"""What axe-core finds wrong with a page for people who use it in other ways."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from devstack.environment import REPOSITORY

_SCRIPT = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """One line for each place that breaks a rule: the rule, how to mend it, where, and the markup."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT.read_text("utf-8"))
    # Axe measures contrast; a color on its way to another has none of its own.
    page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))")
    found: list[dict[str, Any]] = page.evaluate(
        "async (rules) => (await axe.run(document, { runOnly: rules })).violations", _RULES
    )
    return [
        f"{broken['id']}: {broken['help']}, at {' '.join(map(str, node['target']))}: {node['html']}"
        f" ({node['failureSummary']})"
        for broken in found
        for node in broken["nodes"]
    ]
