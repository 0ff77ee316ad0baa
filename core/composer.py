"""The grounded composer: it selects, orders and joins sentences that stand in `kb/`, and writes none of its own.

Besides quoted sentences it uses only the fixed templates below, which say what was told, how soon to act, and where a
sentence comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.citations import Citations, bullets, choose_sentences, quotes
from core.knowledge import Condition, KnowledgeBase
from core.look_again import compose_look_again
from core.messages import translate
from core.photo_types import VisionResult
from core.ranking import Told
from core.retrieval import PassageQuery
from core.types import (
    Evidence,
    FreeTextFindings,
    Lang,
    LookAgain,
    Passage,
    RankedCondition,
    Severity,
    Urgency,
    UrgencyDecision,
)

MAX_CONDITIONS, MAX_IN_EMERGENCY, _MOST_OTHERS = 4, 2, 4
_URGENT_SECTIONS = ("call_119", "summary", "see_doctor")
_CALM_SECTIONS = ("home_care", "see_doctor", "looks", "do_not", "course", "contagion", "call_119")
_FIT, MAY_FIT = 0.5, 0.2
"""Probabilities that the words "fits best" and "may fit" stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentParts:
    """Everything an assessment is composed from."""

    lang: Lang
    """Language of the text."""
    told: Told
    """Form and free text together."""
    findings: FreeTextFindings
    """What was understood from the free text."""
    words: str
    """The parent's own words; empty when they do not speak of a symptom."""
    decision: UrgencyDecision
    """How soon to act."""
    severity: Severity
    """How bad the picture looks."""
    ranked: tuple[RankedCondition, ...]
    """All conditions, most probable first."""
    prediction_set: tuple[str, ...]
    """Ids of the possible conditions."""
    departments: dict[str, float]
    """Department id → share of 1, best first."""
    vision: VisionResult | None
    """None when there is no photo or the model failed."""
    has_photo: bool
    """True when the parent gave a photo."""
    look: LookAgain | None = None
    """When to look again; None in an answer to a follow-up question."""
    doubts: tuple[str, ...] = ()
    """Symptom and danger-sign ids that the words may mean and that would make it more urgent."""
    measured: str = ""
    """What was measured in the photos, in words of `lang`; empty when nothing could be."""

    @property
    def is_narrowed(self) -> bool:
        """False when neither words nor photo tell one condition from another."""
        return not self.told.is_empty or (self.vision is not None and self.vision.has_hint)

    @property
    def is_nothing_told(self) -> bool:
        """True when there is nothing yet that an answer could be about: no words, no ticks, no photo, no rule."""
        return self.told.is_empty and not (self.has_photo or self.decision.rules or self.doubts)


def compose_assessment(parts: AssessmentParts, cited: Citations, retrieved: Sequence[Passage]) -> Iterator[str]:
    """The assessment as Markdown blocks, how soon to act first, sources last.

    Args:
        parts: what is known and decided.
        cited: collects what is quoted.
        retrieved: passages close to what was told; those that speak to the parent's own words are quoted.
    """
    yield from what_to_do(parts, cited)
    if parts.decision.urgency is Urgency.EMERGENCY:
        yield from while_waiting(parts, cited)
    if parts.is_nothing_told:
        yield translate(parts.lang, "Tell us where it is and how it looks, and we can narrow it down.") + "\n\n"
    else:
        yield from _possible_conditions(parts, cited)
        yield from _severity(parts)
        yield from _being_seen(parts, cited)
    if parts.decision.urgency is not Urgency.EMERGENCY:
        yield from _home_care(parts, cited)
        yield from _your_words(parts, cited, retrieved)
    if parts.look:
        yield from compose_look_again(parts.look, cited)
    yield from closing(cited)


def closing(cited: Citations) -> Iterator[str]:
    """The sources and the marks that every answer ends with."""
    if cited.numbers:
        yield f"### {translate(cited.lang, 'Sources')}\n\n{cited.source_list()}\n\n"
    yield (
        "_"
        + translate(cited.lang, "This is information, not a diagnosis. A clinician has not reviewed these texts yet.")
        + "_\n"
    )


def assessment_query(parts: AssessmentParts, knowledge: KnowledgeBase) -> PassageQuery:
    """What to look for in the articles of the possible conditions: symptoms, body sites and the parent's words."""
    if not parts.is_narrowed:
        return PassageQuery(text="", lang=parts.lang)
    labels = [knowledge.vocabulary.label(name, parts.lang) for name in (*parts.told.body_sites, *parts.told.symptoms)]
    names = [knowledge.conditions[name].names[parts.lang] for name in parts.prediction_set[:2]]
    is_emergency = parts.decision.urgency is Urgency.EMERGENCY
    return PassageQuery(
        text=" ".join([parts.words, *labels, *names]),
        lang=parts.lang,
        conditions=parts.prediction_set[:MAX_CONDITIONS],
        sections=_URGENT_SECTIONS if is_emergency else _CALM_SECTIONS,
        is_restricted=True,
    )


def what_to_do(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """How soon to act and why, before anything else."""
    yield f"**{parts.decision.next_step}**\n\n"
    lines = [f"- {rule.reason} {cited.mark(rule.source)}".rstrip() for rule in parts.decision.rules[:3]]
    if lines:
        yield "\n".join(dict.fromkeys(lines)) + "\n\n"
    elif not parts.told.is_empty:
        yield translate(parts.lang, "In what you told us we found no danger sign.") + "\n\n"
    yield from ask_doubts(parts.doubts, cited)
    if not parts.findings.accepted and parts.findings.reason != "empty":
        yield (
            translate(
                parts.lang,
                "What you wrote did not seem to describe a symptom, so we set it aside. "
                "You can describe your child's skin in your own words.",
            )
            + "\n\n"
        )


def ask_doubts(doubts: Iterable[str], cited: Citations) -> Iterator[str]:
    """Questions about what the words may mean, and what a "yes" would say; nothing when they are clear."""
    vocabulary, lang = cited.knowledge.vocabulary, cited.lang
    asked = [vocabulary.question(name, lang) or _fits(vocabulary.label(name, lang), lang) for name in doubts]
    if asked:
        lead = translate(lang, "If you can say yes to this, it is more urgent than we say here:")
        yield "\n\n".join([lead, *(f"**{question}**" for question in asked)]) + "\n\n"


def _fits(symptom: str, lang: Lang) -> str:
    return translate(lang, "Does this fit your child: {symptom}?", symptom=symptom)


def while_waiting(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """What to do until help comes, only from articles whose usual urgency is an emergency."""
    conditions = cited.knowledge.conditions
    names = [c.id for c in parts.ranked[:3] if conditions[c.id].usual_urgency is Urgency.EMERGENCY]
    lines = [line for name in names[:1] for line in quotes(conditions[name], "home_care", cited, 3)]
    if lines:
        yield f"### {translate(parts.lang, 'While you wait or travel')}\n\n" + bullets(lines)


def _possible_conditions(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    lang, conditions = parts.lang, cited.knowledge.conditions
    yield f"### {translate(lang, 'What it could be')}\n\n"
    yield from photo_note(parts)
    if not parts.is_narrowed:
        yield translate(lang, "Tell us where it is and how it looks, and we can narrow it down.") + "\n\n"
        return
    is_emergency = parts.decision.urgency is Urgency.EMERGENCY
    likely_ones = [item for item in parts.ranked if item.id in parts.prediction_set]
    if is_emergency:
        yield translate(lang, "Even if one of these fits, the danger sign itself has to be looked at now.") + "\n\n"
        likely_ones.sort(key=lambda item: conditions[item.id].usual_urgency is not Urgency.EMERGENCY)
    most = MAX_IN_EMERGENCY if is_emergency else MAX_CONDITIONS
    shown = likely_ones[:most]
    for item in shown:
        yield _one_condition(item, conditions[item.id], cited)
    yield from _others([conditions[item.id].names[lang] for item in likely_ones[most:]], lang)
    if not is_emergency:
        yield from _separating_question(shown, parts, cited)


def _others(names: Sequence[str], lang: Lang) -> Iterator[str]:
    """The next few, and how many more: a long list of names would only frighten."""
    shown, more = ", ".join(names[:_MOST_OTHERS]), len(names) - _MOST_OTHERS
    if more > 0:
        yield (
            translate(
                lang,
                "Still possible: {names}, and {count} more. The more you tell us, the fewer are left.",
                names=shown,
                count=more,
            )
            + "\n\n"
        )
    elif names:
        yield translate(lang, "Still possible: {names}.", names=shown) + "\n\n"


def photo_note(parts: AssessmentParts) -> Iterator[str]:
    """What the photo was used for, nothing when there is none."""
    if not parts.has_photo:
        return
    if parts.vision is None:
        yield translate(parts.lang, "The photo could not be read, so this rests on what you told us.") + "\n\n"
    elif not parts.vision.is_skin:
        yield translate(parts.lang, "The photo does not seem to show skin, so we did not use it.") + "\n\n"
    elif not parts.vision.has_hint:
        yield (
            translate(parts.lang, "The photo gave no hint: it does not look like the rashes our photo model knows.")
            + "\n\n"
        )
    elif parts.vision.prediction_set[0] == "healthy_skin":
        yield translate(parts.lang, "The photo model saw nothing that stands out, which rules nothing out.") + "\n\n"
    else:
        yield translate(parts.lang, "We used the photo only as a small hint.") + "\n\n"
    if parts.measured:
        yield f"{parts.measured}\n\n"


def _one_condition(item: RankedCondition, condition: Condition, cited: Citations) -> str:
    lang = cited.lang
    if item.probability >= _FIT:
        fit = translate(lang, "fits best")
    elif item.probability >= MAY_FIT:
        fit = translate(lang, "may fit")
    else:
        fit = translate(lang, "fits less, but is possible")
    block = f"**{condition.names[lang]}** · {fit}\n\n"
    block += "".join(f"{line}\n\n" for line in quotes(condition, "summary", cited, 1))
    if item.evidence_for:
        block += f"- {translate(lang, 'For')}: {_names(item.evidence_for)}\n"
    if item.evidence_against:
        block += f"- {translate(lang, 'Against')}: {_names(item.evidence_against)}\n"
    return block + "\n"


def _separating_question(shown: Sequence[RankedCondition], parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """The question that tells the two most probable conditions apart, when an article holds one."""
    if len(shown) < 2:  # noqa: PLR2004 (a pair)
        return
    first, second = (cited.knowledge.conditions[item.id] for item in shown[:2])
    question = cited.knowledge.question_between(first.id, second.id, parts.lang)
    if question:
        yield (
            translate(
                parts.lang,
                "To tell {first} from {other}: {question}",
                first=first.names[parts.lang],
                other=second.names[parts.lang],
                question=question,
            )
            + "\n\n"
        )


def _severity(parts: AssessmentParts) -> Iterator[str]:
    if parts.told.is_empty:
        return
    words = {
        Severity.MILD: translate(parts.lang, "mild"),
        Severity.MODERATE: translate(parts.lang, "moderate"),
        Severity.SEVERE: translate(parts.lang, "severe"),
    }
    yield (
        translate(parts.lang, "How bad it looks from what you told us: **{severity}**", severity=words[parts.severity])
        + "\n\n"
    )


def _being_seen(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    lang, lines = parts.lang, []
    for name in leading(parts)[:2]:
        condition = cited.knowledge.conditions[name]
        lines += quotes(condition, "call_119", cited, 2)
        if parts.decision.urgency is not Urgency.EMERGENCY:
            lines += quotes(condition, "see_doctor", cited, 2)
    if parts.departments and parts.decision.urgency is not Urgency.EMERGENCY:
        where = department_name(next(iter(parts.departments)), lang)
        lines.insert(0, translate(lang, "Where to go: {department}", department=where))
    if lines:
        yield f"### {translate(lang, 'When to be seen')}\n\n" + bullets(lines)


def _home_care(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    lines = []
    for name in leading(parts)[:1]:
        condition = cited.knowledge.conditions[name]
        lines = quotes(condition, "home_care", cited, 4) + quotes(condition, "do_not", cited, 2)
    if lines:
        yield f"### {translate(parts.lang, 'What to do at home')}\n\n" + bullets(lines)


def _your_words(parts: AssessmentParts, cited: Citations, retrieved: Sequence[Passage]) -> Iterator[str]:
    """Sentences that speak to what the parent wrote."""
    lines = choose_sentences(parts.words, retrieved, cited, 2) if parts.words else []
    if lines:
        yield f"### {translate(parts.lang, 'About what you wrote')}\n\n" + bullets(lines)


def leading(parts: AssessmentParts) -> list[str]:
    """Conditions whose care is described: the most probable, unless nothing was told."""
    if not parts.is_narrowed:
        return []
    return [item.id for item in parts.ranked[:2] if item.probability >= MAY_FIT] or [parts.ranked[0].id]


def department_name(department: str, lang: Lang) -> str:
    """A department's name in a language."""
    names = {
        "paediatrics": translate(lang, "Paediatrics"),
        "dermatology": translate(lang, "Dermatology"),
        "emergency": translate(lang, "Emergency department"),
        "ophthalmology": translate(lang, "Eye clinic"),
        "ent": translate(lang, "Ear, nose and throat clinic"),
        "dentistry": translate(lang, "Dentist"),
    }
    return names[department]


def _names(evidence: Iterable[Evidence]) -> str:
    return ", ".join(item.text for item in evidence)
