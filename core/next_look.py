"""The next look at a child, from all that an assessment knows."""

from __future__ import annotations

from core.composer import AssessmentParts, leading
from core.look_again import LookCase, LookTable, look_again
from core.ranking import likely
from core.screening import danger_questions
from core.triage import Picture, Triage
from core.types import Case, LookAgain

POSSIBLE = 0.1
"""Probability from which a condition brings the next look forward; a judgement, half of what counts for urgency."""


def next_look(case: Case, picture: Picture, parts: AssessmentParts, by: tuple[LookTable, Triage]) -> LookAgain:
    """When to look again, by the table and the rules."""
    table, triage = by
    asked = danger_questions(triage.rules, triage.knowledge.vocabulary, case.report, picture.facts)
    told = LookCase(
        lang=case.lang,
        report=case.report,
        facts=picture.facts,
        decision=parts.decision,
        leading=tuple(leading(parts)),
        possible=likely(parts.ranked, POSSIBLE) if parts.is_narrowed else (),
        questions=tuple(sign.id for sign in asked),
    )
    return look_again(told, table, triage.rules, triage.knowledge)
