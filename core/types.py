"""Frozen values that travel through MochiCare.

`RawUpload → LesionPhoto → VisionResult → (+ SymptomReport) → UrgencyDecision → Passages → Assessment → Turn`

None means "not told" or "not measured"; it is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from core.look_time import LookTime
from core.photo_types import LesionPhoto, VisionResult


class Lang(StrEnum):
    """A language the product speaks."""

    KO = "ko"
    EN = "en"


class Urgency(StrEnum):
    """How soon to act, from the least to the most urgent."""

    SELF_CARE = "self_care"
    ROUTINE = "routine"
    SOON_24H = "soon_24h"
    URGENT_SAME_DAY = "urgent_same_day"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for self_care to 4 for emergency."""
        return list(Urgency).index(self)


class Answer(StrEnum):
    """A parent's answer to a danger-sign question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad the picture looks, apart from how soon to act."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Role(StrEnum):
    """Who says a turn."""

    PARENT = "parent"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A parent's word that something was misunderstood; what they write later is not touched by it."""

    fact: str
    """Id of `core.corrections.FoundFact`."""
    texts: int
    """How many of the parent's texts it is about: the form's words first, then messages, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomReport:
    """What the parent told about the child."""

    age_months: float | None = None
    """0–216, None when not told."""
    temperature_c: float | None = None
    """Degrees Celsius; None when not measured."""
    feels_hot: bool = False
    """No thermometer, but the child feels hot."""
    body_sites: tuple[str, ...] = ()
    """Ids of `kb/vocabulary.toml` body sites."""
    symptoms: tuple[str, ...] = ()
    """Ids of `kb/vocabulary.toml` symptoms."""
    denied: tuple[str, ...] = ()
    """Symptom ids that the parent was asked about and said no to."""
    unsure: tuple[str, ...] = ()
    """Symptom ids that the parent was asked about and could not tell."""
    danger_signs: dict[str, Answer] = field(default_factory=dict)
    """Danger-sign id → answer; a missing id was not asked."""
    free_text: str = ""
    """The parent's own words, as typed."""
    corrected: tuple[Correction, ...] = ()
    """What was understood from words and the parent says is not so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTextFindings:
    """What was understood from free text, and whether it speaks of a symptom."""

    accepted: bool
    """False when the words do not speak of a symptom; danger found in them still counts."""
    reason: str | None = None
    """Why it was set aside: `empty`, `not_a_symptom` or `instruction`; None when all of it was accepted.

    `instruction` stands beside accepted words too: an order to the system was left out of them.
    """
    is_notice: bool = False
    """An advert, a bill or news by its own words, with no symptom in it."""
    symptoms: tuple[str, ...] = ()
    """Symptom and danger-sign ids found, negations left out."""
    denied: tuple[str, ...] = ()
    """Symptom ids that the parent says are absent."""
    suspected: tuple[str, ...] = ()
    """Symptom and danger-sign ids that the words may mean: they count for nothing until the parent is asked."""
    body_sites: tuple[str, ...] = ()
    """Body-site ids found."""
    temperature_c: float | None = None
    """Highest temperature read, degrees Celsius."""
    last_temperature_c: float | None = None
    """Temperature read in the newest text that names one, when several texts were read together."""
    age_months: float | None = None
    """Child's age read."""
    duration_hours: float | None = None
    """The longest time since it began that was read."""
    medicines: tuple[str, ...] = ()
    """Medicine ids found."""
    sounds_like: dict[str, float] | None = None
    """Condition id, or `other` for none of them → probability by the word reader, summing to 1; None when not read."""
    asks: dict[str, float] | None = None
    """Section, general article or kind of talk → probability that the words ask for it, summing to 1; None as above."""
    dropped: tuple[str, ...] = ()
    """What the words were read without, as `part:reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedRule:
    """A red-flag rule that matched."""

    id: str
    """Rule id of `kb/red_flags.toml`."""
    urgency: Urgency
    """What the rule asks for."""
    reason: str
    """Why, in the parent's language."""
    next_step: str
    """The one thing to do now, in the parent's language."""
    source: str
    """Source id of `kb/sources.toml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyDecision:
    """How soon to act, and every rule that says so."""

    urgency: Urgency
    """The most urgent level that any rule or floor asks for."""
    next_step: str
    """One next step in the parent's language."""
    rules: tuple[MatchedRule, ...] = ()
    """All matches, the deciding one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for or against a condition, in the parent's language."""

    text: str
    """Short label, such as the name of a symptom."""
    symptom: str | None = None
    """The vocabulary id behind it, None for age or photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCondition:
    """A possible condition with its evidence."""

    id: str
    """Condition id."""
    probability: float
    """Probability among all known conditions, 0–1."""
    evidence_for: tuple[Evidence, ...] = ()
    """What speaks for it."""
    evidence_against: tuple[Evidence, ...] = ()
    """What speaks against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the knowledge base with its source."""

    text: str
    """As written in `kb/`, in one language."""
    source: str
    """Source id of `kb/sources.toml`, or `general`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A section of a condition's article in one language: the unit of retrieval."""

    id: str
    """`condition.section.lang`."""
    condition: str
    """Condition id."""
    section: str
    """Section id."""
    lang: Lang
    """Language of the sentences."""
    sentences: tuple[Sentence, ...]
    """In the order written."""

    @property
    def text(self) -> str:
        """The sentences joined by spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids, each once, in order of first use."""
        return tuple(dict.fromkeys(sentence.source for sentence in self.sentences))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything one assessment starts from."""

    id: str
    """The caller's id."""
    lang: Lang
    """Language of the answer."""
    report: SymptomReport
    """What was told."""
    photos: tuple[LesionPhoto, ...] = ()
    """Up to three prepared photos of the same rash."""
    country: str | None = None
    """Country id of `kb/countries.toml`; None lets the language decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldRaise:
    """Something not told so far that would make it more urgent."""

    id: str
    """Danger-sign or symptom id."""
    text: str
    """What it is called, in the parent's language."""
    urgency: Urgency
    """How soon to act if it came."""
    source: str
    """Source id of the rule that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain:
    """When to look at the child again, what to watch, and what would mean going in."""

    time: LookTime | None
    """None in an emergency, which does not wait for another look."""
    row: str | None
    """Id of the row of `kb/look_again.toml` that says so; None in an emergency."""
    text: str
    """When, in one sentence; the next step in an emergency."""
    reason: str = ""
    """Why then, in one sentence."""
    is_judgement: bool = False
    """True where the time is our judgement and no source says it."""
    sources: tuple[str, ...] = ()
    """Source ids behind the time."""
    watch: tuple[Passage, ...] = ()
    """Sentences of the likely conditions' articles on what to watch: passages with these sentences alone."""
    questions: tuple[str, ...] = ()
    """Danger-sign ids that are still open, those answered "don't know" first."""
    go_now: tuple[WouldRaise, ...] = ()
    """What would mean acting sooner than now, the most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The answer to one case."""

    id: str
    """The case's id."""
    lang: Lang
    """Language of every text in it."""
    decision: UrgencyDecision
    """How soon to act."""
    severity: Severity
    """How bad the picture looks."""
    conditions: tuple[RankedCondition, ...]
    """Every condition, most probable first."""
    prediction_set: tuple[str, ...]
    """Smallest set of condition ids that reaches the coverage."""
    departments: dict[str, float]
    """Department id → share of 1, where to go first, best first."""
    coverage: float
    """Nominal coverage of the prediction set, 0–1."""
    findings: FreeTextFindings
    """What was understood from the free text."""
    vision: VisionResult | None
    """None when there was no photo or the model failed."""
    passages: tuple[Passage, ...]
    """Passages the text quotes or was grounded in."""
    text: str
    """What the parent reads, Markdown."""
    look_again: LookAgain | None = None
    """When to look again; None in assessments kept by older versions."""
    dropped: tuple[str, ...] = ()
    """Parts that were left out, and why: `part:reason`."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Step name → milliseconds, with `total`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the conversation."""

    role: Role
    """Who says it."""
    text: str
    """Markdown from the assistant, plain words from the parent."""
    citations: tuple[str, ...] = ()
    """Passage ids behind the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a follow-up question."""

    text: str
    """What the parent reads, Markdown."""
    answered: bool
    """False when no sourced answer was found."""
    passages: tuple[Passage, ...]
    """Passages quoted."""
    decision: UrgencyDecision
    """Urgency after screening this question too; never lower than before."""
    dropped: tuple[str, ...] = ()
    """Parts that were left out, and why."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Step name → milliseconds, with `total`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A follow-up question within a visit."""

    id: str
    """The caller's id."""
    lang: Lang
    """Language of the answer."""
    text: str
    """The parent's words, as typed."""
    case: Case
    """What was told so far, with the photos."""
    context_conditions: tuple[str, ...] = ()
    """Conditions the conversation is about, most probable first; empty lets the case decide."""
    history: tuple[Turn, ...] = ()
    """Earlier turns, oldest first; only the last ten count."""
    floor: Urgency = Urgency.SELF_CARE
    """The urgency already given in this visit; the answer never goes below it."""
    has_new_photo: bool = False
    """True when this message brought a photo, which is then looked at again."""
    earlier_photo: LesionPhoto | None = None
    """The newest photo before this message's, to compare with; None without one."""
