"""Which conditions fit: prior by age × likelihood of what was told × bounded photo evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.facts import FEVER_C, YOUNG_BABY_MONTHS
from core.knowledge import Condition, Frequency, KnowledgeBase
from core.messages import translate
from core.photo_types import VisionResult
from core.types import Answer, Evidence, FreeTextFindings, Lang, RankedCondition, SymptomReport, Urgency
from core.word_reader import OTHER

EMERGENCY, PAEDIATRICS = "emergency", "paediatrics"
COVERAGE = 0.9
MEANINGFUL = 0.2
"""Probability from which a condition counts for urgency; a judgement."""
NEARLY_SURE = 0.8
"""Probability from which rules may call an emergency by a condition alone; a judgement."""
_SYMPTOM = {
    Frequency.ALWAYS: 0.9,
    Frequency.USUAL: 0.65,
    Frequency.SOMETIMES: 0.3,
    Frequency.RARE: 0.08,
    Frequency.AGAINST: 0.005,
}
_UNLISTED_SYMPTOM = 0.04
_COMMONNESS = {"very_common": 8.0, "common": 4.0, "uncommon": 1.5, "rare": 0.3}
_USUAL_SITE, _OTHER_SITE, _UNLISTED_SITE = 0.6, 0.3, 0.08
_POSSIBLE_AGE, _IMPOSSIBLE_AGE = 0.35, 0.02
_DENIED_WEIGHT = 0.5
_TEMPER, _TEMPER_BESIDE_WORDS, _AGE_POWER = 0.8, 0.65, 0.7
_VAGUE, _WORDS_POWER, _WORDS_FLOOR = 0.5, 1.6, 1e-3
"""Share of `other` above which words say nothing of a condition; weight of what they say; least probability."""
_PHOTO_MIN, _PHOTO_MAX = 0.5, 3.0
_FLATTER, _LITTLE = 0.85, 2
"""Power on the probabilities for each reason to widen; symptoms and sites below which little was told; judgements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a case, form and free text together."""

    age_months: float | None
    """0–216, None when not told."""
    body_sites: tuple[str, ...]
    """Body-site ids."""
    symptoms: tuple[str, ...]
    """Symptom ids that are present."""
    denied: tuple[str, ...]
    """Symptom ids that are absent."""
    sounds_like: Mapping[str, float] = field(default_factory=dict)
    """Condition id → probability by the word reader; empty when it read nothing that describes a condition."""

    @property
    def is_empty(self) -> bool:
        """True when neither a body site nor a symptom was told, and the words describe no condition."""
        return not self.body_sites and not self.symptoms and not self.sounds_like


def gather_told(report: SymptomReport, findings: FreeTextFindings, knowledge: KnowledgeBase) -> Told:
    """Form, danger-sign answers and free text as one; what the form says wins over the text."""
    signs = knowledge.vocabulary.danger_signs
    implied = {
        answer: [
            symptom
            for sign, given in report.danger_signs.items()
            if given is answer
            for symptom in (signs[sign].implies if sign in signs else (sign,))
        ]
        for answer in Answer
    }
    temperatures = [value for value in (report.temperature_c, findings.temperature_c) if value is not None]
    hot = report.feels_hot or any(value >= FEVER_C for value in temperatures)
    present = [*report.symptoms, *implied[Answer.YES], *findings.symptoms, *(["fever"] * hot)]
    denied = [s for s in (*implied[Answer.NO], *report.denied, *findings.denied) if s not in present]
    if temperatures and not hot and "fever" not in present:
        denied.append("fever")
    return Told(
        age_months=report.age_months if report.age_months is not None else findings.age_months,
        body_sites=tuple(dict.fromkeys((*report.body_sites, *findings.body_sites))),
        symptoms=tuple(dict.fromkeys(present)),
        denied=tuple(dict.fromkeys(denied)),
        sounds_like=describes(findings),
    )


def describes(findings: FreeTextFindings) -> dict[str, float]:
    """Condition id → probability by the word reader; empty when the words describe none of them."""
    sounds = findings.sounds_like or {}
    if not findings.accepted or sounds.get(OTHER, 1.0) > _VAGUE:
        return {}
    return {name: probability for name, probability in sounds.items() if name != OTHER}


def rank_conditions(
    told: Told, vision: VisionResult | None, knowledge: KnowledgeBase, lang: Lang
) -> tuple[RankedCondition, ...]:
    """Every known condition with its probability and evidence, most probable first; probabilities sum to 1.

    A naive Bayes over the frequencies written in `kb/conditions`, tempered because symptoms come together, times what
    the words sound like. Tempers and powers were fitted on the first 150 of `tests/data/condition_cases.jsonl`; the
    frequencies in figures and the photo's bounds are judgements.
    """
    if not knowledge.conditions:
        return ()
    scores = {name: _log_score(condition, told, vision) for name, condition in knowledge.conditions.items()}
    top = max(scores.values())
    weights = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda name: (-weights[name], name))
    return tuple(
        RankedCondition(
            id=name,
            probability=weights[name] / total,
            evidence_for=tuple(_evidence(knowledge.conditions[name], told, vision, knowledge=knowledge, lang=lang)),
            evidence_against=tuple(_counter(knowledge.conditions[name], told, knowledge, lang)),
        )
        for name in ranked
    )


def prediction_set(ranked: Sequence[RankedCondition], coverage: float = COVERAGE, reasons: int = 0) -> tuple[str, ...]:
    """The fewest most probable condition ids whose probabilities reach the coverage; never fewer with more reasons.

    Args:
        ranked: all conditions, the most probable first.
        coverage: share of probability, 0–1.
        reasons: how many there are to widen it, as `reasons_to_widen` counts them; each flattens the probabilities.
    """
    flat = [condition.probability ** (_FLATTER**reasons) for condition in ranked]
    chosen: list[str] = []
    total = 0.0
    for condition, weight in zip(ranked, flat, strict=True):
        if total >= coverage * sum(flat):
            break
        chosen.append(condition.id)
        total += weight
    return tuple(chosen)


def reasons_to_widen(told: Told, vision: VisionResult | None) -> int:
    """How many reasons there are to widen the set: a baby under 3 months, little told, a photo unlike those known."""
    is_young = told.age_months is not None and told.age_months < YOUNG_BABY_MONTHS
    is_little = len(told.symptoms) + len(told.body_sites) < _LITTLE and not told.sounds_like
    is_unlike = vision is not None and not vision.has_hint
    return is_young + is_little + is_unlike


def urgency_floor(told: Told, ranked: Iterable[RankedCondition], knowledge: KnowledgeBase) -> Urgency:
    """The least urgency that the likely conditions ask for; at most same-day, as only rules call an emergency."""
    if told.is_empty:
        return Urgency.ROUTINE
    levels = [knowledge.conditions[c.id].usual_urgency for c in ranked if c.probability >= MEANINGFUL]
    worst = max(levels, key=lambda level: level.rank, default=Urgency.ROUTINE)
    return min(worst, Urgency.URGENT_SAME_DAY, key=lambda level: level.rank)


def likely(ranked: Iterable[RankedCondition], least: float = MEANINGFUL) -> tuple[str, ...]:
    """Ids of conditions probable enough to count for urgency."""
    return tuple(condition.id for condition in ranked if condition.probability >= least)


def _log_score(condition: Condition, told: Told, vision: VisionResult | None) -> float:
    """Unnormalised log probability."""
    score = math.log(_COMMONNESS[condition.how_common])
    score += _AGE_POWER * math.log(_age_factor(condition, told.age_months))
    likelihood = sum(math.log(symptom_likelihood(condition, symptom)) for symptom in told.symptoms)
    likelihood += sum(math.log(_site_likelihood(condition, site)) for site in told.body_sites)
    likelihood += _DENIED_WEIGHT * sum(math.log(1 - symptom_likelihood(condition, symptom)) for symptom in told.denied)
    clear = max(0.0, 1 - (1 - sum(told.sounds_like.values())) / _VAGUE)
    words = math.log(max(told.sounds_like.get(condition.id, 0.0), _WORDS_FLOOR))
    temper = _TEMPER + clear * (_TEMPER_BESIDE_WORDS - _TEMPER)
    return score + temper * likelihood + clear * _WORDS_POWER * words + math.log(_photo_factor(condition.id, vision))


def symptom_likelihood(condition: Condition, symptom: str) -> float:
    """How often the symptom is told when the child has the condition, 0–1, by the words of its article."""
    frequency = condition.symptoms.get(symptom)
    return _UNLISTED_SYMPTOM if frequency is None else _SYMPTOM[frequency]


def _site_likelihood(condition: Condition, site: str) -> float:
    if site in condition.usual_sites:
        return _USUAL_SITE
    return _OTHER_SITE if site in condition.other_sites or "whole_body" in condition.usual_sites else _UNLISTED_SITE


def _age_factor(condition: Condition, age_months: float | None) -> float:
    if age_months is None or condition.typical_age_months[0] <= age_months <= condition.typical_age_months[1]:
        return 1.0
    inside = condition.possible_age_months[0] <= age_months <= condition.possible_age_months[1]
    return _POSSIBLE_AGE if inside else _IMPOSSIBLE_AGE


def _photo_factor(condition: str, vision: VisionResult | None) -> float:
    """The measured likelihood ratio of the hint, within bounds; 1 for conditions that the photo model cannot name."""
    if vision is None or not vision.has_hint:
        return 1.0
    return min(max(vision.ratios.get(condition, 1.0), _PHOTO_MIN), _PHOTO_MAX)


def _evidence(
    condition: Condition, told: Told, vision: VisionResult | None, *, knowledge: KnowledgeBase, lang: Lang
) -> Iterable[Evidence]:
    """What was told or seen that the article names."""
    expected = {Frequency.ALWAYS, Frequency.USUAL, Frequency.SOMETIMES}
    for symptom in told.symptoms:
        if condition.symptoms.get(symptom) in expected:
            yield Evidence(text=knowledge.vocabulary.label(symptom, lang), symptom=symptom)
    for site in told.body_sites:
        if site in (*condition.usual_sites, *condition.other_sites):
            yield Evidence(text=knowledge.vocabulary.label(site, lang))
    if told.age_months is not None and _age_factor(condition, told.age_months) == 1.0:
        yield Evidence(text=translate(lang, "fits the age"))
    if vision is not None and vision.has_hint and condition.id in vision.prediction_set:
        yield Evidence(text=translate(lang, "the photo looks somewhat similar"))


def _counter(condition: Condition, told: Told, knowledge: KnowledgeBase, lang: Lang) -> Iterable[Evidence]:
    """What was told that speaks against it, and what usually comes with it but is absent."""
    for symptom in told.symptoms:
        if condition.symptoms.get(symptom) is Frequency.AGAINST:
            yield Evidence(text=knowledge.vocabulary.label(symptom, lang), symptom=symptom)
    for symptom in told.denied:
        if condition.symptoms.get(symptom) in {Frequency.ALWAYS, Frequency.USUAL}:
            label = knowledge.vocabulary.label(symptom, lang)
            yield Evidence(text=translate(lang, "no {symptom}", symptom=label), symptom=symptom)
    if told.age_months is not None and _age_factor(condition, told.age_months) < 1.0:
        yield Evidence(text=translate(lang, "unusual at this age"))


def department_shares(
    ranked: Iterable[RankedCondition], knowledge: Mapping[str, Condition], urgency: Urgency
) -> dict[str, float]:
    """Department id → share of 1, best first: by the conditions that name it, and in an emergency only there."""
    if urgency is Urgency.EMERGENCY:
        return {EMERGENCY: 1.0}
    weights: dict[str, float] = {}
    for item in ranked:
        named = [name for name in knowledge[item.id].departments if name != EMERGENCY] or [PAEDIATRICS]
        for place, department in enumerate(named):
            weights[department] = weights.get(department, 0.0) + item.probability / (place + 1)
    total = sum(weights.values()) or 1.0
    return {name: weights[name] / total for name in sorted(weights, key=lambda name: (-weights[name], name))}
