"""Ids and labels of body sites, symptoms and danger-sign questions, read from `kb/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import KnowledgeInvalid
from core.types import Lang

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A thing that a parent can pick, with its name in each language."""

    id: str
    """Stable id."""
    group: str
    """Id of the group it is shown in."""
    labels: Mapping[Lang, str]
    """Name in each language."""
    questions: Mapping[Lang, str] | None = None
    """How one asks for it in each language; None where the name has to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerSign:
    """A question about danger, asked before the answer."""

    id: str
    """Stable id, also a fact that red-flag rules may name."""
    labels: Mapping[Lang, str]
    """The question in each language."""
    implies: tuple[str, ...]
    """Symptom ids that a "yes" stands for."""
    when: str
    """The facts that make the question matter, an expression as in `red_flags.toml`."""
    names: Mapping[Lang, str]
    """What a "yes" is called in a few words, in each language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All terms, in the order shown."""

    body_sites: Mapping[str, Term]
    """Body-site id → term."""
    symptoms: Mapping[str, Term]
    """Symptom id → term."""
    site_groups: Mapping[str, Mapping[Lang, str]]
    """Group id → name."""
    symptom_groups: Mapping[str, Mapping[Lang, str]]
    """Group id → name."""
    danger_signs: Mapping[str, DangerSign]
    """Danger-sign id → question."""
    medicines: Mapping[str, Mapping[Lang, str]]
    """Medicine id → name."""

    def label(self, term_id: str, lang: Lang) -> str:
        """The name of a body site, symptom, danger sign or medicine; raises KeyError for an unknown id."""
        if term_id in self.danger_signs:
            return self.danger_signs[term_id].names[lang]
        if term_id in self.medicines:
            return self.medicines[term_id][lang]
        return (self.symptoms.get(term_id) or self.body_sites[term_id]).labels[lang]

    def question(self, term_id: str, lang: Lang) -> str | None:
        """How one asks for a danger sign or a symptom, None where its name has to do; KeyError for an unknown id."""
        if term_id in self.danger_signs:
            return self.danger_signs[term_id].labels[lang]
        questions = self.symptoms[term_id].questions
        return questions[lang] if questions else None


class Bilingual(BaseModel):
    """A text of `kb/` in both languages."""

    model_config = ConfigDict(extra="forbid")
    ko: str
    """Korean."""
    en: str
    """English."""

    def by_lang(self) -> Mapping[Lang, str]:
        """The text by language."""
        return {Lang.KO: self.ko, Lang.EN: self.en}


class _Group(Bilingual):
    id: str

    @property
    def labels(self) -> Mapping[Lang, str]:
        return self.by_lang()


class _Term(_Group):
    group: str
    question: Bilingual | None = None

    def term(self) -> Term:
        questions = self.question.by_lang() if self.question else None
        return Term(id=self.id, group=self.group, labels=self.labels, questions=questions)


class _Vocabulary(BaseModel):
    model_config = ConfigDict(extra="forbid")
    site_group: list[_Group]
    symptom_group: list[_Group]
    body_site: list[_Term]
    symptom: list[_Term]
    medicine: list[_Group]


class _DangerSign(_Group):
    implies: list[str]
    when: str
    name: Bilingual


class _DangerSigns(BaseModel):
    model_config = ConfigDict(extra="forbid")
    danger_sign: list[_DangerSign]


def load_vocabulary(kb_dir: Path) -> Vocabulary:
    """The vocabulary in `kb/vocabulary.toml` and `kb/danger_signs.toml`.

    Raises:
        KnowledgeInvalid: a file is missing, breaks the schema or names an unknown id.
    """
    terms = read_toml(kb_dir / "vocabulary.toml", _Vocabulary)
    signs = read_toml(kb_dir / "danger_signs.toml", _DangerSigns)
    symptoms = {item.id: item.term() for item in terms.symptom}
    unknown = [
        f"danger_signs.toml: {sign.id} implies unknown symptom {name}"
        for sign in signs.danger_sign
        for name in sign.implies
        if name not in symptoms
    ]
    if unknown:
        raise KnowledgeInvalid(*unknown)
    return Vocabulary(
        body_sites={item.id: item.term() for item in terms.body_site},
        symptoms=symptoms,
        site_groups={item.id: item.labels for item in terms.site_group},
        symptom_groups={item.id: item.labels for item in terms.symptom_group},
        medicines={item.id: item.labels for item in terms.medicine},
        danger_signs={
            sign.id: DangerSign(
                id=sign.id,
                labels=sign.labels,
                implies=tuple(sign.implies),
                when=sign.when,
                names=sign.name.by_lang(),
            )
            for sign in signs.danger_sign
        },
    )


def read_toml(path: Path, model: type[Model]) -> Model:
    """A TOML file checked against a schema; KnowledgeInvalid names the file and each fault."""
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeInvalid(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = [f"{path.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise KnowledgeInvalid(*faults) from error
