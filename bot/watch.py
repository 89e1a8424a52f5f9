"""What is counted while Duly works. Nobody counts unless `duly serve` sets somebody to it (bot/metrics.py)."""

from typing import Protocol


class Watch(Protocol):
    """Told of what happens: how many, how long, and which of a few kinds. Never who, where or what."""

    def handled(self, count: int, seconds: float) -> None:
        """So many messages were handled and kept together, in so long."""

    def not_kept(self) -> None:
        """The database took nothing."""

    def sent(self, platform: str, outcome: str, seconds: float) -> None:
        """One try to send a letter."""


class Unwatched:
    """Nobody counts."""

    def handled(self, count: int, seconds: float) -> None: ...

    def not_kept(self) -> None: ...

    def sent(self, platform: str, outcome: str, seconds: float) -> None: ...
