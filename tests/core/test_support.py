"""A sentence passes only when its passages say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ModelUnavailable
from core.support import SupportCheck
from core.text_encoder import TextEncoder
from core.types import Lang, Passage, Sentence

MODELS = Path(__file__).parents[2] / "models"


def passage(*texts: str) -> Passage:
    """A passage of these sentences."""
    sentences = tuple(Sentence(text=text, source="test") for text in texts)
    return Passage(id="p", condition="p", section="p", lang=Lang.EN, sentences=sentences)


BATH = passage("Bath a child with eczema in warm water for 10 minutes or less.", "Pat the skin dry; do not rub it.")
ROSEOLA = passage(
    "돌발진은 고열이 3~5일 나요.", "가려우면 긁지 않게 손톱을 짧게 깎아 주세요.", "스테로이드 연고는 바르지 마세요."
)


@pytest.fixture(scope="module")
def check() -> SupportCheck:
    """The check with the real encoder."""
    return SupportCheck(TextEncoder(MODELS / "text", 1))


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("Bath your child in warm water for up to 10 minutes.", BATH),
        ("Pat the skin dry and do not rub it.", BATH),
        ("돌발진의 고열은 사흘에서 닷새 나요.", ROSEOLA),
        ("가려워하면 긁지 않게 손톱을 짧게 깎아 주세요.", ROSEOLA),
        ("열이 38.4도라고 하셨으니 가려우면 긁지 않게 손톱을 짧게 깎아 주세요.", ROSEOLA),
    ],
)
def test_a_paraphrase_passes(check: SupportCheck, sentence: str, given: Passage) -> None:
    """Other words for what stands there, also after what the parent told."""
    assert check.support(sentence, [given], told="temperature: 38.4 °C").is_enough


@pytest.mark.parametrize(
    ("sentence", "given", "fault"),
    [
        ("Bath your child in warm water for 30 minutes.", BATH, "quantity"),
        ("Bath a child with eczema in warm water with vinegar.", BATH, "remedy"),
        ("Rub the skin dry.", BATH, "negation"),
        ("Do not bath a child with eczema in warm water.", BATH, "negation"),
        ("돌발진은 고열이 하루 나요.", ROSEOLA, "quantity"),
        ("돌발진은 고열이 3~5시간 나요.", ROSEOLA, "quantity"),
        ("돌발진에는 항생제를 발라 주세요.", ROSEOLA, "remedy"),
        ("스테로이드 연고는 바르세요.", ROSEOLA, "negation"),
        ("Moisturiser cures eczema in most children.", BATH, None),
        ("돌발진 뒤에는 피부가 벗겨져요.", ROSEOLA, None),
    ],
)
def test_an_invention_does_not(check: SupportCheck, sentence: str, given: Passage, fault: str | None) -> None:
    """A changed number, a new remedy, a turned "do not", and a claim that stands nowhere."""
    found = check.support(sentence, [given])
    assert not found.is_enough
    assert found.fault == fault


class Broken:
    """An encoder without weights."""

    def encode_query(self, text: str) -> None:
        """Fails as missing weights do."""
        raise ModelUnavailable(text)


@pytest.mark.parametrize("encoder", [None, Broken()])
def test_without_an_encoder_numbers_and_negations_still_count(encoder: Broken | None) -> None:
    """A contradiction is still found, and the rest is let through by its mark alone."""
    check = SupportCheck(encoder)
    assert check.support("Bath your child in warm water for 10 minutes.", [BATH]).is_enough
    assert check.support("Bath your child in warm water for 30 minutes.", [BATH]).fault == "quantity"
    assert check.support("Rub the skin dry.", [BATH]).fault == "negation"
