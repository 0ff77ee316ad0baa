"""Only what can change the answer is asked."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.free_text import load_phrases
from core.knowledge import load_knowledge
from core.ranking import Told, symptom_likelihood
from core.red_flags import load_red_flags
from core.screening import next_symptom
from core.triage import Screening, Triage
from core.types import Answer, Case, Lang, RankedCondition, SymptomReport, Urgency

KB = Path(__file__).parents[2] / "kb"
KNOWLEDGE = load_knowledge(KB)
VOCABULARY = KNOWLEDGE.vocabulary
TRIAGE = Triage(
    knowledge=KNOWLEDGE,
    rules=load_red_flags(KB, VOCABULARY, KNOWLEDGE.sources),
    phrases=load_phrases(KB, VOCABULARY),
)


def screened(report: SymptomReport) -> Screening:
    """What is shown and asked for a report."""
    return TRIAGE.screen(Case(id="c", lang=Lang.KO, report=report))


def asked(report: SymptomReport) -> set[str]:
    """Ids of the danger signs that are asked about."""
    return {sign.id for sign in screened(report).questions}


def test_well_child_with_dry_elbows_gets_two_questions() -> None:
    """Nothing else could plausibly be wrong."""
    report = SymptomReport(age_months=36, symptoms=("dry_skin", "otherwise_well"), body_sites=("elbows",))
    assert asked(report) == {"breathing_trouble", "hard_to_wake"}


def test_hot_newborn_is_asked_nothing_before_the_answer() -> None:
    """The answer is clear: no question stands before it."""
    assert asked(SymptomReport(age_months=0.5, temperature_c=38.4)) == set()


@pytest.mark.parametrize(
    ("report", "sign"),
    [
        (SymptomReport(symptoms=("red_spots",)), "does_not_fade"),
        (SymptomReport(temperature_c=38.2, age_months=20), "meningitis_signs"),
        (SymptomReport(temperature_c=38.2, age_months=20), "fit"),
        (SymptomReport(temperature_c=38.2, age_months=20), "no_wet_nappy_12h"),
        (SymptomReport(symptoms=("hives_wheals",)), "face_swelling"),
        (SymptomReport(symptoms=("peeling_skin",)), "painful_peeling_skin"),
        (SymptomReport(symptoms=("joint_pain",)), "limb_weakness"),
        (SymptomReport(age_months=1, symptoms=("dry_skin",)), "blue_or_grey"),
        (SymptomReport(), "does_not_fade"),
    ],
)
def test_question_is_asked_where_it_matters(report: SymptomReport, sign: str) -> None:
    """Age, sites and symptoms bring their questions."""
    assert sign in asked(report)


ILL = (
    *("fever", "sudden_high_fever", "vomiting", "diarrhoea", "cough", "irritability", "loss_of_appetite", "tiredness"),
    *("headache", "flu_like", "muscle_aches", "joint_pain", "dehydration_signs", "parent_gut_feeling"),
)


@pytest.mark.parametrize("symptom", ILL)
def test_child_who_seems_ill_is_asked_about_grey_skin_and_spots_that_stay(symptom: str) -> None:
    """Also a child without a rash, and one whose parent only feels that something is wrong."""
    assert {"blue_or_grey", "does_not_fade"} <= asked(SymptomReport(symptoms=(symptom,), age_months=40))


def test_child_who_does_not_seem_ill_is_not_asked_about_grey_skin() -> None:
    """Two symptoms of a skin problem are no illness."""
    report = SymptomReport(symptoms=("dry_skin", "itchy_skin"), age_months=40)
    assert not {"blue_or_grey", "does_not_fade"} & asked(report)


def test_answered_question_stays_on_screen() -> None:
    """What was answered can be changed, also when it no longer matters."""
    report = SymptomReport(symptoms=("dry_skin",), danger_signs={"fit": Answer.NO})
    assert "fit" in asked(report)


def test_what_the_words_say_is_not_asked_again() -> None:
    """A sign that was told in words needs no question."""
    report = SymptomReport(free_text="점이 유리컵으로 눌러도 안 없어져요", corrected=())
    assert "does_not_fade" not in asked(report)


@given(
    st.sets(st.sampled_from(sorted(VOCABULARY.symptoms)), max_size=5),
    st.sampled_from([None, 0.5, 2.0, 8.0, 40.0]),
    st.sampled_from([None, 37.0, 38.5, 39.4]),
)
def test_every_question_could_make_it_an_emergency(symptoms: set[str], age: float | None, heat: float | None) -> None:
    """A yes to any question that is asked leads to a more urgent answer."""
    report = SymptomReport(symptoms=tuple(symptoms), age_months=age, temperature_c=heat)
    now = screened(report).decision.urgency
    for sign in screened(report).questions:
        yes = SymptomReport(
            symptoms=report.symptoms, age_months=age, temperature_c=heat, danger_signs={sign.id: Answer.YES}
        )
        assert screened(yes).decision.urgency is Urgency.EMERGENCY
        assert now is not Urgency.EMERGENCY


def test_next_symptom_tells_likely_conditions_apart() -> None:
    """The question is about a symptom of a likely condition that nobody has spoken of."""
    report = SymptomReport(age_months=30, symptoms=("blisters", "itchy_rash"), body_sites=("torso",))
    symptom = screened(report).next_symptom
    assert symptom is not None
    assert symptom not in report.symptoms
    assert VOCABULARY.symptoms[symptom].group not in {"red_flag", "context"}


@pytest.mark.parametrize("field", ["symptoms", "denied", "unsure"])
def test_next_symptom_is_asked_once(field: str) -> None:
    """Whatever the answer, the same question does not come again."""
    told = SymptomReport(age_months=30, symptoms=("blisters", "itchy_rash"))
    first = screened(told).next_symptom
    answers = {"symptoms": told.symptoms} | {field: (*(told.symptoms if field == "symptoms" else ()), first)}
    assert screened(SymptomReport(age_months=30, **answers)).next_symptom != first


def test_nothing_told_brings_no_symptom_question() -> None:
    """Without a first symptom there is nothing to tell apart."""
    assert screened(SymptomReport()).next_symptom is None


def question(weights: dict[str, float], report: SymptomReport) -> str | None:
    """The symptom to ask about when these conditions are the likely ones."""
    ranked = [RankedCondition(id=name, probability=weight) for name, weight in weights.items()]
    told = Told(age_months=30, body_sites=("face",), symptoms=(), denied=())
    return next_symptom(ranked, told, KNOWLEDGE, report)


def said_by(symptom: str, weights: dict[str, float]) -> float:
    """Bits that the answer says about the condition, from the joint distribution of both."""
    likely = {name: symptom_likelihood(KNOWLEDGE.conditions[name], symptom) for name in weights}
    joint = {(name, yes): weights[name] * (p if yes else 1 - p) for name, p in likely.items() for yes in (True, False)}
    answers = {yes: sum(part for (_, other), part in joint.items() if other is yes) for yes in (True, False)}
    return sum(part * math.log2(part / (weights[name] * answers[yes])) for (name, yes), part in joint.items())


PAIRS = list(pairwise(sorted(KNOWLEDGE.conditions)))


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_question_says_most_about_two_conditions(pair: tuple[str, str]) -> None:
    """No other symptom of either says more, be they 3:1, and danger and circumstances are never the question."""
    weights = dict(zip(pair, (0.75, 0.25), strict=True))
    symptoms = {symptom for name in pair for symptom in KNOWLEDGE.conditions[name].symptoms}
    open_ones = [s for s in symptoms if VOCABULARY.symptoms[s].group not in {"red_flag", "context"}]
    symptom = question({name: weight / 2 for name, weight in weights.items()}, SymptomReport())
    most = max((said_by(other, weights) for other in open_ones), default=0)
    assert (symptom is None) == (most < 0.05)
    assert symptom is None or (symptom in open_ones and said_by(symptom, weights) == pytest.approx(most))


def test_certain_condition_needs_no_question() -> None:
    """Nothing is asked when the answer could not tell anything apart."""
    assert question({"chickenpox": 1.0}, SymptomReport()) is None


def test_nothing_is_asked_when_all_is_answered() -> None:
    """A parent who has answered about every symptom is not asked again."""
    told = tuple(KNOWLEDGE.conditions["chickenpox"].symptoms) + tuple(KNOWLEDGE.conditions["measles"].symptoms)
    assert question({"chickenpox": 0.5, "measles": 0.5}, SymptomReport(unsure=told)) is None
