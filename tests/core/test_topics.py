"""A follow-up question is split, and its topics and conditions are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import KnowledgeInvalid
from core.knowledge import load_knowledge
from core.topics import conditions_in, load_topics, split_questions, topics_in
from core.types import Lang

KB = Path(__file__).parents[2] / "kb"
TOPICS = load_topics(KB)
CONDITIONS = load_knowledge(KB).conditions.values()


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("다른 아이에게 옮나요?", "contagion"),
        ("어린이집 보내도 될까요", "nursery"),
        ("며칠이나 가요?", "course"),
        ("해열제 먹여도 되나요", "medicine"),
        ("목욕시켜도 되나요?", "home_care"),
        ("언제 병원에 가야 해요?", "see_doctor"),
        ("Is it contagious?", "contagion"),
        ("Can he go to nursery tomorrow?", "nursery"),
        ("How long will it last?", "course"),
        ("can I give ibuprofen", "medicine"),
        ("Should I bath him?", "home_care"),
        ("When should I see a doctor?", "see_doctor"),
    ],
)
def test_a_question_has_its_topic(question: str, topic: str) -> None:
    """What parents ask is among the topics found."""
    assert topic in {found.id for found in topics_in(question, TOPICS)}


def test_every_chip_is_understood_as_its_own_topic() -> None:
    """A tapped chip is answered from its own sections."""
    for topic in TOPICS:
        for lang in Lang:
            assert topics_in(topic.chips[lang], TOPICS)[0].id == topic.id, topic.chips[lang]


def test_several_questions_are_answered_one_by_one() -> None:
    """Each question mark ends a question."""
    assert split_questions("전염되나요? 목욕은요?") == ("전염되나요", "목욕은요")
    assert split_questions("옮나요") == ("옮나요",)
    assert split_questions("") == ("",)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("수두는 언제 나아요?", "chickenpox"),
        ("수족구병이면요?", "hand_foot_mouth"),
        ("is chickenpox catching", "chickenpox"),
        ("아토피에 보습제", "atopic_eczema"),
    ],
)
def test_a_named_condition_is_found(text: str, condition: str) -> None:
    """Names and synonyms in both languages count."""
    assert condition in conditions_in(text, CONDITIONS)


def test_a_name_inside_another_word_is_not_found() -> None:
    """Small words hidden in longer ones name nothing."""
    assert conditions_in("what a shiver", CONDITIONS) == ()


def test_an_unknown_section_is_a_fault(tmp_path: Path) -> None:
    """A topic that points nowhere fails to load."""
    text = (KB / "topics.toml").read_text(encoding="utf-8").replace('"contagion", "nursery"', '"gossip"', 1)
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeInvalid, match="gossip"):
        load_topics(tmp_path)
