"""Who asks ViSenze."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of an app, which appear in no text that is made of this."""

    access: str = field(repr=False)
    secret: str = field(repr=False)

    def hidden_in(self, text: str) -> str:
        """Return `text` without the keys that somebody has repeated in it."""
        for key in filter(None, (self.secret, self.access)):
            text = text.replace(key, "...")
        return text
