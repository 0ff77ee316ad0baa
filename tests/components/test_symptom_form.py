"""Ages as parents say them."""

from __future__ import annotations

import pytest

from components.symptom_form import days_in_month, years_and_months


@pytest.mark.parametrize(
    ("age_months", "shown"),
    [
        (None, (None, None)),
        (0, (0, 0)),
        (9, (None, 9)),
        (18, (None, 18)),
        (36, (None, 36)),
        (37, (3, 1)),
        (204, (17, 0)),
        (215, (17, 11)),
    ],
)
def test_age_is_shown_as_it_is_said(age_months: float | None, shown: tuple[int | None, int | None]) -> None:
    """Months up to three years, then years and months; a newborn is nought, not untold."""
    assert years_and_months(age_months) == shown


@pytest.mark.parametrize(
    ("age_months", "days"), [(None, None), (0, None), (0.4 / 30.4, 0), (12.4 / 30.4, 12), (1.0, None)]
)
def test_days_of_life_are_shown_again(age_months: float | None, days: int | None) -> None:
    """Only what was told in days is; a month not yet full is left open."""
    assert days_in_month(age_months) == days
