"""Ranking follows what was told, stays a probability, and is moved little by the photo."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.knowledge import KnowledgeBase, load_knowledge
from core.photo_types import VisionResult
from core.ranking import Told, gather_told, prediction_set, rank_conditions, reasons_to_widen, urgency_floor
from core.types import Answer, FreeTextFindings, Lang, RankedCondition, SymptomReport, Urgency

KNOWLEDGE = load_knowledge(Path(__file__).parents[2] / "kb")
NO_WORDS = FreeTextFindings(accepted=False, reason="empty")
SYMPTOMS = st.lists(st.sampled_from(sorted(KNOWLEDGE.vocabulary.symptoms)), max_size=12, unique=True).map(tuple)
SITES = st.lists(st.sampled_from(sorted(KNOWLEDGE.vocabulary.body_sites)), max_size=5, unique=True).map(tuple)


@pytest.fixture
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return KNOWLEDGE


def told(*symptoms: str, sites: tuple[str, ...] = (), age: float | None = None, denied: tuple[str, ...] = ()) -> Told:
    """What a parent told."""
    return Told(age_months=age, body_sites=sites, symptoms=symptoms, denied=denied)


def rank(what: Told, vision: VisionResult | None = None) -> tuple[RankedCondition, ...]:
    """The ranking in English."""
    return rank_conditions(what, vision, KNOWLEDGE, Lang.EN)


TEXTBOOK = [
    (
        "chickenpox",
        told(
            "itchy_rash",
            "fluid_filled_blisters",
            "crops_different_stages",
            "crusts_scabs",
            age=48,
            sites=("torso", "scalp"),
        ),
    ),
    ("hand_foot_mouth", told("mouth_ulcers", "blisters", "fever", age=20, sites=("palms", "soles", "inside_mouth"))),
    ("atopic_eczema", told("itchy_skin", "dry_skin", "poor_sleep_itch", age=8, sites=("cheeks", "elbow_creases"))),
    ("shingles", told("one_sided_band", "clustered_spots", "pain", age=120, sites=("one_side_band",))),
    ("roseola", told("rash_after_fever_ends", "pink_spots", "sudden_high_fever", age=11, sites=("torso",))),
    ("impetigo", told("golden_crust", "sores", "spreading_rash", age=40, sites=("around_mouth", "nose"))),
    (
        "kawasaki_disease",
        told("fever_5_days", "red_eyes_no_discharge", "red_cracked_lips", "swollen_hands_feet", age=18),
    ),
    ("meningococcal_disease", told("non_blanching_rash", "purple_spots", "fever", "lethargic", age=14)),
    ("nappy_rash_candida", told("in_skin_creases", "satellite_spots", "redness", age=7, sites=("nappy_area",))),
    ("heat_rash", told("tiny_raised_spots", "after_heat_sweat", age=5, sites=("neck_folds",))),
]


@pytest.mark.parametrize(("condition", "what"), TEXTBOOK, ids=[name for name, _ in TEXTBOOK])
def test_a_textbook_picture_ranks_first(condition: str, what: Told) -> None:
    """The condition whose picture was told comes first."""
    assert rank(what)[0].id == condition


@settings(max_examples=60)
@given(SYMPTOMS, SITES, st.none() | st.floats(min_value=0, max_value=216))
def test_probabilities_sum_to_one_and_are_sorted(
    symptoms: tuple[str, ...], sites: tuple[str, ...], age: float | None
) -> None:
    """Whatever was told, the ranking is a distribution over all conditions."""
    ranked = rank(Told(age_months=age, body_sites=sites, symptoms=symptoms, denied=()))
    values = [item.probability for item in ranked]
    assert sum(values) == pytest.approx(1)
    assert values == sorted(values, reverse=True)
    assert {item.id for item in ranked} == set(KNOWLEDGE.conditions)


@settings(max_examples=40)
@given(SYMPTOMS, st.floats(min_value=0.1, max_value=0.99))
def test_the_prediction_set_is_the_smallest_that_reaches_the_coverage(
    symptoms: tuple[str, ...], coverage: float
) -> None:
    """Leaving out its last member would fall short of the coverage."""
    ranked = rank(told(*symptoms))
    chosen = prediction_set(ranked, coverage)
    weight = {item.id: item.probability for item in ranked}
    assert sum(weight[name] for name in chosen) >= coverage - 1e-9
    assert sum(weight[name] for name in chosen[:-1]) < coverage


@settings(max_examples=40)
@given(SYMPTOMS, st.integers(0, 2))
def test_reasons_to_widen_the_set_never_shrink_it(symptoms: tuple[str, ...], reasons: int) -> None:
    """With one more, all that was in the set stays there."""
    ranked = rank(told(*symptoms))
    assert set(prediction_set(ranked, reasons=reasons)) <= set(prediction_set(ranked, reasons=reasons + 1))


@pytest.mark.parametrize(
    ("what", "vision", "reasons"),
    [
        (told("rash", "itchy_skin", age=30), None, 0),
        (told("rash", "itchy_skin", age=2), None, 1),
        (told("rash", age=30), None, 1),
        (told("rash", "itchy_skin"), VisionResult(in_scope=False, is_skin=True), 1),
        (told(age=1), VisionResult(in_scope=False, is_skin=False), 3),
    ],
)
def test_young_babies_few_words_and_strange_photos_are_reasons_to_widen(
    what: Told, vision: VisionResult | None, reasons: int
) -> None:
    """Each counts once."""
    assert reasons_to_widen(what, vision) == reasons


@pytest.mark.parametrize("ratio", [1.5, 2.5, 400.0])
def test_a_photo_moves_the_odds_as_measured_and_at_most_sixfold(ratio: float) -> None:
    """The hint counts as much as it was found to be worth; it cannot overrule what the parent told."""
    what = told("itchy_skin", "dry_skin", age=8)
    sure = VisionResult(
        in_scope=True,
        is_skin=True,
        probabilities={"shingles": 0.98, "atopic_eczema": 0.01, "other": 0.01},
        prediction_set=("shingles",),
        ratios={"shingles": ratio, "atopic_eczema": 1 / ratio},
    )
    plain, seen = ({item.id: item.probability for item in rank(what, vision)} for vision in (None, sure))
    odds_before, odds_after = plain["shingles"] / plain["atopic_eczema"], seen["shingles"] / seen["atopic_eczema"]
    bounded = min(ratio, 3.0) * min(ratio, 2.0)
    assert odds_after / odds_before == pytest.approx(bounded)


def test_a_photo_without_a_hint_changes_nothing() -> None:
    """Out of scope means out of the ranking."""
    what = told("itchy_skin", age=8)
    blind = VisionResult(in_scope=False, is_skin=False, probabilities={"shingles": 1.0})
    assert rank(what, blind) == rank(what)


def test_evidence_names_what_fits_and_what_does_not() -> None:
    """Each reason is something that the parent told."""
    eczema = next(item for item in rank(told("itchy_skin", age=8, denied=("dry_skin",))) if item.id == "atopic_eczema")
    assert "itchy_skin" in {evidence.symptom for evidence in eczema.evidence_for}
    assert "dry_skin" in {evidence.symptom for evidence in eczema.evidence_against}


def test_a_measured_fever_counts_as_the_symptom(knowledge: KnowledgeBase) -> None:
    """38.0 °C is fever, 37.9 °C speaks against it."""
    hot = gather_told(SymptomReport(temperature_c=38.0), NO_WORDS, knowledge)
    warm = gather_told(SymptomReport(temperature_c=37.9), NO_WORDS, knowledge)
    assert "fever" in hot.symptoms
    assert "fever" in warm.denied


def test_form_and_words_are_joined_and_the_form_wins(knowledge: KnowledgeBase) -> None:
    """What was ticked is never denied by the free text."""
    words = FreeTextFindings(accepted=True, symptoms=("itchy_skin",), denied=("fever",), age_months=3.0)
    what = gather_told(
        SymptomReport(age_months=9, symptoms=("fever",), danger_signs={"does_not_fade": Answer.NO}), words, knowledge
    )
    assert what.age_months == 9
    assert set(what.symptoms) == {"fever", "itchy_skin"}
    assert "fever" not in what.denied
    assert "non_blanching_rash" in what.denied


def test_the_ranking_alone_never_calls_an_emergency(knowledge: KnowledgeBase) -> None:
    """Only a rule may say emergency; a likely dangerous condition asks for a doctor today."""
    what = told("strawberry_tongue", "red_cracked_lips", "swollen_hands_feet", age=20)
    assert urgency_floor(what, rank(what), knowledge).rank <= Urgency.URGENT_SAME_DAY.rank
    anaphylaxis = told("lip_tongue_swelling", "after_new_food", "hives_wheals")
    assert urgency_floor(anaphylaxis, rank(anaphylaxis), knowledge) is Urgency.URGENT_SAME_DAY


def test_nothing_told_is_not_reassured(knowledge: KnowledgeBase) -> None:
    """An empty form asks for a routine look, not for home care."""
    assert urgency_floor(told(), rank(told()), knowledge) is Urgency.ROUTINE


def test_words_that_hardly_describe_a_condition_hardly_count() -> None:
    """The more the words may describe none of them, the less they outweigh what was told."""
    report = SymptomReport(age_months=48, symptoms=("crops_different_stages", "itchy_rash"))

    def first(other: float) -> str:
        rest = 1 - other
        sounds = {"head_lice": 0.6 * rest, "scabies": 0.3 * rest, "chickenpox": 0.1 * rest, "other": other}
        findings = FreeTextFindings(accepted=True, sounds_like=sounds)
        return rank_conditions(gather_told(report, findings, KNOWLEDGE), None, KNOWLEDGE, Lang.KO)[0].id

    assert first(0.48) == first(0.6) == "chickenpox"
    assert first(0.0) == "head_lice"
