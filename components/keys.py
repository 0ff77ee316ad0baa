"""Names of a visit's widgets."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TypeVar, cast

from core.types import Lang

Value = TypeVar("Value")


@dataclass(slots=True)
class Keys:
    """Names of widgets; a renewed name makes Streamlit draw the widget afresh from the visit."""

    prefix: str
    """Differs between visits and languages."""
    ages: dict[str, int] = field(default_factory=dict)
    """Widget → how often it was renewed."""
    starts: dict[str, object] = field(default_factory=dict)
    """Key → what the widget was first drawn with."""
    lasts: dict[str, object] = field(default_factory=dict)
    """Key → what the widget last held."""
    is_stale: bool = False
    """True when a widget that is already on screen was renewed in this run."""

    def __call__(self, name: str) -> str:
        """The widget's key in this run."""
        return f"{name}.{self.prefix}.{self.ages.get(name, 0)}"

    def start(self, name: str, value: Value) -> Value:
        """What the widget was first drawn with under its present key: `value`, when that is now."""
        return cast("Value", self.starts.setdefault(self(name), value))

    def last(self, name: str, value: Value) -> Value:
        """What the widget last held under its present key: `value`, when nothing was noted yet."""
        return cast("Value", self.lasts.get(self(name), value))

    def note(self, name: str, value: object) -> None:
        """Remembers what the widget holds now."""
        self.lasts[self(name)] = value

    def renew(self, *names: str) -> None:
        """Forgets what these widgets hold on screen."""
        for name in names:
            self.starts.pop(self(name), None)
            self.lasts.pop(self(name), None)
            self.ages[name] = self.ages.get(name, 0) + 1
            self.is_stale = True


def new_keys(lang: Lang) -> Keys:
    """Names that no widget has had."""
    return Keys(prefix=f"{lang.value}-{secrets.token_hex(3)}")
