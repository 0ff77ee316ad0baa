"""Ages as parents say them."""

from __future__ import annotations

import pytest

from components.symptom_form import years_and_months


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
