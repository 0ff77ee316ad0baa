"""Everyday ways to say that there is no danger, or no longer, or elsewhere; and those that only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.free_text import read_free_text
from core.phrases import load_phrases
from core.vocabulary import load_vocabulary

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
PHRASES = load_phrases(KB, VOCABULARY)


@pytest.mark.parametrize(
    "text",
    [
        "13개월인데 사흘 열나다 어제 뚝 떨어지고 오늘 배에 붉은 점이 났어요",
        "열 내리고 나서 온몸에 발진, 돌쟁이예요",
        "11개월, 39도까지 열나다가 오늘 아침에 싹 내렸어요. 배에 분홍 점이 있어요",
        "3 days of 39.5, normal temp this morning and now my 10 month old has pink spots",
        "fever stopped yesterday, pink spots today, 1yo",
        "11mo had a temp for 3 days and it went completely on wednesday, today light pink spots",
    ],
)
def test_fever_that_ended_is_denied(text: str) -> None:
    """Neither the fever nor its highest number counts any more."""
    found = read_free_text(text, PHRASES, VOCABULARY)
    assert "fever" not in found.symptoms
    assert "fever" in found.denied
    assert found.temperature_c is None


@pytest.mark.parametrize(
    "text",
    [
        "생후 2개월 아기가 열이 났다가 뚝 떨어졌어요",
        "열이 났다가 어제 뚝 떨어졌어요. 발진이 있어요",
        "13개월, 해열제를 먹이니 열이 뚝 떨어졌어요",
        "13개월, 열이 어제 뚝 떨어졌다가 오늘 다시 39도예요",
        "6일째 열이 나다가 오늘 뚝 떨어졌어요. 세 살이고 입술이 갈라졌어요",
        "항암치료 중인 4살 아이가 열이 났다가 싹 내렸어요",
        "fever went after calpol, 2yo",
        "fever stopped yesterday but now 39.2, 2yo",
        "2 month old had a fever, it went this morning",
        "on chemo, 4 years old, fever stopped this morning",
    ],
)
def test_fever_counts_on_in_the_very_young_the_weak_and_after_medicine(text: str) -> None:
    """A young or unknown age, weak immunity, five days, a medicine or another number: the fever still counts."""
    found = read_free_text(text, PHRASES, VOCABULARY)
    assert "fever" in found.symptoms or (found.temperature_c or 0) >= 38


@pytest.mark.parametrize(
    ("text", "told", "counts"),
    [
        ("열이 났다가 어제 뚝 떨어지고 분홍 점이 났어요", 14.0, False),
        ("열이 났다가 어제 뚝 떨어지고 분홍 점이 났어요", 2.0, True),
        ("열이 났다가 어제 뚝 떨어지고 분홍 점이 났어요", None, True),
        ("13개월인데 열이 났다가 어제 뚝 떨어졌어요", 1.0, True),
        ("2개월인데 열이 났다가 어제 뚝 떨어졌어요", 13.0, True),
        ("fever stopped yesterday, pink spots today", 24.0, False),
    ],
)
def test_age_on_the_form_says_whether_a_fever_that_ended_counts(text: str, told: float | None, counts: bool) -> None:  # noqa: FBT001 (a row)
    """Where words and form differ, the younger age decides."""
    found = read_free_text(text, PHRASES, VOCABULARY, age_months=told)
    assert ("fever" in found.symptoms) is counts


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("What does it look like when a baby goes blue or can't breathe? Mine has dry skin", "blue_lips"),
        ("What does it look like when a baby goes blue or can't breathe? Mine has dry skin", "breathing_difficulty"),
        ("if a rash didn't fade with the glass would i ring 999?", "non_blanching_rash"),
        ("My nephews lips swelled up after eggs. Mine has dry lips", "lip_tongue_swelling"),
        ("he had a febrile fit when he was 1, now two bites on his leg", "fever"),
        ("뉴스에 아기가 파래져서 심폐소생술했다는 걸 보고 잠이 안 와요", "blue_lips"),
        ("숨막히고 입술 붓고 그런 거 무서워서요. 볼이 조금 건조해요", "breathing_difficulty"),
        ("나중에 열나면 그땐 응급실 가야 되나요? 무릎에 딱지가 앉았어요", "fever"),
        ("우리집 고양이가 축 늘어져서 숨을 잘 안 쉬어요", "breathing_difficulty"),
        ("이마에 태열이 조금 있어요", "fever"),
        ("목젖 옆에 허연 구멍 같은 게 네다섯 개", "purple_blotches"),
        ("과녁 같은 동그라미인데 가운데가 거무죽죽해요", "mottled_skin"),
        ("a pink pattern on her arms, it went faint then came back", "fainting"),
        ("50일 아기 머리에 노란 딱지가 덕지덕지해요", "golden_crust"),
        ("볼이 빨갛지는 않아요", "red_skin"),
        ("엉덩이 발진인데 껍질 벗겨지는 것도 없어요", "peeling_skin"),
    ],
)
def test_what_is_feared_asked_or_elsewhere_is_not_told(text: str, absent: str) -> None:
    """A question, a fear, another child, an animal or a denial is no sign of this child."""
    assert absent not in read_free_text(text, PHRASES, VOCABULARY).symptoms


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("red rash, glass test, they all vanish", "non_blanching_rash"),
        ("red spots, they go when i press a glass on", "non_blanching_rash"),
        ("it faded straight away", "non_blanching_rash"),
        ("drinking his bottles, weeing", "poor_feeding"),
        ("guzzling her milk as usual", "poor_feeding"),
        ("물도 잘 마시고요", "poor_feeding"),
        ("모기 물렸는데 입술 혀 안 부었고", "lip_tongue_swelling"),
        ("깨어서 눈맞추고 옹알이해요", "lethargic"),
        ("not sleepy, cross if anything", "lethargic"),
    ],
)
def test_what_speaks_against_a_sign_denies_it(text: str, denied: str) -> None:
    """The word reader then has to be surer before it adds the sign."""
    assert denied in read_free_text(text, PHRASES, VOCABULARY).denied


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("the spots dont go when i press a glass on", "non_blanching_rash"),
        ("stopped drinking his milk", "poor_feeding"),
        ("고양이가 할퀴었는데 그 뒤로 열이 나요", "fever"),
        ("covered in spots since the pink banana medicine", "recent_antibiotics"),
        ("10 days old, a patch of watery bubbles on the scalp", "blisters"),
        ("hardly an inch of him without rash, scalp to soles", "nearly_all_skin"),
        ("아직 뒤집지도 못하는데 팔뚝 안쪽에 손가락만한 멍이 있어요", "unexplained_bruises"),
        ("해열제 먹이니 열이 떨어졌어요", "fever"),
        ("벌에 쏘이고 목이 꽉 막히는 거 같대요", "lip_tongue_swelling"),
        ("물집이 났는데 수두 걸린 애는 주변에 없어요", "no_chickenpox_contact"),
        ("감기약이 새로 바뀌었는데 이틀 먹고 불긋불긋해요", "after_medicine"),
        ("chickenpox and new spots still popping up on day 9", "new_spots_after_7_days"),
        ("7 little raised red birthmarks on our baby", "large_birthmark"),
    ],
)
def test_what_only_looks_like_a_denial_is_told(text: str, present: str) -> None:
    """A near twin of the above that does tell of the sign."""
    assert present in read_free_text(text, PHRASES, VOCABULARY).symptoms


@pytest.mark.parametrize(
    "text",
    [
        "부장님 얼굴이 하얗게 질렸어요",
        "우리집 말티즈가 축 늘어져요",
        "제 캐릭터가 온몸이 파랗게 변했어요",
        "my character turned blue",
        "the keeper went white as a sheet",
    ],
)
def test_what_befalls_bosses_pets_and_characters_is_not_the_childs(text: str) -> None:
    """Each of them is the one who is blue, pale or limp."""
    assert not PHRASES.danger.intersection(read_free_text(text, PHRASES, VOCABULARY).symptoms)


@pytest.mark.parametrize(
    "text",
    [
        "부장님이 안 보내줘서 이제 왔는데 아기 입술이 파래요",
        "부장님 전화 받는 사이에 입술이 파래졌어요",
        "강아지가 핥고 나서 입술이 부었어요",
        "캐릭터 옷 입혀 놨는데 축 늘어져요",
        "my boss wont let me leave and the spots dont fade when pressed",
        "our dog licked her and her lips are swollen",
        "my little boss is floppy",
        "the dog is barking but he wont wake up",
    ],
)
def test_a_boss_or_pet_in_the_story_hides_no_danger(text: str) -> None:
    """The child is the one who is meant as soon as the words can mean the child."""
    assert PHRASES.danger.intersection(read_free_text(text, PHRASES, VOCABULARY).symptoms)


@pytest.mark.parametrize(
    "text",
    [
        "조카가 어제 열경련으로 구급차 탔대서 무서워요. 저희 애는 모기 물린 자국만 두 개 있어요",
        "벌에 쏘이면 쓰러질 수도 있다던데 어제 쏘인 데는 조금 부었어요",
        "a baby in our mums group had a rash that wouldnt fade. my own girl only has dry cheeks",
        "if a baby ever did get blue lips youd ring 999 right",
        "his poos have gone really pale",
    ],
)
def test_what_is_told_of_others_or_of_what_may_be_is_not_the_childs(text: str) -> None:
    """Another family's child, hearsay, a hypothesis, the colour of something else."""
    assert not PHRASES.danger.intersection(read_free_text(text, PHRASES, VOCABULARY).symptoms)


@pytest.mark.parametrize(
    "text",
    [
        "조카가 지금 열경련을 해요",
        "조카가 수두였는데 저희 애는 숨을 못 쉬어요",
        "a baby in our group had a cold. my own girl has blue lips",
        "the baby has gone really pale, my daughter is 6 weeks old",
    ],
)
def test_what_is_told_of_the_child_beside_others_counts(text: str) -> None:
    """A nephew in one's care, and one's own child after another's."""
    assert PHRASES.danger.intersection(read_free_text(text, PHRASES, VOCABULARY).symptoms)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3살, 오늘이 열 여섯째날이에요", "fever_5_days fever"),
        ("a temp every day since last thursday and it's wednesday", "fever_5_days fever"),
        ("10개월, 기저귀 14시간째 마름", "no_wet_nappy_8h no_wet_nappy_12h"),
        ("숨을 못 쉬고 있는데 작년에도 입원한 적이 있어요", "breathing_difficulty"),
        ("granny said his lips are blue", "blue_lips"),
        ("she is having a fit, she had one once before", "seizure"),
        ("입술이 파랗고 처졌는데 전에도 그런 적이 있어요", "blue_lips"),
        ("timer on 15 sec, 16 breaths in 15 secs", "fast_breathing"),
        ("last wet diaper 1pm now is 10pm, lips and tongue fine", "no_wet_nappy_8h"),
        ("6개월, 가슴 오르내림 30초에 37회", "fast_breathing"),
        ("관사 옆집 애가 홍역 확진이래요. 우리 아들이랑 같이 놀았어요", "contact_measles"),
        ("his mum just messaged to say he has confirmed measles", "contact_measles"),
        ("조카가 수두 확진이에요. 우리 애는 아직 괜찮아요", "contact_chickenpox"),
        ("myself i am 14 weeks carrying, son has fifth disease", "pregnant_contact slapped_cheeks"),
        ("just counted, 6 of the little strawberry bumps now", "red_raised_birthmark large_birthmark"),
        ("빨갛고 볼록한 말랑점이 생겨서 세어보니 일곱 개예요", "red_raised_birthmark large_birthmark"),
        ("day 9 of the pox and there's new ones, fresh wee blisters", "after_chickenpox new_spots_after_7_days"),
        ("hand foot & mouth, day 9 and there are more of them", "has_hand_foot_mouth over_a_week"),
        ("수두 닷새째인 네 살 딸", "after_chickenpox"),
        ("등에 분홍 점이 났는데 내복만 스쳐도 으악 해요", "skin_pain"),
        ("손가락에서 뻘건 실 같은 게 손목까지 올라와요", "red_streaks"),
        ("4 weeks old, clear bubbles by his ear", "fluid_filled_blisters"),
        ("his upper eyelid has gone pink, puffy and warm", "warm_to_touch"),
        ("the skin slid away with the wipe", "peeling_sheets"),
        ("이가 딱딱 부딪칠 정도로 떨었어요", "rigors"),
        ("입술이 바싹 말랐어요", "dry_mouth"),
        ("엉덩이 살이 데친 토마토 껍질마냥 쭉 밀렸어요", "peeling_sheets"),
        ("bubbles on his arms, filled with clear water, nobody around has chickenpox", "fluid_filled_blisters"),
        ("many red points in the belly, 39,6", "red_spots"),
        ("딸기잼 바른 것 같은 말랑한 게 있어요", "red_raised_birthmark"),
        ("눈이 토끼눈이에요", "red_eyes_no_discharge"),
    ],
)
def test_what_parents_count_and_compare_is_found(text: str, names: str) -> None:
    """Days, hours, breaths and spots that were counted, and everyday images of a sign."""
    assert set(names.split()) <= set(read_free_text(text, PHRASES, VOCABULARY).symptoms)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("마지막 소변은 3시간 전에 봤어요", "no_wet_nappy_8h no_wet_nappy_12h"),
        ("no wet nappy for 9 hours", "no_wet_nappy_12h"),
        ("새우는 안 먹어요. 다리가 건조해요", "poor_feeding"),
        ("혀에 하얀 게 껴서 분유 찌꺼긴 줄 알았어요", "poor_feeding"),
        ("her wee is pale and her palms are orange", "very_pale"),
        ("입술 파래지거나 숨 못 쉬면 부르는 거 맞죠? 지금은 땀띠만 있어요", "blue_lips breathing_difficulty"),
        ("조카가 계란 먹고 입술 퉁퉁 붓고 응급실 갔대요. 저희 애는 침독이에요", "lip_tongue_swelling face_swelling"),
        ("신생아 때 잘 안 먹고 늘어져서 고생했었어요. 지금은 땀띠", "floppy"),
        ("nae fever, just a red dotty neck", "fever"),
        ("had 103 for three days, broke yesterday morning, 11 months old", "fever"),
        ("3일 열나고 어제부터 정상 체온, 돌쟁이예요", "fever"),
        ("saw a tiktok about scalded skin, her ankles are flaky", "after_burn_scald"),
        ("붉은 선홍색 발진이 올라왔어요", "red_streaks"),
    ],
)
def test_what_is_counted_short_or_told_of_others_is_no_sign(text: str, names: str) -> None:
    """Fewer hours than count, another food, another thing that is pale, what if, a nephew, long ago, a fever over."""
    assert not set(names.split()) & set(read_free_text(text, PHRASES, VOCABULARY).symptoms)
