"""Numbers are read with their units, in digits and in words."""

from __future__ import annotations

import pytest

from core.quantities import quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("이틀 뒤", "48 hours later"),
        ("하루 안에", "within a day"),
        ("사흘에서 닷새", "3 to 5 days"),
        ("1~3일", "one to three days"),
        ("생후 3개월", "3 months old"),
        ("두 살", "24 months"),
        ("6주 넘게", "more than six weeks"),
        ("38.5도", "38.5°C"),
        ("30분쯤", "30 minutes"),
    ],
)
def test_the_same_amount_is_the_same_in_both_languages(one: str, other: str) -> None:
    """Words, digits and units do not matter, the amount does."""
    assert quantities(one) == quantities(other) != frozenset()


@pytest.mark.parametrize(("one", "other"), [("3일", "3시간"), ("3일", "4일"), ("3개월", "3주"), ("38도", "39도")])
def test_another_amount_or_unit_is_another(one: str, other: str) -> None:
    """Three days are neither three hours nor four days."""
    assert quantities(one) != quantities(other)


@pytest.mark.parametrize(
    "text", ["한국에서는", "세정제로", "두드러기가 나요", "열이 나요", "if it is one of these", "no number"]
)
def test_words_that_look_like_numbers_are_none(text: str) -> None:
    """Syllables inside other words do not count."""
    assert quantities(text) == frozenset()
