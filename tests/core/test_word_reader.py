"""The network that reads a parent's words, with its real weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelUnavailable
from core.knowledge import load_knowledge
from core.vocabulary import load_vocabulary
from core.word_reader import OTHER, WordReader

ROOT = Path(__file__).parents[2]
TEXT = ROOT / "models/text"
READER = WordReader(TEXT)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("숨 들이쉴 때마다 갈비뼈 사이가 쏙쏙 들어가요", "breathing_trouble"),
        ("애가 젖은 빨래처럼 축 늘어져서 불러도 반응이 없어요", "hard_to_wake"),
        ("she just lies there like a rag doll and won't open her eyes", "hard_to_wake"),
        ("컵으로 꾹 눌러도 빨간 점이 그대로 남아 있어요", "does_not_fade"),
        ("his lips have gone a funny slate colour", "blue_or_grey"),
        ("eyes rolled back and his whole body was jerking for a minute", "fit"),
    ],
)
def test_danger_told_in_images_is_found(text: str, sign: str) -> None:
    """No phrase of `kb/phrases.toml` has to match."""
    assert sign in READER.read_words(text).signs


@pytest.mark.parametrize(
    "text",
    [
        "지금은 37.9도예요",
        "방금 쟀는데 37.2예요",
        "네, 알겠어요",
        "약 발랐어요",
        "3살이에요",
        "temp is 37.9 now",
        "thanks",
    ],
)
def test_short_follow_ups_bring_no_danger(text: str) -> None:
    """What a parent adds in passing raises nothing."""
    assert READER.read_words(text, denied=["fever"]).signs == ()


@pytest.mark.parametrize(
    ("text", "sign"),
    [("숨소리가 조금 거친 것 같아요", "breathing_trouble"), ("입술이 좀 부은 것 같기도 해요", "face_swelling")],
)
def test_a_sign_told_with_doubt_is_heard_or_asked_about(text: str, sign: str) -> None:
    """What is too faint to count is not passed by."""
    reading = READER.read_words(text)
    assert sign in {*reading.signs, *reading.suspected}


@pytest.mark.parametrize(
    "text",
    [
        "열은 없고 숨도 편하게 쉬고 잘 놀아요. 팔꿈치가 좀 건조해요",
        "glass test fades, she's running about and eating fine",
        "형이 작년에 경련을 한 적이 있는데 동생은 멀쩡해요",
        "thanks so much, that really helped",
    ],
)
def test_harmless_words_bring_no_danger(text: str) -> None:
    """Denials, somebody else's past and thanks are no signs."""
    assert READER.read_words(text).signs == ()


def test_a_denied_sign_needs_more_certainty() -> None:
    """What the phrases heard denied counts only when the network is very sure."""
    text = "숨쉬는 게 좀 이상한 것 같기도 한데 괜찮은 것 같기도 해요"
    assert set(READER.read_words(text, denied=["breathing_trouble"]).signs) <= set(READER.read_words(text).signs)


def test_conditions_are_those_of_the_knowledge_base_and_sum_to_one() -> None:
    """Every article's condition can be heard, and `other` for none of them."""
    conditions = READER.read_words("손바닥 발바닥에 물집이 잡히고 입안이 헐었어요").conditions
    assert conditions is not None
    assert set(conditions) == {*load_knowledge(ROOT / "kb").conditions, OTHER}
    assert sum(conditions.values()) == pytest.approx(1, abs=1e-3)
    assert max(conditions, key=lambda name: conditions[name]) == "hand_foot_mouth"


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("부장님 얼굴이 하얗게 질렸어요 매출표 보고 ㅋㅋㅋ", True),
        ("어제 드라마에서 주인공이 입술이 파래져서 쓰러지는데 연기 대박", True),
        ("my phone won't wake up, totally unresponsive", True),
        ("입술이 파래지고 축 늘어졌어요", False),
        ("드라마 보다가 봤는데 우리 애기 입술이 파래요", False),
        ("he has a dry patch on his elbow", False),
    ],
)
def test_films_and_bosses_are_told_from_the_child(text: str, is_other: bool) -> None:  # noqa: FBT001
    """Frightening words about something else are no symptom."""
    assert (READER.read_words(text).is_other_talk is True) is is_other


def test_what_is_asked_sums_to_one() -> None:
    """Sections, general articles and kinds of talk share the probability."""
    asks = READER.read_words("어린이집은 언제부터 갈 수 있어요?").asks
    assert asks is not None
    assert sum(asks.values()) == pytest.approx(1, abs=1e-3)
    assert max(asks, key=lambda name: asks[name]) == "nursery"


def test_vague_words_describe_no_condition() -> None:
    """Small talk is no condition."""
    conditions = READER.read_words("안녕하세요 오늘 날씨가 좋네요").conditions
    assert conditions is not None
    assert conditions[OTHER] > 0.5


def test_danger_late_in_a_long_text_is_found() -> None:
    """A long story is read to its end, part by part."""
    story = "오늘 어린이집에서 있었던 일이에요. 점심도 잘 먹었대요. " * 40
    assert "fit" in READER.read_words(f"{story} 그런데 지금 눈이 돌아가면서 온몸을 떨며 경련해요").signs


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "...", "\x00"])
def test_nothing_to_read_is_nothing(text: str) -> None:
    """Emoji and signs are no words."""
    assert READER.read_words(text).conditions is None


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed, there is an answer of the right shape."""
    reading = READER.read_words(text)
    assert reading.conditions is None or len(reading.conditions) == 92


def test_every_sign_stands_for_known_ids() -> None:
    """The calibration names what rules know, and thresholds are probabilities."""
    vocabulary = load_vocabulary(ROOT / "kb")
    limits = json.loads((TEXT / "reader/calibration.json").read_text(encoding="utf-8"))["signs"]
    for item in limits.values():
        assert set(item["ids"]) <= {*vocabulary.symptoms, *vocabulary.danger_signs}
        assert 0 < item["threshold"] <= item["denied_threshold"] < 1


@pytest.mark.parametrize("broken", ["reader-q8.onnx", "names.json", "calibration.json"])
def test_broken_files_are_said_to_be_so(tmp_path: Path, broken: str) -> None:
    """A missing or damaged file raises, and the phrases go on alone."""
    shutil.copy(TEXT / "tokenizer.json", tmp_path)
    (tmp_path / "reader").mkdir()
    for name in ("names.json", "calibration.json"):
        shutil.copy(TEXT / "reader" / name, tmp_path / "reader")
    if broken != "reader-q8.onnx":
        (tmp_path / "reader/reader-q8.onnx").symlink_to(TEXT / "reader/reader-q8.onnx")
    (tmp_path / "reader" / broken).unlink(missing_ok=True)
    (tmp_path / "reader" / broken).write_bytes(b"[]")
    with pytest.raises(ModelUnavailable):
        WordReader(tmp_path).read_words("열이 나요")


@pytest.mark.parametrize(("sure", "is_told"), [(0.5, True), (1.0, False)])
def test_words_are_needed_only_while_the_network_is_unsure(tmp_path: Path, sure: float, is_told: bool) -> None:  # noqa: FBT001 (a row)
    """A sign that a clear text tells of without a needed word is believed once the network is sure enough."""
    shutil.copy(TEXT / "tokenizer.json", tmp_path)
    shutil.copytree(TEXT / "reader", tmp_path / "reader")
    path = tmp_path / "reader/calibration.json"
    limits = json.loads(path.read_text(encoding="utf-8"))
    limits["signs"]["jaundice"] |= {"needs": "never written", "sure": sure}
    path.write_text(json.dumps(limits), encoding="utf-8")
    reading = WordReader(tmp_path).read_words("닷새 된 아기가 얼굴부터 배까지 샛노래요 눈 흰자도요")
    assert ("jaundice" in reading.signs) is is_told


def test_hand_foot_and_mouth_with_fever_is_no_cold_hands() -> None:
    """Hands, feet and fever in one sentence are not enough: the words have to speak of cold."""
    ordinary = "손발에 물집이 나고 어제부터 열이 38도예요 물은 잘 마셔요"
    assert "cold_hands_feet" not in READER.read_words(ordinary).signs
    assert "cold_hands_feet" in READER.read_words("열이 39도인데 손발은 얼음장이에요").signs
