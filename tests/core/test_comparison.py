"""What a changed fact did to an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.comparison import Comparison, compare
from core.knowledge import KnowledgeBase, load_knowledge
from core.types import (
    Assessment,
    FreeTextFindings,
    Lang,
    RankedCondition,
    Severity,
    SymptomReport,
    Urgency,
    UrgencyDecision,
)
from core.visit_types import GivenAnswer

TOLD = SymptomReport(symptoms=("blisters",))


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The knowledge base as it is."""
    return load_knowledge(Path(__file__).parents[2] / "kb")


def given(
    shares: dict[str, float],
    level: Urgency = Urgency.ROUTINE,
    *,
    stands: Urgency | None = None,
    report: SymptomReport = TOLD,
) -> GivenAnswer:
    """An answer with this ranking and level."""
    answer = Assessment(
        id="visit",
        lang=Lang.KO,
        decision=UrgencyDecision(urgency=level, next_step="…"),
        severity=Severity.MILD,
        conditions=tuple(RankedCondition(id=name, probability=share) for name, share in shares.items()),
        prediction_set=tuple(shares),
        departments={},
        coverage=0.9,
        findings=FreeTextFindings(accepted=True),
        vision=None,
        passages=(),
        text="…",
    )
    return GivenAnswer(report=report, assessment=answer, urgency=stands or level)


BEFORE = given({"chickenpox": 0.6, "impetigo": 0.3, "hives": 0.06})


@pytest.mark.parametrize(
    ("shares", "rose", "fell"),
    [
        ({"chickenpox": 0.6, "impetigo": 0.3, "hives": 0.06}, (), ()),
        ({"impetigo": 0.6, "chickenpox": 0.3, "hives": 0.06}, ("impetigo",), ("chickenpox",)),
        ({"roseola": 0.9, "chickenpox": 0.06, "impetigo": 0.01}, ("roseola",), ("chickenpox", "impetigo", "hives")),
        ({"chickenpox": 0.5, "impetigo": 0.2, "roseola": 0.2, "hives": 0.06}, ("roseola",), ("hives",)),
        ({"chickenpox": 0.98, "impetigo": 0.01}, (), ("impetigo", "hives")),
    ],
)
def test_conditions_that_moved_within_the_first_three_are_named(
    knowledge: KnowledgeBase, shares: dict[str, float], rose: tuple[str, ...], fell: tuple[str, ...]
) -> None:
    """What came in or moved up rose, what left or moved down fell, and what is next to impossible is not spoken of."""
    change = compare(BEFORE, given(shares), knowledge)
    assert (change.rose, change.fell) == (rose, fell)


def test_nothing_told_before_ranks_nothing(knowledge: KnowledgeBase) -> None:
    """An answer that named no condition has none that could fall."""
    before = replace(BEFORE, report=SymptomReport(age_months=9))
    assert compare(before, BEFORE, knowledge).fell == ()
    assert compare(before, BEFORE, knowledge).rose == ("chickenpox", "impetigo", "hives")


def test_levels_are_those_that_stood(knowledge: KnowledgeBase) -> None:
    """The conversation's level counts on both sides, and what keeps it up is told apart from what is told now."""
    before = given({"hives": 1.0}, stands=Urgency.EMERGENCY)
    held = compare(before, given({"hives": 1.0}, stands=Urgency.EMERGENCY), knowledge)
    assert (held.before, held.after, held.is_held) == (Urgency.EMERGENCY, Urgency.EMERGENCY, True)
    assert compare(before, given({"hives": 1.0}), knowledge) == Comparison(
        before=Urgency.EMERGENCY, after=Urgency.ROUTINE, is_held=False, rose=(), fell=()
    )
