"""What an answer begins with, and what it leaves out in an emergency."""

from __future__ import annotations

from pathlib import Path

from core.assessment import Assistant
from core.types import Case, Lang, Question, Reply, SymptomReport, Urgency

ROOT = Path(__file__).parents[2]


def ask(assistant: Assistant, text: str, floor: Urgency, context: str = "chickenpox", **told: object) -> Reply:
    """The last event of an answer about a child of whom this was told, who was given the level of the floor."""
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(**told))
    question = Question(id="q", lang=Lang.KO, text=text, case=case, context_conditions=(context,), floor=floor)
    *_, last = assistant.answer(question)
    assert isinstance(last, Reply)
    return last


def test_a_message_that_makes_it_an_emergency_is_not_answered_with_home_care(assistant: Assistant) -> None:
    """Fever during cancer treatment: the way to hospital, and no fever medicine to try first."""
    words = "항암 치료 중이고 볼에 발진이 있어요"
    raised = ask(
        assistant, "지금 38.6도예요. 타이레놀 먹여도 되나요?", Urgency.SOON_24H, age_months=40, free_text=words
    )
    assert raised.decision.urgency is Urgency.EMERGENCY
    assert raised.decision.next_step in raised.text
    assert {passage.section for passage in raised.passages} <= {"call_119", "see_doctor"}
    assert "먼저 이것부터 해 주세요" in raised.text


def test_what_was_known_before_is_not_called_new(assistant: Assistant) -> None:
    """A question about a case that was an emergency already did not change how soon to act."""
    told = {"age_months": 2, "temperature_c": 39.0, "body_sites": ("trunk",)}
    reply = ask(assistant, "해열제 먹여도 돼요?", Urgency.SELF_CARE, **told)
    assert reply.decision.urgency is Urgency.EMERGENCY
    assert "방금 보내 주신 내용" not in reply.text


def test_every_answer_in_an_emergency_begins_with_what_to_do(assistant: Assistant) -> None:
    """A later question is answered, after the next step."""
    reply = ask(assistant, "이 병은 옮나요?", Urgency.EMERGENCY, age_months=48, symptoms=("itchy_rash",))
    assert reply.answered
    assert reply.text.startswith(f"**{reply.decision.next_step}**")


def test_whom_no_clinic_takes_is_sent_to_hospital(assistant: Assistant) -> None:
    """Same-day becomes the emergency department once the parent says that nobody can see the child."""
    told = {"age_months": 30, "symptoms": ("after_medicine", "red_rash")}
    same_day = ask(assistant, "집에서 뭘 해 주면 되나요?", Urgency.URGENT_SAME_DAY, "drug_rash", **told)
    assert same_day.decision.urgency is Urgency.URGENT_SAME_DAY
    nowhere = ask(assistant, "문 연 소아과가 하나도 없어요", Urgency.URGENT_SAME_DAY, "drug_rash", **told)
    assert nowhere.decision.urgency is Urgency.EMERGENCY
    assert nowhere.decision.rules[0].id == "H2"


def test_a_brand_is_understood_as_its_medicine(assistant: Assistant) -> None:
    """Articles name no brands."""
    reply = ask(assistant, "부루펜은요?", Urgency.SOON_24H, age_months=48, symptoms=("fluid_filled_blisters",))
    assert "이부프로펜" in reply.text


def test_a_sentence_of_two_articles_is_said_once(assistant: Assistant) -> None:
    """Viral rash and roseola say the same of ibuprofen."""
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(age_months=24, symptoms=("pink_spots",)))
    question = Question(
        id="q", lang=Lang.KO, text="부루펜은요?", case=case, context_conditions=("viral_rash", "roseola")
    )
    *_, last = assistant.answer(question)
    lines = [line for line in last.text.splitlines() if line.startswith("- ")]
    assert len(lines) > 2
    assert len(lines) == len(set(lines))
