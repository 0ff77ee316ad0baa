"""What a language model may say to a parent, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.prompts import Brief
from core.reply_checks import check_sentence, cited_numbers, plain_sentence, split_sentences
from core.types import Urgency, UrgencyDecision
from tests.core.briefs import ENGLISH, KOREAN


def test_sentences_are_split_with_their_numbers():
    """Numbers after the full stop stay with it; decimals, abbreviations and list marks do not end a sentence."""
    text = "열이 38.5도예요. [1][2] 물을 먹이세요 [1]. See e.g. page two [1]. 1. 첫째예요. [1]\n- 둘째예요 [2]\n끝"
    assert [sentence for sentence, _ in split_sentences(text)] == [
        "열이 38.5도예요. [1][2]",
        "물을 먹이세요 [1].",
        "See e.g. page two [1].",
        "첫째예요. [1]",
        "둘째예요 [2]",
    ]
    assert plain_sentence("- **굵게**\u200b 써요.") == "굵게 써요."
    assert cited_numbers("하나. [2][1] [2]") == (2, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "병원에 갈 필요 없어요. [1]",
        "병원에는 안 가셔도 돼요. [1]",
        "응급실에 갈 필요는 없습니다. [1]",
        "지금 응급실까지 가지 않으셔도 됩니다. [1]",
        "119에 전화하지 마세요. [1]",
        "진료는 꼭 필요 없어요. [1]",
        "진료를 내일로 미루세요. [1]",
        "괜찮으니 기다리세요. [1]",
        "집에서 지켜보세요. [1]",
        "집에서 쉬면서 두고 봐도 돼요. [1]",
        "내일 병원에 가세요. [1]",
        "며칠 뒤에 다시 보여 주세요. [1]",
        "걱정하지 마세요. [1]",
        "응급 상황은 아니에요. [1]",
        "갈 필요 없어요. [1]",
        "위험하지 않은 발진이에요. [1]",
    ],
)
def test_softening_korean_is_refused(sentence: str):
    """None of these may follow a decision to be seen today."""
    assert check_sentence(sentence, KOREAN) == "lowers_urgency"


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no need to go to hospital. [1]",
        "You don't need to see a doctor. [1]",
        "You don’t need to see a doctor. [1]",
        "You do not have to call an ambulance. [1]",
        "A doctor is not necessary. [1]",
        "Do not go to the emergency department. [1]",
        "Stay at home rather than going to hospital. [1]",
        "You can skip the clinic. [1]",
        "It is harmless. [1]",
        "This is not an emergency. [1]",
        "It isn't serious. [1]",
        "Please don't worry. [1]",
        "Wait and see how it goes. [1]",
        "You can wait until the evening. [1]",
        "See your doctor tomorrow. [1]",
        "Book a visit in a few days. [1]",
        "She will be fine. [1]",
        "You need not go in. [1]",
    ],
)
def test_softening_english_is_refused(sentence: str):
    """None of these may follow a decision to be seen today."""
    assert check_sentence(sentence, ENGLISH) == "lowers_urgency"


@pytest.mark.parametrize("urgency", list(Urgency))
def test_speaking_against_care_is_refused_at_every_level(urgency: Urgency):
    """Even a mild case is never told that care is not needed."""
    decision = UrgencyDecision(urgency=urgency, next_step="")
    assert check_sentence("병원에 갈 필요 없어요. [1]", replace(KOREAN, decision=decision)) == "lowers_urgency"
    assert check_sentence("There is no need for a doctor. [1]", replace(ENGLISH, decision=decision)) == "lowers_urgency"


@pytest.mark.parametrize(
    "sentence",
    [
        "해열제를 5ml를 먹이세요. [1]",
        "10㎎을 먹이세요. [1]",
        "타이레놀 반 알을 먹이세요. [1]",
        "시럽을 두 스푼 먹이세요. [1]",
        "오 밀리씩 먹이세요. [1]",
        "해열제를 네 시간마다 먹이세요. [1]",
        "연고를 하루 두 번 바르세요. [1]",
    ],
)
def test_korean_doses_are_refused(sentence: str):
    """No amount, strength or interval of a medicine gets through."""
    assert check_sentence(sentence, KOREAN) == "dose"


@pytest.mark.parametrize(
    "sentence",
    [
        "Give 5 mg now. [1]",
        "Give \uff15 \uff4d\uff4c now. [1]",
        "Give five millilitres of syrup. [1]",
        "Give half a tablet. [1]",
        "Use two puffs. [1]",
        "Give ibuprofen every six hours. [1]",
        "Every 4 to 6 hours give paracetamol. [1]",
    ],
)
def test_english_doses_are_refused(sentence: str):
    """No amount, strength or interval of a medicine gets through."""
    assert check_sentence(sentence, ENGLISH) == "dose"


@pytest.mark.parametrize(
    ("brief", "sentence"),
    [
        (KOREAN, "돌발진입니다. [1]"),
        (KOREAN, "확실해요. [1]"),
        (KOREAN, "사진을 보니 수두네요. [1]"),
        (KOREAN, "진단은 돌발진이에요. [1]"),
        (ENGLISH, "This is roseola. [1]"),
        (ENGLISH, "Your child has chickenpox. [1]"),
        (ENGLISH, "It is definitely a virus. [1]"),
        (ENGLISH, "The diagnosis is clear. [1]"),
    ],
)
def test_a_verdict_is_refused(brief: Brief, sentence: str):
    """A possible condition is never stated as a fact."""
    assert check_sentence(sentence, brief) == "verdict"


@pytest.mark.parametrize(
    ("brief", "sentence"),
    [
        (KOREAN, "물을 조금씩 자주 먹이세요. [1]"),
        (KOREAN, "숨쉬기 힘들어하면 기다리지 말고 바로 119에 전화하세요. [2]"),
        (KOREAN, "돌발진일 수 있어요. [1]"),
        (KOREAN, "아이가 물을 잘 마시나요?"),
        (KOREAN, "열이 38.4도라고 하셨으니 물을 자주 먹이세요. [1]"),
        (KOREAN, "119를 기다리는 동안 아이를 눕히세요. [2]"),
        (ENGLISH, "Offer small drinks often. [1]"),
        (ENGLISH, "If breathing is hard, do not wait and call 119. [2]"),
        (ENGLISH, "It may be roseola, as the fever came first. [1]"),
        (ENGLISH, "The rash lasts about 3 days [1]."),
        (ENGLISH, "Do not hesitate to see a doctor today. [2]"),
    ],
)
def test_good_advice_passes(brief: Brief, sentence: str):
    """The checks leave honest sentences alone."""
    assert check_sentence(sentence, brief) is None


@pytest.mark.parametrize("sentence", ["굳이 병원에 가야 할까요?", "응급실은 좀 지나치지 않을까요?"])
def test_a_question_about_care_needs_a_passage(sentence: str):
    """A question that casts doubt on being seen does not pass as small talk."""
    assert check_sentence(sentence, KOREAN) is not None


def test_a_broken_line_does_not_break_a_sentence():
    """What stands on two lines is judged as one sentence."""
    (found,) = split_sentences("병원에\n갈 필요 없어요. [1]\n")
    assert found[0] == "병원에 갈 필요 없어요. [1]"
    assert check_sentence(found[0], KOREAN) == "lowers_urgency"


@pytest.mark.parametrize("sentence", ["", "물을 먹이", "물을 먹이세요, ", "[1]", "...", "😀. [1]"])
def test_fragments_are_refused(sentence: str):
    """What is no whole sentence in the language does not pass."""
    assert check_sentence(sentence, KOREAN) is not None


@pytest.mark.parametrize(
    "text",
    [
        "请多喝水。",
        "水を飲んでください。",
        "Пейте больше воды.",
        "ดื่มน้ำบ่อยๆ.",
        "Beba mucha agua durante el día.",
        "Beba mucho y vigile al bebe.",
    ],
)
def test_other_languages_are_refused(text: str):
    """Chinese, Japanese, Russian, Thai and Spanish do not pass for Korean or English."""
    assert check_sentence(f"{text} [1]", KOREAN) is not None
    assert check_sentence(f"{text} [1]", ENGLISH) == "language"
