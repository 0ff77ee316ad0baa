"""What parents think of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why an answer did not help."""

    NOT_CLEAR = "not_clear"
    NOT_MY_CHILD = "not_my_child"
    TOO_LONG = "too_long"
    LOOKS_WRONG = "looks_wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A parent's thumb on one answer."""

    is_good: bool
    """True for a thumb up."""
    reasons: tuple[Reason, ...] = ()
    """Why it did not help; empty for a thumb up, and when none was given."""
    words: str = ""
    """The parent's own words; on disk only where they allowed words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionCounts:
    """How many answers were found good and bad, over all visits."""

    good: int = 0
    """Thumbs up."""
    bad: int = 0
    """Thumbs down."""
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    """Reason → how many thumbs down name it."""
