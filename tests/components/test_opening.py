"""How a visit begins, and comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.opening import new_visit, resume_visit
from core.types import Answer, Lang, SymptomReport


@pytest.mark.parametrize("feels_hot", [True, False])
def test_refresh_keeps_a_change_that_is_not_saved_yet(*, feels_hot: bool) -> None:
    """The form beside the answer opens again as it was left; the answer still rests on what was told before."""
    this = new_visit(Lang.KO)
    this.report = SymptomReport(age_months=9)
    this.start_editing()
    this.editing = replace(this.report, feels_hot=feels_hot, danger_signs={"does_not_fade": Answer.NO})
    back = resume_visit(this.token, this.draft)
    assert back.editing == this.editing
    assert back.report == this.report
    assert back.has_thermometer is not feels_hot
    back.stop_editing()
    assert resume_visit(this.token, back.draft).editing is None
