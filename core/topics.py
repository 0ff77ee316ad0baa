"""What a follow-up question is about: topics of `kb/topics.toml` and conditions named in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.articles import SECTIONS
from core.errors import KnowledgeInvalid
from core.knowledge import Article
from core.types import Lang
from core.vocabulary import Bilingual, read_toml

_SPLIT = re.compile(r"[?？!\n]+|(?<=[요다까])\s*[.。]\s*|\.\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something parents ask about any condition."""

    id: str
    """Stable id."""
    sections: tuple[str, ...]
    """Article sections that answer it, best first."""
    phrases: tuple[str, ...]
    """How it sounds, in both languages, folded."""
    chips: Mapping[Lang, str]
    """The question as a suggestion chip."""


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    sections: list[str]
    ko: list[str]
    en: list[str]
    chip: Bilingual


class _Topics(BaseModel):
    model_config = ConfigDict(extra="forbid")
    topic: list[_Topic]


def load_topics(kb_dir: Path) -> tuple[Topic, ...]:
    """The topics of `kb/topics.toml` in the order offered; raises KnowledgeInvalid on a fault."""
    items = read_toml(kb_dir / "topics.toml", _Topics).topic
    unknown = [
        f"topics.toml: {item.id} names unknown section {name}"
        for item in items
        for name in item.sections
        if name not in SECTIONS
    ]
    if unknown:
        raise KnowledgeInvalid(*unknown)
    return tuple(
        Topic(
            id=item.id,
            sections=tuple(item.sections),
            phrases=tuple(map(fold, (*item.ko, *item.en))),
            chips=item.chip.by_lang(),
        )
        for item in items
    )


def fold(text: str) -> str:
    """Text in one case and Unicode form, for comparing."""
    return unicodedata.normalize("NFC", text).casefold()


def split_questions(text: str) -> tuple[str, ...]:
    """The separate questions of a message, at most four, in order; the message itself when it holds one."""
    parts = [part.strip() for part in _SPLIT.split(text) if part and len(part.strip()) > 1]
    return tuple(parts[:4]) or (text.strip(),)


def topics_in(text: str, topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Topics that a question speaks of, the one with the longest matching phrase first."""
    folded = fold(text)
    found = [(max((len(p) for p in topic.phrases if p in folded), default=0), topic) for topic in topics]
    return tuple(topic for length, topic in sorted(found, key=lambda item: -item[0]) if length)


def conditions_in(text: str, conditions: Iterable[Article]) -> tuple[str, ...]:
    """Ids of articles that a text names, by name or synonym in either language, the longest name first.

    Names inside a longer name that also matched are left out, and single Hangul syllables never match.
    """
    folded = fold(text)
    spans: list[tuple[int, int, str]] = []
    for condition in conditions:
        for lang in Lang:
            for name in (condition.names[lang].split("(")[0].strip(), *condition.synonyms[lang]):
                at = folded.find(fold(name)) if len(name) > 1 else -1
                if at >= 0 and _stands_alone(folded, at, fold(name)):
                    spans.append((at, at + len(name), condition.id))
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int, str]] = []
    for span in spans:
        if not any(span[0] < other[1] and other[0] < span[1] and span[2] != other[2] for other in kept):
            kept.append(span)
    return tuple(dict.fromkeys(name for _, _, name in kept))


def _stands_alone(folded: str, at: int, name: str) -> bool:
    """True unless an English name is only part of a longer word."""
    before, after = folded[at - 1 : at], folded[at + len(name) : at + len(name) + 1]
    return not (
        name.isascii()
        and ((before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha() and after != "s"))
    )
