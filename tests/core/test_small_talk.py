"""What only talks to a parent needs no source, and what claims something does."""

from __future__ import annotations

import pytest

from core.small_talk import is_small_talk

TOLD = "아기가 어젯밤부터 열이 나고 발진이 있어요 타이레놀 먹였어요"


@pytest.mark.parametrize(
    "sentence",
    [
        "많이 놀라셨겠어요.",
        "걱정이 많으시죠.",
        "밤새 힘드셨겠어요.",
        "자세히 말씀해 주셔서 고마워요.",
        "발진이 언제부터 있었는지 알려 주세요.",
        "아이가 물을 잘 마시나요?",
        "언제부터 열이 났나요?",
        "타이레놀은 언제 먹이셨나요?",
        "더 궁금하신 점이 있으면 물어봐 주세요.",
        "Thank you for telling me.",
        "That sounds very worrying.",
        "I'm sorry you are having such a night.",
        "When did it begin?",
        "Is your child drinking well?",
    ],
)
def test_sympathy_and_asking_back_pass(sentence: str) -> None:
    """A nurse's courtesy is let through without a passage."""
    assert is_small_talk(sentence, TOLD)


@pytest.mark.parametrize(
    "sentence",
    [
        "물을 자주 먹이세요.",
        "수두는 흔한 병이라 걱정이 크시겠어요.",
        "바이러스가 원인이라 힘드시겠어요.",
        "꿀을 먹여 보시겠어요?",
        "미지근한 물로 닦아 보는 건 어떨까요?",
        "며칠이면 낫는 거 아시죠?",
        "굳이 병원에 가야 할까요?",
        "이부프로펜은 먹이셨나요?",
        "놀라셨겠지만 전염되지 않아요.",
        "마음이 아프시겠지만 연고를 발라 주세요.",
        "Thank you, and give honey at night.",
        "Have you tried vinegar?",
        "Why not use some oil?",
        "Did you know that it heals by itself?",
        "I'm sorry, this is a common virus.",
        "Shouldn't you skip the doctor?",
        "That sounds hard; you should apply a cream.",
        "Keep the skin cool.",
    ],
)
def test_advice_in_friendly_words_does_not(sentence: str) -> None:
    """Neither a claim beside sympathy nor advice as a question passes without a passage."""
    assert not is_small_talk(sentence, TOLD)
