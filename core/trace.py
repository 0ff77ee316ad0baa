"""What one answer took and did without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trace:
    """Timings and dropped parts of one answer."""

    clock: Callable[[], float]
    """Seconds, monotonic."""
    started: float
    """The clock's reading at the start."""
    is_writer_down: bool = False
    """True once the language model has failed in this answer."""
    dropped: list[str] = field(default_factory=list)
    """Parts left out, as `part:reason`."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Step → milliseconds."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measures one step."""
        begun = self.clock()
        try:
            yield
        finally:
            self.timings_ms[name] = self.timings_ms.get(name, 0.0) + (self.clock() - begun) * 1e3

    def seconds(self, name: str) -> float:
        """How long a step has taken so far."""
        return self.timings_ms.get(name, 0.0) / 1e3

    def drop(self, part: str) -> None:
        """Notes a part that was left out, once."""
        if part not in self.dropped:
            self.dropped.append(part)

    def finish(self) -> dict[str, float]:
        """All timings with the total."""
        return {**self.timings_ms, "total": (self.clock() - self.started) * 1e3}
