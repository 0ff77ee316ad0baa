"""A conversation adds facts and never loses one, and knows what it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.conversation import level_so_far, merge_findings, parent_texts, said_before, spoken_of
from core.knowledge import KnowledgeBase, load_knowledge
from core.types import Case, FreeTextFindings, Lang, Question, Role, SymptomReport, Turn, Urgency


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(Path(__file__).parents[2] / "kb")


def question(text: str, *turns: Turn, about: tuple[str, ...] = (), words: str = "") -> Question:
    """A question after these turns."""
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(free_text=words))
    return Question(id="q", lang=Lang.KO, text=text, case=case, history=turns, context_conditions=about)


def parent(text: str) -> Turn:
    """What the parent said."""
    return Turn(role=Role.PARENT, text=text)


def assistant(text: str) -> Turn:
    """What the assistant said."""
    return Turn(role=Role.ASSISTANT, text=text)


def test_only_the_parents_messages_tell() -> None:
    """The assistant's words are not read for symptoms."""
    assert parent_texts((parent("a"), assistant("x"), parent("b"))) == ("a", "b")


def test_a_symptom_once_told_is_not_denied_away() -> None:
    """The highest temperature, the lowest age and the longest duration count as well."""
    merged = merge_findings(
        [
            FreeTextFindings(accepted=True, symptoms=("fever",), temperature_c=39.5, age_months=3, duration_hours=72),
            FreeTextFindings(
                accepted=True, denied=("fever", "cough"), temperature_c=37, age_months=2, duration_hours=5
            ),
        ]
    )
    assert merged.symptoms == ("fever",)
    assert merged.denied == ("cough",)
    assert (merged.temperature_c, merged.age_months, merged.duration_hours) == (39.5, 2, 72)


def test_who_has_only_asked_knows_of_no_level() -> None:
    """A bare question is not told that it made things more urgent by being asked; later words are."""
    assert level_so_far(question("아토피 유전인가요?")) is Urgency.ROUTINE
    assert level_so_far(question("아토피 유전인가요?", words="팔이 건조해요")) is Urgency.SELF_CARE
    assert level_so_far(question("그럼요?", parent("팔이 건조해요"))) is Urgency.SELF_CARE


def test_a_quoted_sentence_counts_as_said(knowledge: KnowledgeBase) -> None:
    """Sentences in the assistant's turns are known again, with their marks."""
    sentence = knowledge.conditions["chickenpox"].sentences("home_care", Lang.KO)[0].text
    assert said_before(question("또요?", assistant(f"- {sentence} [1]")), knowledge) == {sentence}
    assert said_before(question("또요?", parent(sentence)), knowledge) == set()


@pytest.mark.parametrize(
    ("asked", "turns", "about", "expected"),
    [
        ("수족구병은 옮나요?", (), ("chickenpox",), "hand_foot_mouth"),
        ("그럼 옮나요?", (parent("수족구병은 며칠 가요?"),), ("chickenpox",), "hand_foot_mouth"),
        ("옮나요?", (), ("chickenpox",), "chickenpox"),
        ("옮나요?", (), (), "roseola"),
        ("옮나요?", (), ("no_such_condition",), "roseola"),
    ],
)
def test_a_question_is_about_what_was_named_last(
    knowledge: KnowledgeBase, asked: str, turns: tuple[Turn, ...], about: tuple[str, ...], expected: str
) -> None:
    """Named here, named lately, given as context, or likely: in this order."""
    assert spoken_of(asked, question(asked, *turns, about=about), knowledge, ("roseola",))[0] == expected
