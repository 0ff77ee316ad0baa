"""The knowledge base: condition articles in Korean and English, each sentence with its source."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import KnowledgeInvalid
from core.types import Lang, Passage, Sentence, Urgency
from core.vocabulary import Bilingual, Vocabulary, load_vocabulary, read_toml

GENERAL = "general"
SECTIONS = (
    "summary",
    "looks",
    "feels",
    "causes",
    "course",
    "contagion",
    "nursery",
    "home_care",
    "do_not",
    "medicines",
    "see_doctor",
    "call_119",
    "doctor_will",
    "myths",
)
REQUIRED_SECTIONS = frozenset(
    {"summary", "looks", "course", "contagion", "home_care", "do_not", "see_doctor", "call_119"}
)
SOURCED_SECTIONS = frozenset({"medicines", "see_doctor", "call_119"})
HowCommon = Literal["very_common", "common", "uncommon", "rare"]
Department = Literal["paediatrics", "dermatology", "emergency", "ophthalmology", "ent", "dentistry"]
DOSE = re.compile(r"\d\s*(mg|mcg|㎎|ml|㎖|cc|밀리그램|밀리리터|시시)(?![a-z])", re.IGNORECASE)
VERDICT = re.compile(r"diagnos(is|ed with)\b|\bdefinitely\b|진단입니다|확진입니다|확실합니다|틀림없", re.IGNORECASE)


class Frequency(StrEnum):
    """How often a symptom occurs in a condition."""

    ALWAYS = "always"
    USUAL = "usual"
    SOMETIMES = "sometimes"
    RARE = "rare"
    AGAINST = "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a sentence comes from."""

    id: str
    """Stable id."""
    title: str
    """Title of the page or paper."""
    url: str
    """Address."""
    publisher: str
    """Who answers for it."""
    read: date
    """Day it was read."""
    licence: str
    """Terms, as seen or as known."""
    is_core: bool
    """True for a national health service, public-health agency, specialist society or university hospital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is known of a condition."""

    id: str
    """Stable id."""
    names: Mapping[Lang, str]
    """Name in each language."""
    synonyms: Mapping[Lang, tuple[str, ...]]
    """Other names, as parents say them."""
    icd10: str
    """ICD-10 code."""
    typical_age_months: tuple[float, float]
    """Ages where it is usual."""
    possible_age_months: tuple[float, float]
    """Ages where it can occur at all."""
    how_common: str
    """`very_common`, `common`, `uncommon` or `rare` among young children with a skin problem."""
    contagious: bool
    """True when it passes from person to person."""
    departments: tuple[str, ...]
    """Where to go, best first."""
    usual_urgency: Urgency
    """How soon it is usually seen."""
    usual_sites: tuple[str, ...]
    """Body sites where it usually is."""
    other_sites: tuple[str, ...]
    """Body sites where it sometimes is."""
    symptoms: Mapping[str, Frequency]
    """Symptom id → how often."""
    look_alikes: Mapping[str, Mapping[Lang, str]]
    """Condition id → the question that separates the two."""
    review: str
    """`needs_clinician_review`, or who reviewed it and when."""
    passages: Mapping[Lang, tuple[Passage, ...]]
    """Sections with their sentences, in the order of SECTIONS."""

    def sentences(self, section: str, lang: Lang) -> tuple[Sentence, ...]:
        """The sentences of a section, empty when the article has none."""
        return next((p.sentences for p in self.passages[lang] if p.section == section), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """All of `kb/` that answers are made of."""

    vocabulary: Vocabulary
    """What parents can pick."""
    conditions: Mapping[str, Condition]
    """Condition id → article."""
    sources: Mapping[str, Source]
    """Source id → source."""
    content_hash: str
    """Changes when any file of `kb/` changes."""

    def passages(self) -> Iterator[Passage]:
        """Every passage in every language."""
        for condition in self.conditions.values():
            for lang in Lang:
                yield from condition.passages[lang]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Synonyms(_Closed):
    ko: list[str] = []
    en: list[str] = []


class _AgeRange(_Closed):
    typical: tuple[float, float]
    possible: tuple[float, float]


class _Sites(_Closed):
    usual: list[str]
    sometimes: list[str] = []


class _Symptoms(_Closed):
    always: list[str] = []
    usual: list[str] = []
    sometimes: list[str] = []
    rare: list[str] = []
    against: list[str] = []


class _Head(_Closed):
    id: str
    name: Bilingual
    synonyms: _Synonyms
    icd10: str
    age_months: _AgeRange
    how_common: HowCommon
    contagious: bool
    departments: list[Department]
    usual_urgency: Urgency
    body_sites: _Sites
    review: str
    symptoms: _Symptoms
    look_alikes: dict[str, Bilingual] = {}

    def condition(self, passages: Mapping[Lang, tuple[Passage, ...]]) -> Condition:
        return Condition(
            id=self.id,
            names=self.name.by_lang(),
            synonyms={Lang.KO: tuple(self.synonyms.ko), Lang.EN: tuple(self.synonyms.en)},
            icd10=self.icd10,
            typical_age_months=self.age_months.typical,
            possible_age_months=self.age_months.possible,
            how_common=self.how_common,
            contagious=self.contagious,
            departments=tuple(self.departments),
            usual_urgency=self.usual_urgency,
            usual_sites=tuple(self.body_sites.usual),
            other_sites=tuple(self.body_sites.sometimes),
            symptoms={symptom: Frequency(name) for name, ids in self.symptoms.model_dump().items() for symptom in ids},
            look_alikes={other: question.by_lang() for other, question in self.look_alikes.items()},
            review=self.review,
            passages=passages,
        )


class _Source(_Closed):
    title: str
    url: str
    publisher: str
    read: date
    licence: str
    core: bool = False

    def named(self, name: str) -> Source:
        return Source(
            id=name,
            title=self.title,
            url=self.url,
            publisher=self.publisher,
            read=self.read,
            licence=self.licence,
            is_core=self.core,
        )


class _Sources(_Closed):
    source: dict[str, _Source]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A sentence in both languages as it stands in a file."""

    line: int
    section: str
    values: dict[str, str]


def load_knowledge(kb_dir: Path) -> KnowledgeBase:
    """The checked knowledge base.

    Raises:
        KnowledgeInvalid: one argument a fault, each `file:line: what is wrong`.
    """
    vocabulary = load_vocabulary(kb_dir)
    sources = {name: item.named(name) for name, item in read_toml(kb_dir / "sources.toml", _Sources).source.items()}
    faults: list[str] = []
    conditions: dict[str, Condition] = {}
    for path in sorted((kb_dir / "conditions").glob("*.md")):
        condition, found = _read_article(path, sources)
        faults += found
        if condition is not None:
            conditions[path.stem] = condition
    faults += [
        f"conditions/{name}.md:1: {fault}"
        for name, condition in conditions.items()
        for fault in _unknown_ids(condition, vocabulary, conditions)
    ]
    if faults:
        raise KnowledgeInvalid(*faults)
    return KnowledgeBase(
        vocabulary=vocabulary, conditions=conditions, sources=sources, content_hash=content_hash(kb_dir)
    )


def content_hash(kb_dir: Path) -> str:
    """SHA-256 over names and bytes of every file of `kb/`, as 16 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(p for p in kb_dir.rglob("*") if p.is_file() and p.suffix in {".md", ".toml"}):
        digest.update(path.relative_to(kb_dir).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _read_article(path: Path, sources: Mapping[str, Source]) -> tuple[Condition | None, list[str]]:
    """The article with its faults; None when its head cannot be read."""
    name = f"conditions/{path.name}"
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004 (nothing, head, body)
        return None, [f"{name}:1: the head must stand between two +++ lines"]
    try:
        head = _Head.model_validate(tomllib.loads(parts[1]))
    except tomllib.TOMLDecodeError as error:
        return None, [f"{name}:1: {error}"]
    except ValidationError as error:
        return None, [f"{name}:1: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    pairs, faults = _read_pairs(parts[2], parts[1].count("\n") + 3)
    faults += [fault for pair in pairs for fault in _pair_faults(pair, sources)]
    missing = REQUIRED_SECTIONS - {pair.section for pair in pairs}
    faults += [(1, f"section {section} is missing") for section in sorted(missing)]
    faults += [(1, f"id {head.id} differs from the file's name")] * (head.id != path.stem)
    faults += [(1, f"symptom {symptom} stands twice") for symptom in _repeated(head.symptoms)]
    condition = head.condition({lang: _passages(head.id, pairs, lang) for lang in Lang})
    return condition, [f"{name}:{line}: {fault}" for line, fault in faults]


def _repeated(symptoms: _Symptoms) -> list[str]:
    """Symptom ids that stand in more than one place."""
    every = [symptom for ids in symptoms.model_dump().values() for symptom in ids]
    return sorted({symptom for symptom in every if every.count(symptom) > 1})


def _read_pairs(body: str, first_line: int) -> tuple[list[_Pair], list[tuple[int, str]]]:
    """Sentence pairs of an article's body and the lines that fit nothing."""
    pairs: list[_Pair] = []
    faults: list[tuple[int, str]] = []
    section = ""
    for number, raw in enumerate(body.splitlines(), first_line):
        line = raw.strip()
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("- ko:"):
            pairs.append(_Pair(number, section, {"ko": line[5:].strip()}))
        elif pairs and (key := line.partition(":")[0]) in {"en", "source"} and key not in pairs[-1].values:
            pairs[-1].values[key] = line.partition(":")[2].strip()
        elif line:
            faults.append((number, f"not a heading, a sentence or a source: {line[:40]}"))
    return pairs, faults


def _pair_faults(pair: _Pair, sources: Mapping[str, Source]) -> Iterator[tuple[int, str]]:
    """What is wrong with one sentence pair."""
    if pair.section not in SECTIONS:
        yield pair.line, f"unknown section {pair.section!r}"
    for key in ("ko", "en", "source"):
        if not pair.values.get(key):
            yield pair.line, f"{key} is missing"
    source = pair.values.get("source", "")
    if source and source != GENERAL and source not in sources:
        yield pair.line, f"unknown source {source}"
    if source == GENERAL and pair.section in SOURCED_SECTIONS:
        yield pair.line, f"{pair.section} must not rest on general knowledge"
    for lang in Lang:
        text = pair.values.get(lang.value, "")
        if text and not text.endswith((".", "?", "!")):
            yield pair.line, f"{lang.value} does not end with a full stop"
        if DOSE.search(text):
            yield pair.line, f"{lang.value} names a dose"
        if VERDICT.search(text):
            yield pair.line, f"{lang.value} sounds like a verdict"


def _passages(condition: str, pairs: list[_Pair], lang: Lang) -> tuple[Passage, ...]:
    """The article's sections in one language."""
    empty = Passage(id="", condition=condition, section="", lang=lang, sentences=())
    return tuple(
        replace(
            empty,
            id=f"{condition}.{section}.{lang.value}",
            section=section,
            sentences=tuple(
                Sentence(text=pair.values.get(lang.value, ""), source=pair.values.get("source", ""))
                for pair in pairs
                if pair.section == section
            ),
        )
        for section in SECTIONS
        if any(pair.section == section for pair in pairs)
    )


def _unknown_ids(condition: Condition, vocabulary: Vocabulary, conditions: Mapping[str, Condition]) -> Iterator[str]:
    """Ids in an article's head that stand nowhere else."""
    for symptom in condition.symptoms:
        if symptom not in vocabulary.symptoms:
            yield f"unknown symptom {symptom}"
    for site in (*condition.usual_sites, *condition.other_sites):
        if site not in vocabulary.body_sites:
            yield f"unknown body site {site}"
    for other in condition.look_alikes:
        if other not in conditions:
            yield f"unknown look-alike {other}"
