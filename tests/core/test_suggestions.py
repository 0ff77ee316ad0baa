"""What is offered to ask next."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from core.assembly import build_assistant
from core.assessment import Assistant
from core.settings import Settings
from core.types import (
    Assessment,
    Case,
    FreeTextFindings,
    Lang,
    Question,
    RankedCondition,
    Reply,
    Role,
    Severity,
    SymptomReport,
    Turn,
    Urgency,
    UrgencyDecision,
)

ROOT = Path(__file__).parents[2]
SAMPLED = 30
"""Every thirtieth condition is asked about on every run, all of them in the slow test."""


def about(*names: str, lang: Lang = Lang.EN, level: Urgency = Urgency.ROUTINE) -> Assessment:
    """An answer that holds these conditions for equally probable and has said nothing yet."""
    return Assessment(
        id="c",
        lang=lang,
        decision=UrgencyDecision(urgency=level, next_step="…"),
        severity=Severity.MILD,
        conditions=tuple(RankedCondition(id=name, probability=1 / len(names)) for name in names),
        prediction_set=names,
        departments={},
        coverage=0.9,
        findings=FreeTextFindings(accepted=True),
        vision=None,
        passages=(),
        text="",
    )


def offered(
    assistant: Assistant, assessment: Assessment, *said: str, age_months: float | None = None
) -> tuple[str, ...]:
    """The chips after the parent said this."""
    case = Case(id="c", lang=assessment.lang, report=SymptomReport(age_months=age_months))
    return assistant.suggestions(assessment, case, [Turn(role=Role.PARENT, text=text) for text in said])


def all_offered(assistant: Assistant, assessment: Assessment) -> list[str]:
    """Every chip that comes up when each is tapped in turn."""
    tapped: list[str] = []
    while chips := [text for text in offered(assistant, assessment, *tapped) if text not in tapped]:
        tapped += chips
    return tapped


def unanswered(assistant: Assistant, names: list[str]) -> list[tuple[str, Lang, str]]:
    """Chips of these conditions that the composer has no source for, alone and with the next condition of the list."""
    found = []
    for name, other in zip(names, [*names[1:], names[0]], strict=True):
        for lang, level in itertools.product(Lang, (Urgency.ROUTINE, Urgency.EMERGENCY)):
            for assessment in (about(name, lang=lang, level=level), about(name, other, lang=lang, level=level)):
                chips = (
                    all_offered(assistant, assessment) if level is Urgency.ROUTINE else offered(assistant, assessment)
                )
                assert chips
                found += [(name, lang, text) for text in chips if not answer(assistant, assessment, text).answered]
    return found


def answer(assistant: Assistant, assessment: Assessment, text: str) -> Reply:
    """The reply to a tapped chip."""
    case = Case(id="c", lang=assessment.lang, report=SymptomReport())
    context = assessment.prediction_set
    question = Question(id="c", lang=assessment.lang, text=text, case=case, context_conditions=context)
    *_, reply = assistant.answer(question)
    assert isinstance(reply, Reply)
    return reply


def test_no_chip_is_without_a_sourced_answer(assistant: Assistant) -> None:
    """Whatever is offered about every thirtieth condition, in both languages, calm or urgent, sources answer."""
    assert unanswered(assistant, list(assistant.knowledge.conditions)[::SAMPLED]) == []


@pytest.mark.slow
def test_no_chip_of_any_condition_is_without_a_sourced_answer(assistant: Assistant, tmp_path: Path) -> None:
    """The same about all conditions; passages are found by words alone, so that thousands of chips take a minute."""
    settings = Settings(data_dir=tmp_path)
    bare = build_assistant(settings, models_dir=tmp_path, kb_dir=ROOT / "kb", clock=lambda: 0.0)
    bare = Assistant(replace(bare._parts, triage=replace(bare._parts.triage, reader=None)))
    assert unanswered(bare, list(assistant.knowledge.conditions)) == []


def test_topic_asked_in_other_words_is_not_offered(assistant: Assistant) -> None:
    """A parent who typed the question needs no chip for it."""
    chickenpox = about("chickenpox")
    assert "What can I do at home?" in offered(assistant, chickenpox)
    assert "What can I do at home?" not in offered(assistant, chickenpox, "May I bath him?")


def test_topic_that_was_answered_in_full_is_not_offered(assistant: Assistant) -> None:
    """When every sentence on it was said already, asking brings nothing new."""
    chickenpox = about("chickenpox")
    passages = assistant.knowledge.conditions["chickenpox"].passages[Lang.EN]
    text = "\n".join(p.text for p in passages if p.section == "course")
    assert "How long does it last?" in offered(assistant, chickenpox)
    assert "How long does it last?" not in offered(assistant, replace(chickenpox, text=text))


def test_emergency_offers_nothing_that_keeps_a_parent_at_home(assistant: Assistant) -> None:
    """No home care, no nursery, no medicine; when to call comes first."""
    chips = offered(assistant, about("chickenpox", level=Urgency.EMERGENCY))
    assert chips[0] == "When should we see a doctor?"
    assert not {"What can I do at home?", "Can my child go to nursery?", "Can I give medicine?"} & set(chips)


def test_contagion_comes_late_for_what_is_not_catching(assistant: Assistant) -> None:
    """It is among the first chips of chickenpox, not of eczema."""
    assert "Is it catching?" in offered(assistant, about("chickenpox"))
    assert "Is it catching?" not in offered(assistant, about("atopic_eczema"))


def test_young_baby_is_not_sent_to_nursery(assistant: Assistant) -> None:
    """Below six months nobody is offered that question."""
    asked = ["What can I do at home?", "How long does it last?", "Can I give medicine?", "Is it catching?"]
    nursery = "Can my child go to nursery?"
    assert nursery in offered(assistant, about("chickenpox"), *asked, age_months=36)
    assert nursery not in offered(assistant, about("chickenpox"), *asked, age_months=2)


@pytest.mark.parametrize(
    ("lang", "apart", "named"),
    [
        (Lang.EN, "Chickenpox or Impetigo: what is the difference?", "Chickenpox: What can I do at home?"),
        (Lang.KO, "수두, 농가진: 어떤 차이가 있나요?", "수두: 집에서는 어떻게 돌볼까요?"),
    ],
)
def test_two_possible_conditions_are_told_apart_and_named(
    assistant: Assistant, lang: Lang, apart: str, named: str
) -> None:
    """Where two may be, the difference is offered first, and other questions say which one they are about."""
    chips = offered(assistant, about("chickenpox", "impetigo", lang=lang))
    assert chips[0] == apart
    assert named in chips
    reply = answer(assistant, about("chickenpox", "impetigo", lang=lang), apart)
    assert {passage.condition for passage in reply.passages} == {"chickenpox", "impetigo"}
