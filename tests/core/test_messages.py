"""Words come out in the parent's language."""

from __future__ import annotations

from core.messages import translate
from core.types import Lang


def test_english_keys_stand_for_themselves_and_korean_is_translated() -> None:
    """A message is never shown in the wrong language."""
    assert translate(Lang.EN, "Sources") == "Sources"
    assert translate(Lang.KO, "Sources") == "출처"


def test_placeholders_are_filled_in_both_languages() -> None:
    """What the parent told stands in the sentence."""
    assert translate(Lang.EN, "no {symptom}", symptom="fever") == "no fever"
    assert translate(Lang.KO, "no {symptom}", symptom="열") == "열 없음"
