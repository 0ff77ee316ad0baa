"""Scores are counted as they are named."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from core.evaluation import JudgedCase, RankedCase, Share, ranking_lines, score_urgency
from core.types import Lang, Urgency


def judged(expected: Urgency, given: Urgency, *, is_health: bool = True, was_accepted: bool = True) -> JudgedCase:
    """A case with words."""
    return JudgedCase(
        id="c",
        lang=Lang.KO,
        form="plain",
        expected=expected,
        given=given,
        is_health=is_health,
        was_accepted=was_accepted,
        has_words=True,
    )


def test_shares_count_what_they_name() -> None:
    """Recall looks at emergencies only; triage errors at the direction; rejection at the words."""
    scores = score_urgency(
        [
            judged(Urgency.EMERGENCY, Urgency.EMERGENCY),
            judged(Urgency.EMERGENCY, Urgency.SOON_24H),
            judged(Urgency.SELF_CARE, Urgency.ROUTINE),
            judged(Urgency.ROUTINE, Urgency.ROUTINE, is_health=False, was_accepted=False),
            judged(Urgency.ROUTINE, Urgency.ROUTINE, was_accepted=False),
        ]
    )
    assert (scores.red_flag_recall.hits, scores.red_flag_recall.total) == (1, 2)
    assert scores.exact.value == pytest.approx(0.6)
    assert (scores.under_triage.hits, scores.over_triage.hits) == (1, 1)
    assert (scores.nonsense_rejected.hits, scores.nonsense_rejected.total) == (1, 1)
    assert (scores.valid_rejected.hits, scores.valid_rejected.total) == (1, 4)
    assert "red_flag_recall" in next(iter(scores.lines()))


def test_an_emergency_that_is_asked_about_is_not_counted_as_heard() -> None:
    """Asking has its own score, and its price is how often others are asked."""
    scores = score_urgency(
        [
            judged(Urgency.EMERGENCY, Urgency.EMERGENCY),
            replace(judged(Urgency.EMERGENCY, Urgency.ROUTINE), is_asked=True),
            judged(Urgency.EMERGENCY, Urgency.ROUTINE),
            replace(judged(Urgency.ROUTINE, Urgency.ROUTINE), is_asked=True),
            judged(Urgency.SELF_CARE, Urgency.ROUTINE),
        ]
    )
    assert (scores.red_flag_recall.hits, scores.recall_with_asking.hits) == (1, 2)
    assert (scores.asked_without_need.hits, scores.asked_without_need.total) == (1, 2)


def ranked(department: str, *given: str) -> RankedCase:
    """A case that belongs to a department and was sent to others."""
    return RankedCase(
        right=frozenset({"warts"}),
        order=("warts",),
        probability=1.0,
        prediction_set=("warts",),
        department=department,
        departments=given,
    )


def test_a_false_emergency_is_one_that_belongs_elsewhere() -> None:
    """Who belongs to the emergency department is not counted."""
    cases = [ranked("emergency", "emergency"), ranked("dermatology", "emergency"), ranked("dermatology", "dermatology")]
    lines = [line for line in ranking_lines(cases) if line.startswith("false_emergency")]
    assert [line.endswith("1 of 2") for line in lines] == [True]


def test_interval_holds_the_share_and_never_leaves_zero_to_one() -> None:
    """Also for none and for all; the textbook value for 8 of 10."""
    low, high = Share(hits=8, total=10).interval
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))
    assert Share(hits=0, total=5).interval[0] == 0
    assert Share(hits=5, total=5).interval[1] == 1


def test_nothing_to_count_is_not_a_number() -> None:
    """An empty group has no share."""
    assert math.isnan(Share(hits=0, total=0).value)
    assert all(math.isnan(end) for end in Share(hits=0, total=0).interval)
