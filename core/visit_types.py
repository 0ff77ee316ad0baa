"""Values that stand for a visit as it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.look_time import Hold
from core.opinions import Opinion
from core.types import Assessment, Case, SymptomReport, Turn, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer as it was given, with what it rested on."""

    report: SymptomReport
    """What was told then."""
    assessment: Assessment
    """The answer."""
    urgency: Urgency
    """The most urgent level that stood then, also by what the conversation asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the child within a visit."""

    at: datetime
    """When it was answered, timezone-aware."""
    report: SymptomReport
    """What was told by then."""
    temperature_c: float | None = None
    """Measured at this look; None when not."""
    holds: tuple[Hold, ...] = ()
    """Why it is not as low as what was told at this look would make it."""
    assessment: Assessment | None = None
    """The answer, None while it is being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the parent allows us to keep on disk; nothing unless ticked."""

    keep_photo: bool = False
    """Keep photos with the finished assessment until they expire."""
    keep_words: bool = False
    """Keep the free text with the finished assessment until it expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An unfinished visit, kept so that a refresh or a dropped line loses nothing."""

    case: Case
    """Language, photos and answers so far."""
    consent: Consent = Consent()
    """What may be kept on disk."""
    assessment: Assessment | None = None
    """The answer, once given."""
    turns: tuple[Turn, ...] = ()
    """The conversation after the answer, oldest first."""
    floor: Urgency = Urgency.SELF_CARE
    """The most urgent level said so far in this visit."""
    earlier: tuple[GivenAnswer, ...] = ()
    """Answers that changed facts have replaced, oldest first."""
    opinions: dict[str, Opinion] = field(default_factory=dict)
    """Answer → what the parent thinks of it."""
    turn_photos: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    """Place of a turn → the squares of the photos sent with it, as PNG."""
    looks: tuple[Look, ...] = ()
    """Every look of this visit with its answer, oldest first; the last one is `assessment`'s."""
    editing: SymptomReport | None = None
    """What was told as the parent is changing it beside the answer, None while they are not."""
