"""What was understood can be seen and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.corrections import apply_corrections, found_facts
from core.free_text import load_phrases, read_free_text
from core.types import FreeTextFindings, Lang
from core.vocabulary import load_vocabulary

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
PHRASES = load_phrases(KB, VOCABULARY)


def read(text: str) -> FreeTextFindings:
    """What a text says."""
    return read_free_text(text, PHRASES, VOCABULARY)


def ids(text: str) -> list[str]:
    """Ids of what is shown for a text."""
    return [fact.id for fact in found_facts(read(text), PHRASES, VOCABULARY, Lang.KO)]


def test_danger_is_shown_first_and_once() -> None:
    """A danger sign stands before all else, and the symptoms it implies are not shown beside it."""
    shown = ids("14개월 아기예요. 등에 발진이 있고 39.2도예요. 계속 토해요. 기침은 안 해요")
    assert shown[0] == "repeated_vomiting"
    assert "vomiting" not in shown
    assert {"age_months", "temperature_c", "back", "not:cough"} <= set(shown)


@pytest.mark.parametrize(
    ("text", "fact", "field"),
    [
        ("6개월 아기 발진", "age_months", "age_months"),
        ("열이 39도예요", "temperature_c", "temperature_c"),
        ("사흘째 발진이 나요", "duration_hours", "duration_hours"),
    ],
)
def test_a_measured_value_can_be_taken_back(text: str, fact: str, field: str) -> None:
    """An age, a temperature or a duration read wrongly is forgotten."""
    findings = read(text)
    assert getattr(findings, field) is not None
    assert getattr(apply_corrections(findings, [fact], PHRASES), field) is None


def test_taking_back_a_sign_takes_back_what_it_implied() -> None:
    """A misread danger sign leaves nothing behind."""
    findings = read("계속 토해요")
    assert "vomiting" in findings.symptoms
    corrected = apply_corrections(findings, ["repeated_vomiting"], PHRASES)
    assert not {"repeated_vomiting", "vomiting"} & set(corrected.symptoms)


def test_what_two_signs_imply_stays_while_one_stands() -> None:
    """Vomiting told by green vomit stays when repeated vomiting is taken back."""
    findings = FreeTextFindings(accepted=True, symptoms=("repeated_vomiting", "green_vomit", "vomiting"))
    assert apply_corrections(findings, ["repeated_vomiting"], PHRASES).symptoms == ("green_vomit", "vomiting")


def test_taking_back_a_no_says_nothing_about_yes() -> None:
    """Nobody said that the symptom is there."""
    corrected = apply_corrections(read("열은 없어요. 발진만 있어요"), ["not:fever"], PHRASES)
    assert "fever" not in corrected.denied
    assert "fever" not in corrected.symptoms


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("생후 20일 아기 발진", Lang.KO, "생후 20일"),
        ("6개월 아기 발진", Lang.KO, "6개월"),
        ("4살인데 발진", Lang.KO, "4세"),
        ("my 6 month old has a rash", Lang.EN, "6 months old"),
        ("rash for 3 days", Lang.EN, "for 3 days"),
        ("hives for 5 hours", Lang.EN, "for 5 h"),
    ],
)
def test_numbers_are_shown_as_they_are_said(text: str, lang: Lang, said: str) -> None:
    """Days, months or years, whichever a parent would use."""
    assert said in {fact.text for fact in found_facts(read(text), PHRASES, VOCABULARY, lang)}
