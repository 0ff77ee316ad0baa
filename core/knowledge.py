"""The knowledge base: condition articles in Korean and English, each sentence with its source."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.articles import REQUIRED_SECTIONS, Source, pair_faults, passages, read_pairs
from core.countries import Countries, Country, guess_country, load_countries
from core.errors import KnowledgeInvalid
from core.types import Lang, Passage, Sentence, Urgency
from core.vocabulary import Bilingual, Vocabulary, load_vocabulary, read_toml

HowCommon = Literal["very_common", "common", "uncommon", "rare"]
Department = Literal["paediatrics", "dermatology", "emergency", "ophthalmology", "ent", "dentistry"]
Texts = Mapping[Lang, tuple[Passage, ...]]
Head = TypeVar("Head", bound="_ArticleHead")


class Frequency(StrEnum):
    """How often a symptom occurs in a condition."""

    ALWAYS = "always"
    USUAL = "usual"
    SOMETIMES = "sometimes"
    RARE = "rare"
    AGAINST = "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What is known of a subject."""

    id: str
    """Stable id."""
    names: Mapping[Lang, str]
    """Name in each language."""
    synonyms: Mapping[Lang, tuple[str, ...]]
    """Other names, as parents say them."""
    review: str
    """`needs_clinician_review`, or who reviewed it and when."""
    passages: Texts
    """Sections in each language, in the order of `SECTIONS`."""

    def sentences(self, section: str, lang: Lang) -> tuple[Sentence, ...]:
        """The section's sentences, empty when it is missing."""
        return next((p.sentences for p in self.passages[lang] if p.section == section), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Article):
    """What is known of a condition."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """All of `kb/` that answers are made of."""

    vocabulary: Vocabulary
    """What parents can pick."""
    conditions: Mapping[str, Condition]
    """Condition id → article."""
    general: Mapping[str, Article]
    """Id → article on what parents ask whatever the rash."""
    sources: Mapping[str, Source]
    """Source id → source."""
    countries: Countries
    """Country id → whom to call there."""
    content_hash: str
    """Changes when any file of `kb/` changes."""

    def passages(self) -> Iterator[Passage]:
        """Every passage in every language."""
        for article in (*self.conditions.values(), *self.general.values()):
            for lang in Lang:
                yield from article.passages[lang]

    def article(self, name: str) -> Article:
        """The article of an id; raises KeyError for an unknown one."""
        return self.conditions.get(name) or self.general[name]

    def country(self, name: str | None, lang: Lang) -> Country:
        """The country of an id; the one that the language points to when the id is None or unknown."""
        return self.countries.get(name or "") or self.countries[guess_country(self.countries, lang, None)]

    def question_between(self, one: str, other: str, lang: Lang) -> str | None:
        """The question that tells two conditions apart, whichever of their articles holds it; None when none does."""
        for first, second in ((one, other), (other, one)):
            if second in self.conditions[first].look_alikes:
                return self.conditions[first].look_alikes[second][lang]
        return None


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Synonyms(_Closed):
    ko: list[str] = []
    en: list[str] = []

    def by_lang(self) -> Mapping[Lang, tuple[str, ...]]:
        return {Lang.KO: tuple(self.ko), Lang.EN: tuple(self.en)}


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


class _ArticleHead(_Closed):
    id: str
    name: Bilingual
    synonyms: _Synonyms
    review: str

    def required(self) -> frozenset[str]:
        """Sections that must be there."""
        return frozenset({"summary"})

    def repeated(self) -> list[str]:
        """Symptom ids that stand in more than one place."""
        return []

    def article(self, texts: Texts) -> Article:
        return Article(
            id=self.id,
            names=self.name.by_lang(),
            synonyms=self.synonyms.by_lang(),
            review=self.review,
            passages=texts,
        )


class _ConditionHead(_ArticleHead):
    icd10: str
    age_months: _AgeRange
    how_common: HowCommon
    contagious: bool
    departments: list[Department]
    usual_urgency: Urgency
    body_sites: _Sites
    symptoms: _Symptoms
    look_alikes: dict[str, Bilingual] = {}

    def required(self) -> frozenset[str]:
        return REQUIRED_SECTIONS

    def repeated(self) -> list[str]:
        every = [symptom for ids in self.symptoms.model_dump().values() for symptom in ids]
        return sorted({symptom for symptom in every if every.count(symptom) > 1})

    def condition(self, texts: Texts) -> Condition:
        return Condition(
            id=self.id,
            names=self.name.by_lang(),
            synonyms=self.synonyms.by_lang(),
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
            passages=texts,
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


def load_knowledge(kb_dir: Path) -> KnowledgeBase:
    """The checked knowledge base.

    Raises:
        KnowledgeInvalid: one argument a fault, each `file:line: what is wrong`.
    """
    vocabulary = load_vocabulary(kb_dir)
    sources = {name: item.named(name) for name, item in read_toml(kb_dir / "sources.toml", _Sources).source.items()}
    heads, faults = _read_folder(kb_dir / "conditions", _ConditionHead, sources)
    conditions = {name: head.condition(texts) for name, (head, texts) in heads.items()}
    asides, found = _read_folder(kb_dir / "general", _ArticleHead, sources)
    faults += [*found, *(f"general/{name}.md:1: a condition has this id" for name in asides if name in conditions)]
    faults += [
        f"conditions/{name}.md:1: {fault}"
        for name, condition in conditions.items()
        for fault in _unknown_ids(condition, vocabulary, conditions)
    ]
    if faults:
        raise KnowledgeInvalid(*faults)
    return KnowledgeBase(
        vocabulary=vocabulary,
        conditions=conditions,
        general={name: head.article(texts) for name, (head, texts) in asides.items()},
        sources=sources,
        countries=load_countries(kb_dir, sources),
        content_hash=content_hash(kb_dir),
    )


def content_hash(kb_dir: Path) -> str:
    """SHA-256 over names and bytes of every file of `kb/`, as 16 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(p for p in kb_dir.rglob("*") if p.is_file() and p.suffix in {".md", ".toml"}):
        digest.update(path.relative_to(kb_dir).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _read_folder(
    folder: Path, head_type: type[Head], sources: Mapping[str, Source]
) -> tuple[dict[str, tuple[Head, Texts]], list[str]]:
    """The heads and passages of every article in a folder, and what is wrong with them."""
    read: dict[str, tuple[Head, Texts]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.md")):
        place = f"{folder.name}/{path.name}"
        parts = path.read_text(encoding="utf-8").split("+++\n", 2)
        if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004 (nothing, head, body)
            faults.append(f"{place}:1: the head must stand between two +++ lines")
            continue
        try:
            head = head_type.model_validate(tomllib.loads(parts[1]))
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{place}:1: {error}")
        except ValidationError as error:
            faults += [f"{place}:1: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        else:
            pairs, found = read_pairs(parts[2], parts[1].count("\n") + 3)
            found += [fault for pair in pairs for fault in pair_faults(pair, sources)]
            found += [(1, fault) for fault in _head_faults(head, path.stem, {pair.section for pair in pairs})]
            faults += [f"{place}:{line}: {fault}" for line, fault in found]
            read[path.stem] = head, {lang: passages(head.id, pairs, lang) for lang in Lang}
    return read, faults


def _head_faults(head: _ArticleHead, name: str, sections: Collection[str]) -> Iterator[str]:
    """What is wrong with an article as a whole."""
    yield from (f"section {section} is missing" for section in sorted(head.required() - set(sections)))
    if head.id != name:
        yield f"id {head.id} differs from the file's name"
    yield from (f"symptom {symptom} stands twice" for symptom in head.repeated())


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
