"""A visit's tokens are counted and end at the budget."""

from __future__ import annotations

import pytest

from core.errors import LanguageModelFailed
from core.spending import Spending, estimate_tokens


def test_a_visit_over_its_budget_is_stopped_and_others_are_not() -> None:
    """Only the visit that used its tokens is refused."""
    spending = Spending(100)
    spending.add("a", 99)
    spending.check("a")
    spending.add("a", 1)
    with pytest.raises(LanguageModelFailed, match="budget"):
        spending.check("a")
    spending.check("b")


def test_without_a_limit_or_a_name_nothing_is_stopped() -> None:
    """Both are the default outside the app."""
    free, nameless = Spending(None), Spending(1)
    free.add("a", 10**9)
    free.check("a")
    nameless.add("", 10**9)
    nameless.check("")


def test_only_the_newest_visits_are_remembered() -> None:
    """A server that runs for months does not grow."""
    spending = Spending(1)
    for number in range(5_000):
        spending.add(str(number), 1)
    assert len(spending._used) == 2_000
    spending.check("0")


def test_korean_takes_more_tokens_than_english() -> None:
    """By the same number of letters."""
    assert estimate_tokens("가" * 12) == 8
    assert estimate_tokens("a" * 12) == 3
    assert estimate_tokens("") == 0
