"""Two answers of one visit side by side: what a changed fact did to how soon to act and to what fits."""

from __future__ import annotations

from dataclasses import dataclass

from core.knowledge import KnowledgeBase
from core.ranking import gather_told, likely
from core.types import Urgency
from core.visit_types import GivenAnswer

COMPARED = 3
"""Places of the ranking that are compared."""
_LEAST = 0.05
"""Probability from which a place in the ranking is worth speaking of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between an earlier answer and the one that stands."""

    before: Urgency
    """The level that stood with the earlier answer."""
    after: Urgency
    """The level that stands now."""
    is_held: bool
    """True when something besides what is told now, such as the conversation, keeps the level up."""
    rose: tuple[str, ...]
    """Ids of conditions that came into the first three or moved up there, the most probable first."""
    fell: tuple[str, ...]
    """Ids of conditions that left the first three or moved down there, the formerly most probable first."""


def compare(before: GivenAnswer, after: GivenAnswer, knowledge: KnowledgeBase) -> Comparison:
    """What changed from one answer to a later one; conditions too improbable to speak of are left out."""
    were, are = _leading(before, knowledge), _leading(after, knowledge)
    return Comparison(
        before=before.urgency,
        after=after.urgency,
        is_held=after.urgency.rank > after.assessment.decision.urgency.rank,
        rose=tuple(name for name in are if _place(name, are) < _place(name, were)),
        fell=tuple(name for name in were if _place(name, are) > _place(name, were)),
    )


def _leading(given: GivenAnswer, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """The first conditions that mean something; none where nothing told one from another."""
    told, vision = gather_told(given.report, given.assessment.findings, knowledge), given.assessment.vision
    if told.is_empty and not (vision is not None and vision.has_hint):
        return ()
    return likely(given.assessment.conditions, _LEAST)[:COMPARED]


def _place(name: str, names: tuple[str, ...]) -> int:
    return names.index(name) if name in names else COMPARED
