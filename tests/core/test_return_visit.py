"""A parent comes back: danger told then stands, danger told now raises, and lower needs a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.free_text import load_phrases
from core.knowledge import load_knowledge
from core.look_time import Change, Hold
from core.photo_types import VisionResult
from core.red_flags import load_red_flags
from core.return_visit import Before, Now, before_now, compare_looks, is_return_due
from core.return_visit import ask_again as asked_again
from core.return_visit import come_back as came_back
from core.triage import Triage
from core.types import Answer, Assessment, Case, Lang, Role, Severity, SymptomReport, Turn, Urgency
from core.visit_types import Look

KB = Path(__file__).parents[2] / "kb"
KNOWLEDGE = load_knowledge(KB)
TRIAGE = Triage(
    knowledge=KNOWLEDGE,
    rules=load_red_flags(KB, KNOWLEDGE.vocabulary, KNOWLEDGE.sources),
    phrases=load_phrases(KB, KNOWLEDGE.vocabulary),
)
SIGNS = sorted(KNOWLEDGE.vocabulary.danger_signs)
THEN = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = THEN + timedelta(hours=3)


def case_of(report: SymptomReport) -> Case:
    """A case with this report."""
    return Case(id="c", lang=Lang.EN, report=report)


def said(*words: str) -> tuple[Turn, ...]:
    """The parent's messages."""
    return tuple(Turn(role=Role.PARENT, text=text) for text in words)


def level(report: SymptomReport, turns: tuple[Turn, ...] = (), floor: Urgency = Urgency.SELF_CARE) -> Urgency:
    """How soon to act."""
    case = case_of(report)
    return TRIAGE.judge(case, TRIAGE.read_all(case, turns), floor=floor).decision.urgency


def back(report: SymptomReport, now: Now, *messages: str, words: str = "") -> tuple[Urgency, Urgency, tuple[Hold, ...]]:
    """How soon to act then and now, and why it was held."""
    turns = said(*messages)
    then = level(report, turns)
    found = came_back(case_of(report), turns, (Before(urgency=then, fever_at=THEN), now), TRIAGE)
    return then, level(found.report, (*turns, *said(*([words] if words else []))), found.floor), found.holds


def test_two_hours_later_another_look_is_due() -> None:
    """Not before, and not without a look."""
    assert is_return_due(THEN, THEN + timedelta(hours=2))
    assert not is_return_due(THEN, THEN + timedelta(minutes=119))
    assert not is_return_due(None, LATER)


@settings(max_examples=30)
@given(st.sampled_from(SIGNS), st.sampled_from([Answer.YES, Answer.UNKNOWN, None]), st.sampled_from([*Change, None]))
def test_danger_without_a_no_stands(sign: str, answer: Answer | None, change: Change | None) -> None:
    """Unanswered, "don't know" and "yes" leave danger where it was, however much better the child is said to be."""
    report = SymptomReport(age_months=20, temperature_c=38.5, danger_signs={sign: Answer.YES})
    answers = {} if answer is None else {sign: answer}
    then, now, _ = back(report, Now(at=LATER, change=change, answers=answers, temperature_c=36.8))
    assert now.rank >= then.rank


@settings(max_examples=30)
@given(st.sampled_from(SIGNS), st.sampled_from([*Change, None]))
def test_danger_told_at_the_return_raises(sign: str, change: Change | None) -> None:
    """It is as urgent as the same danger told at first, also beside "better"."""
    report = SymptomReport(age_months=20, symptoms=("dry_skin",))
    _, now, _ = back(report, Now(at=LATER, change=change, answers={sign: Answer.YES}))
    assert now.rank >= level(replace(report, danger_signs={sign: Answer.YES})).rank


@pytest.mark.parametrize("words", ["지금 경련해요", "he is having a seizure now"])
def test_danger_in_words_at_the_return_raises(words: str) -> None:
    """Also where the same was denied in the same step."""
    report = SymptomReport(age_months=20, danger_signs={"fit": Answer.YES})
    now = Now(at=LATER, change=Change.BETTER, answers={"fit": Answer.NO})
    assert back(report, now, words=words)[1] is Urgency.EMERGENCY


def test_danger_in_earlier_words_stands_until_its_question_is_answered_no() -> None:
    """What a message told is asked again; only the "no" takes it away, and an emergency is still seen today."""
    report = SymptomReport(age_months=20, symptoms=("dry_skin",))
    assert back(report, Now(at=LATER, change=Change.BETTER), "지금 경련해요")[1] is Urgency.EMERGENCY
    assert "fit" in asked_again(case_of(report), said("지금 경련해요"), TRIAGE).standing
    now = Now(at=LATER, change=Change.BETTER, answers={"fit": Answer.NO})
    then, after, holds = back(report, now, "지금 경련해요")
    assert (then, after, holds) == (Urgency.EMERGENCY, Urgency.URGENT_SAME_DAY, (Hold.AFTER_EMERGENCY,))


def test_a_no_alone_does_not_lower() -> None:
    """The level falls only when the parent says that the child is better."""
    report = SymptomReport(age_months=20, symptoms=("red_spots",), danger_signs={"does_not_fade": Answer.YES})
    now = Now(at=LATER, answers={"does_not_fade": Answer.NO})
    then, after, holds = back(report, now)
    assert after is then
    assert holds == (Hold.NOT_BETTER,)


def test_a_no_takes_nothing_else_away() -> None:
    """Words that told of repeated vomiting told of vomiting too, which stays until it is said to have gone."""
    report = SymptomReport(age_months=20, symptoms=("red_spots",), free_text="Keeps vomiting.")
    for gone, stays in (((), True), (("vomiting",), False)):
        now = Now(at=LATER, change=Change.BETTER, answers={"repeated_vomiting": Answer.NO}, gone=gone)
        before = Before(urgency=level(report), fever_at=THEN)
        told = came_back(case_of(report), (), (before, now), TRIAGE).report
        picture = TRIAGE.judge(case_of(told), TRIAGE.read_all(case_of(told)))
        assert "repeated_vomiting" not in picture.told.symptoms
        assert ("vomiting" in picture.told.symptoms) is stays


def test_a_better_child_is_less_urgent() -> None:
    """What has gone no longer asks for anything, and what is still there does."""
    report = SymptomReport(age_months=20, symptoms=("dry_skin", "repeated_vomiting"))
    now = Now(at=LATER, change=Change.BETTER, answers={"repeated_vomiting": Answer.NO})
    then, after, holds = back(report, now)
    assert after.rank < then.rank
    assert holds == ()


@pytest.mark.parametrize(
    ("age_months", "hours", "urgency"),
    [(2, 48, Urgency.EMERGENCY), (2, 3, Urgency.EMERGENCY), (4, 3, Urgency.URGENT_SAME_DAY)],
)
def test_a_lower_reading_does_not_end_a_fever(age_months: float, hours: int, urgency: Urgency) -> None:
    """Within a day, and under 3 months at all."""
    report = SymptomReport(age_months=age_months, temperature_c=39.2)
    now = Now(at=THEN + timedelta(hours=hours), change=Change.BETTER, temperature_c=36.9)
    _, after, holds = back(report, now)
    assert after.rank >= urgency.rank
    assert Hold.FEVER in holds


def test_a_day_without_fever_ends_it() -> None:
    """A measured temperature below 38 °C then counts, also for a fever that words told."""
    report = SymptomReport(age_months=20, free_text="열이 39.5도예요", symptoms=("fever",))
    now = Now(at=THEN + timedelta(hours=25), change=Change.BETTER, temperature_c=36.9)
    found = came_back(case_of(report), (), (Before(urgency=level(report), fever_at=THEN), now), TRIAGE)
    assert found.report.temperature_c == 36.9
    assert "fever" not in TRIAGE.judge(case_of(found.report), TRIAGE.read_all(case_of(found.report))).told.symptoms


def test_what_the_photo_raised_stays() -> None:
    """A level that the told facts do not explain is never lowered by them."""
    report = SymptomReport(age_months=20, symptoms=("dry_skin",))
    before = Before(urgency=Urgency.URGENT_SAME_DAY, fever_at=THEN)
    found = came_back(case_of(report), (), (before, Now(at=LATER, change=Change.BETTER)), TRIAGE)
    assert (found.floor, found.holds) == (Urgency.URGENT_SAME_DAY, (Hold.UNEXPLAINED,))


def test_spreading_and_worse_are_told() -> None:
    """They become symptoms, which rules and the next look see."""
    report = SymptomReport(age_months=20, symptoms=("red_spots",))
    for change, symptom in ((Change.SPREADING, "spreading_rash"), (Change.WORSE, "rapidly_worsening")):
        before = Before(urgency=level(report), fever_at=THEN)
        found = came_back(case_of(report), (), (before, Now(at=LATER, change=change)), TRIAGE)
        assert symptom in found.report.symptoms


def look(report: SymptomReport, at: datetime, hint: str | None = None) -> Look:
    """A look with its answer."""
    case = case_of(report)
    picture = TRIAGE.judge(case, TRIAGE.read_all(case))
    vision = None
    if hint:
        vision = VisionResult(in_scope=True, is_skin=True, probabilities={hint: 1.0}, prediction_set=(hint,))
    answer = Assessment(
        id="c",
        lang=Lang.EN,
        decision=picture.decision,
        severity=Severity.MILD,
        conditions=picture.ranked,
        prediction_set=tuple(item.id for item in picture.ranked[:3]),
        departments={},
        coverage=0.9,
        findings=picture.findings,
        vision=vision,
        passages=(),
        text="",
    )
    return Look(at=at, report=report, temperature_c=report.temperature_c, assessment=answer)


def test_then_and_now_are_compared() -> None:
    """Symptoms that came and went, conditions that rose and fell, and the photo only where both gave a hint."""
    then = look(SymptomReport(age_months=48, symptoms=("dry_skin", "itchy_skin")), THEN, "atopic_eczema")
    now = look(
        SymptomReport(age_months=48, symptoms=("dry_skin", "crops_different_stages", "fluid_filled_blisters")), LATER
    )
    found = compare_looks(then, now, KNOWLEDGE.vocabulary)
    assert found is not None
    assert set(found.new) == {"crops_different_stages", "fluid_filled_blisters"}
    assert found.gone == ("itchy_skin",)
    assert "chickenpox" in found.rose
    assert found.hints is None
    second = look(now.report, LATER, "chickenpox")
    assert compare_looks(then, second, KNOWLEDGE.vocabulary).hints == ("atopic_eczema", "chickenpox")
    assert compare_looks(then, look(now.report, LATER, "atopic_eczema"), KNOWLEDGE.vocabulary).hints is None
    assert compare_looks(then, replace(now, assessment=None), KNOWLEDGE.vocabulary) is None


def test_fever_is_counted_from_its_last_reading() -> None:
    """Each look that measured a fever starts the day anew; without one the first look does."""
    hot = look(SymptomReport(temperature_c=38.6), LATER)
    cool = look(SymptomReport(), LATER + timedelta(hours=2))
    assert before_now((look(SymptomReport(), THEN), hot, cool), Urgency.ROUTINE).fever_at == LATER
    assert before_now((look(SymptomReport(), THEN), cool), Urgency.ROUTINE).fever_at == THEN
