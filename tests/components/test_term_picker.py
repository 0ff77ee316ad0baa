"""Choices made in several widgets at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.term_picker import merge_choices

TERMS = ("rash", "hives", "cough", "fever")


def test_tapped_term_is_added_at_the_end() -> None:
    """What was chosen keeps its order; what is new comes last."""
    assert merge_choices(("hives",), [(TERMS, ["rash", "hives"])]) == ("hives", "rash")


def test_term_taken_away_in_one_widget_is_gone() -> None:
    """Other widgets still hold it, but the one that was tapped decides."""
    held = [(TERMS, ["rash", "hives"]), (("hives", "cough"), [])]
    assert merge_choices(("rash", "hives"), held) == ("rash",)


def test_two_quick_taps_in_two_widgets_both_count() -> None:
    """Neither of two changes between two runs is lost."""
    held = [(("rash", "hives"), ["rash", "hives"]), (("cough", "fever"), ["cough"])]
    assert set(merge_choices(("rash",), held)) == {"rash", "hives", "cough"}


def test_nothing_tapped_changes_nothing() -> None:
    """Widgets that hold what was chosen leave it as it is."""
    assert merge_choices(("cough", "rash"), [(TERMS, ["rash", "cough"])]) == ("cough", "rash")


@given(st.lists(st.sampled_from(TERMS), unique=True), st.lists(st.sampled_from(TERMS), unique=True))
def test_widget_that_offers_everything_decides(chosen: list[str], now: list[str]) -> None:
    """With one widget over all terms, the result is what it holds, each term once."""
    merged = merge_choices(tuple(chosen), [(TERMS, now)])
    assert set(merged) == set(now)
    assert len(merged) == len(now)
