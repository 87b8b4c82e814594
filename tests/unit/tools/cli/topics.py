"""A topic in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.errors import Transient


@dataclass
class FakeTopic:
    """Keeps the names that were asked about, once waited for; `prompt` confirms at once, `failing` never."""

    prompt: bool = False
    failing: str = ""
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    flying: int = 0
    most: int = 0

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> FakeConfirmation:
        self.asked.append((bucket, name, retry_refused))
        self.flying += 1
        self.most = max(self.most, self.flying)
        return FakeConfirmation(self, name)


@dataclass
class FakeConfirmation:
    topic: FakeTopic
    name: str

    def done(self) -> bool:
        return self.topic.prompt

    def wait(self) -> None:
        self.topic.flying -= 1
        if self.name == self.topic.failing:
            raise Transient("pubsub-unavailable", "down")
        self.topic.kept.append(self.name)
