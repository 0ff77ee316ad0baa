"""A parent comes back: what is asked again, what still holds, and how then and now compare.

The written rule. Whatever is told now counts as always. Danger told before stands until its very question is answered
"no" now; "don't know" and no answer leave it standing. A fever stands for a day, and under 3 months for the whole
visit, whatever the thermometer says now. The level falls below the look before only when the parent says that the child
is better; from an emergency at most to "see a doctor today"; never below what the photo or the language model raised it
to. These are our judgement; no clinician has reviewed them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.conversation import parent_texts
from core.corrections import TEMPERATURE
from core.facts import FEVER_C, YOUNG_BABY_MONTHS
from core.look_time import Change, Hold
from core.triage import Triage
from core.types import Answer, Case, Correction, FreeTextFindings, SymptomReport, Turn, Urgency
from core.visit_types import Look
from core.vocabulary import Vocabulary

RETURN_AFTER = timedelta(hours=2)
FEVER_STANDS = timedelta(hours=24)
MOVED = 0.1
"""Change of a condition's probability from which it is said to have risen or fallen; a judgement."""
_DANGER_GROUP, _CONTEXT = "red_flag", "context"
_ALSO_DANGER = frozenset(
    {"non_blanching_rash", "purple_spots", "purple_blotches", "unexplained_bruises", "mottled_skin", "low_temperature"}
)
_TOLD_BY = {Change.SPREADING: ("spreading_rash",), Change.WORSE: ("rapidly_worsening",)}
_FEVERS = ("fever", "sudden_high_fever")
_YOUNG_BABY = frozenset({"under_3_months", "newborn_under_28d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """What can have changed since the look before."""

    standing: tuple[str, ...]
    """Ids of danger told or not ruled out before, danger signs first; only a "no" to each takes it away."""
    open: tuple[str, ...]
    """Ids of danger-sign questions besides that matter now."""
    symptoms: tuple[str, ...]
    """Ids of other symptoms told before, which may have gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The look before, as far as it limits the one now."""

    urgency: Urgency
    """The most urgent level said and still standing."""
    fever_at: datetime
    """The last look at which a fever was measured, else the first one; timezone-aware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the parent tells at a return."""

    at: datetime
    """When, timezone-aware."""
    temperature_c: float | None = None
    """Degrees Celsius; None when not measured."""
    change: Change | None = None
    """None when not answered."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Id of `AskAgain.standing` or `AskAgain.open` → answer."""
    gone: tuple[str, ...] = ()
    """Ids of `AskAgain.symptoms` that are there no more."""
    new: tuple[str, ...] = ()
    """Ids of symptoms that came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What holds at a return."""

    report: SymptomReport
    """What is told now together with what still stands; the highest temperature that counts."""
    floor: Urgency
    """The level that the look now may not go below."""
    holds: tuple[Hold, ...]
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Then and now."""

    then: Look
    """The look before."""
    now: Look
    """The look now."""
    new: tuple[str, ...]
    """Ids of symptoms and danger signs that came."""
    gone: tuple[str, ...]
    """Ids of those that went."""
    rose: tuple[str, ...]
    """Ids of conditions that fit better now."""
    fell: tuple[str, ...]
    """Ids of conditions that fit less now."""
    hints: tuple[str, str] | None
    """What the photo model named first then and now; None unless two photos each gave a hint."""


def is_return_due(last: datetime | None, now: datetime) -> bool:
    """True when the last look is two hours or more ago."""
    return last is not None and now - last >= RETURN_AFTER


def before_now(looks: Sequence[Look], urgency: Urgency) -> Before:
    """The looks before, at least one, as far as they limit the one now."""
    hot = [look.at for look in looks if (look.temperature_c or 0) >= FEVER_C]
    return Before(urgency=urgency, fever_at=max(hot, default=looks[0].at))


def ask_again(case: Case, turns: Sequence[Turn], triage: Triage) -> AskAgain:
    """What to ask a parent who comes back; symptoms that only tell of the past are not asked again."""
    vocabulary, screening = triage.knowledge.vocabulary, triage.screen(case, turns)
    told = _told(case.report, triage.read_all(case, turns), vocabulary)
    standing = tuple(dict.fromkeys(_question(name, vocabulary) for name in told if _is_danger(name, triage)))
    symptoms = [name for name in told if not _is_danger(name, triage) and name not in _FEVERS]
    return AskAgain(
        standing=tuple(sorted(standing, key=lambda name: name not in vocabulary.danger_signs)),
        open=tuple(sign.id for sign in screening.questions if sign.id not in standing),
        symptoms=tuple(name for name in symptoms if vocabulary.symptoms[name].group != _CONTEXT),
    )


def come_back(case: Case, turns: Sequence[Turn], looks: tuple[Before, Now], triage: Triage) -> Returned:
    """What holds at a return, by the written rule at the top of this file."""
    then, now = looks
    findings = triage.read_all(case, turns)
    explained = triage.judge(case, findings).decision.urgency
    asked = ask_again(case, turns, triage)
    gone = _gone(asked, now, triage)
    report = _without(case.report, findings, gone, 1 + len(parent_texts(turns)))
    # Taking a symptom back in words takes what it implies with it; what the parent left standing is told again.
    implied = {more for name in gone for more in triage.phrases.implies.get(name, ())}
    still = [name for name in (*asked.standing, *asked.symptoms) if name in implied - gone]
    answers = dict(case.report.danger_signs)
    for name in [name for name, given in answers.items() if given is Answer.NO]:
        del answers[name]
    for name, answer in now.answers.items():
        if name in triage.knowledge.vocabulary.danger_signs:
            is_kept = answers.get(name) is Answer.YES and answer is Answer.UNKNOWN
            answers[name] = Answer.YES if is_kept else answer
    symptoms = dict.fromkeys(
        (*report.symptoms, *still, *now.new, *(_TOLD_BY.get(now.change, ()) if now.change else ()))
    )
    report = replace(report, symptoms=tuple(symptoms), danger_signs=answers)
    report, holds = _temperature(report, findings, (then, now), 1 + len(parent_texts(turns)))
    floor = Urgency.SELF_CARE
    if then.urgency.rank > explained.rank:
        floor, holds = then.urgency, (*holds, Hold.UNEXPLAINED)
    elif now.change is not Change.BETTER:
        floor, holds = then.urgency, (*holds, Hold.NOT_BETTER)
    elif then.urgency is Urgency.EMERGENCY:
        floor, holds = Urgency.URGENT_SAME_DAY, (*holds, Hold.AFTER_EMERGENCY)
    return Returned(report=report, floor=floor, holds=holds)


def compare_looks(then: Look, now: Look, vocabulary: Vocabulary) -> Comparison | None:
    """What changed between two looks; None while one has no answer."""
    if then.assessment is None or now.assessment is None:
        return None
    before = _told(then.report, then.assessment.findings, vocabulary)
    after = _told(now.report, now.assessment.findings, vocabulary)
    shown = {*then.assessment.prediction_set, *now.assessment.prediction_set}
    chances = {item.id: item.probability for item in then.assessment.conditions}
    moved = {item.id: item.probability - chances.get(item.id, 0.0) for item in now.assessment.conditions}
    is_same_photo = then.assessment.vision == now.assessment.vision
    seen = [a.vision.prediction_set[0] for a in (then.assessment, now.assessment) if a.vision and a.vision.has_hint]
    return Comparison(
        then=then,
        now=now,
        new=tuple(name for name in after if name not in before),
        gone=tuple(name for name in before if name not in after),
        rose=tuple(name for name, by in moved.items() if name in shown and by >= MOVED),
        fell=tuple(name for name, by in moved.items() if name in shown and by <= -MOVED),
        hints=(seen[0], seen[1]) if len(seen) == len((then, now)) and not is_same_photo else None,
    )


def _told(report: SymptomReport, findings: FreeTextFindings, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Ids of symptoms and danger signs told or not ruled out; what a danger sign stands for is not named beside it."""
    signs = [name for name, answer in report.danger_signs.items() if answer is not Answer.NO]
    names = dict.fromkeys((*signs, *report.symptoms, *findings.symptoms))
    signs_told = (sign for name, sign in vocabulary.danger_signs.items() if name in names)
    implied = {more for sign in signs_told for more in sign.implies}
    return tuple(name for name in names if name not in implied)


def _is_danger(name: str, triage: Triage) -> bool:
    vocabulary = triage.knowledge.vocabulary
    if name in vocabulary.danger_signs or name in triage.phrases.danger or name in _ALSO_DANGER:
        return True
    return vocabulary.symptoms[name].group == _DANGER_GROUP


def _question(name: str, vocabulary: Vocabulary) -> str:
    """The danger sign that asks about a symptom, the symptom itself where none does."""
    return next((sign.id for sign in vocabulary.danger_signs.values() if name in sign.implies), name)


def _gone(asked: AskAgain, now: Now, triage: Triage) -> frozenset[str]:
    """Ids of what the parent says is there no more, with what each question stands for."""
    signs = triage.knowledge.vocabulary.danger_signs
    denied = [name for name in asked.standing if now.answers.get(name) is Answer.NO]
    implied = (more for name in denied if name in signs for more in signs[name].implies)
    return frozenset({*denied, *implied, *(name for name in now.gone if name in asked.symptoms)})


def _without(report: SymptomReport, findings: FreeTextFindings, gone: frozenset[str], texts: int) -> SymptomReport:
    """The report without what has gone, also where words told it; what is told later is heard again."""
    corrected = [item for item in report.corrected if item.fact not in gone]
    corrected += [Correction(fact=name, texts=texts) for name in sorted(gone & set(findings.symptoms))]
    kept = tuple(name for name in report.symptoms if name not in gone)
    return replace(report, symptoms=kept, corrected=tuple(corrected))


def _temperature(
    report: SymptomReport, findings: FreeTextFindings, looks: tuple[Before, Now], texts: int
) -> tuple[SymptomReport, tuple[Hold, ...]]:
    """The report with the temperature that counts now, and whether an earlier fever holds."""
    then, now = looks
    told = [value for value in (report.temperature_c, findings.temperature_c) if value is not None]
    feverish = {*report.symptoms, *findings.symptoms} & set(_FEVERS)
    had_fever = report.feels_hot or bool(feverish) or max(told, default=0.0) >= FEVER_C
    if now.temperature_c is None:
        return report, ()
    if now.temperature_c >= FEVER_C or not had_fever:
        highest = max((now.temperature_c, *told)) if had_fever else now.temperature_c
        return replace(report, temperature_c=highest), ()
    ages = [age for age in (report.age_months, findings.age_months) if age is not None]
    is_young_baby = (
        bool({*report.symptoms, *findings.symptoms} & _YOUNG_BABY) or min(ages, default=99) < YOUNG_BABY_MONTHS
    )
    if is_young_baby or now.at - then.fever_at < FEVER_STANDS:
        return replace(report, temperature_c=max((now.temperature_c, *told))), (Hold.FEVER,)
    gone = frozenset({*_FEVERS, TEMPERATURE})
    cleared = _without(report, replace(findings, symptoms=(*findings.symptoms, TEMPERATURE)), gone, texts)
    return replace(cleared, temperature_c=now.temperature_c, feels_hot=False), ()
