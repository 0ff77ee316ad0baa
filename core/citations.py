"""Sentences of the knowledge base as quotes: numbered sources, and none said twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.articles import GENERAL, NURSERY
from core.countries import Country, in_country
from core.knowledge import Article, KnowledgeBase
from core.messages import translate
from core.sentence_search import FoundSentence
from core.topics import fold
from core.types import Lang, Passage, Sentence

_GOOD_FIT = 0.2
_LATER_SENTENCE, _LATER_PASSAGE = 0.02, 0.05


class _Candidate(NamedTuple):
    """A sentence that might answer."""

    fit: float
    rank: int
    place: int
    passage: Passage
    sentence: Sentence


@dataclass(slots=True)
class Citations:
    """Numbers of sources and the passages quoted so far."""

    knowledge: KnowledgeBase
    """Where sources are looked up."""
    lang: Lang
    """Language of the answer."""
    country: str | None = None
    """Id of the parent's country; None lets the language decide."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Source id → number shown."""
    passages: dict[str, Passage] = field(default_factory=dict)
    """Passage id → passage quoted."""
    said: set[str] = field(default_factory=set)
    """Sentences already said: none is said twice."""

    @property
    def place(self) -> Country:
        """Where the parent is."""
        return self.knowledge.country(self.country, self.lang)

    def mark(self, source: str) -> str:
        """The citation mark of a source, such as `[2]`; empty when the source is unknown."""
        if source not in self.knowledge.sources:
            return ""
        return f"[{self.numbers.setdefault(source, len(self.numbers) + 1)}]"

    def quote(self, passage: Passage, sentence: Sentence) -> str:
        """The sentence with its mark."""
        self.passages[passage.id] = passage
        self.said.add(sentence.text)
        return f"{self.place.say(sentence.text, self.lang)} {self.mark(sentence.source)}".rstrip()

    def open_sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        """Sourced sentences of a passage that were not said yet and are not only about another country."""
        every = passage.sentences
        is_local = passage.section == NURSERY or passage.condition in self.knowledge.general
        local = in_country(every, self.place.id, self.knowledge.countries) if is_local else every
        return tuple(s for s in local if s.source != GENERAL and s.text not in self.said)

    def renumber(self, sentence: str, passages: Sequence[Passage]) -> str:
        """A sentence whose `[n]` name passages, with the marks of those passages' sources instead."""

        def marks(found: re.Match[str]) -> str:
            number = int(found.group(1))
            if not 1 <= number <= len(passages):
                return ""
            passage = passages[number - 1]
            self.passages[passage.id] = passage
            return "".join(self.mark(source) for source in passage.sources)

        return re.sub(r"\[(\d{1,3})\]", marks, sentence)

    def source_list(self) -> str:
        """The numbered sources as Markdown, each with its publisher and the day it was read."""
        lines = []
        for name, number in self.numbers.items():
            source = self.knowledge.sources[name]
            read = translate(self.lang, "read {day}", day=source.read.isoformat())
            lines.append(f"{number}. [{source.title}]({source.url}) · {source.publisher} · {read}")
        return "\n".join(lines)


def quotes(article: Article, section: str, cited: Citations, most: int) -> list[str]:
    """Sourced sentences of a section that were not said yet, with their marks, in the order written."""
    passage = next((p for p in article.passages[cited.lang] if p.section == section), None)
    if passage is None:
        return []
    return [cited.quote(passage, sentence) for sentence in cited.open_sentences(passage)[:most]]


def choose_sentences(asked: str, passages: Iterable[Passage], cited: Citations, most: int = 3) -> list[str]:
    """Sourced sentences that answer a question best, with their marks, in the order of the passages.

    A sentence's fit is the share of the question's letter pairs that it holds. Where some sentence fits well, those
    that fit less than half as well are left out; where none does, the order of passages and sentences decides.
    """
    pairs = _pairs(asked)
    every = [
        _Candidate(len(pairs & _pairs(sentence.text)) / (len(pairs) or 1), rank, place, passage, sentence)
        for rank, passage in enumerate(passages)
        for place, sentence in enumerate(cited.open_sentences(passage))
    ]
    best = max((item.fit for item in every), default=0.0)
    kept = [item for item in every if best < _GOOD_FIT or item.fit >= best / 2]
    kept.sort(
        key=lambda item: (-item.fit + _LATER_SENTENCE * item.place + _LATER_PASSAGE * item.rank, item.rank, item.place)
    )
    chosen = sorted(kept[:most], key=lambda item: (item.rank, item.place))
    return [cited.quote(item.passage, item.sentence) for item in chosen]


def pick_sentences(found: Iterable[FoundSentence], cited: Citations, most: int) -> list[str]:
    """The best of the sentences found that may be said, with their marks, those of one passage together.

    What two articles say in the same words is said once.
    """
    chosen: dict[str, list[FoundSentence]] = {}
    texts: set[str] = set()
    is_open: dict[str, tuple[Sentence, ...]] = {}
    for item in found:
        name = item.passage.id
        is_new = item.sentence.text not in texts
        if is_new and item.sentence in is_open.setdefault(name, cited.open_sentences(item.passage)):
            chosen.setdefault(name, []).append(item)
            texts.add(item.sentence.text)
        if len(texts) == most:
            break
    return [
        cited.quote(item.passage, item.sentence)
        for items in chosen.values()
        for item in sorted(items, key=lambda item: item.passage.sentences.index(item.sentence))
    ]


def _pairs(text: str) -> set[str]:
    letters = "".join(ch for ch in fold(text) if ch.isalnum())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def bullets(lines: Iterable[str]) -> str:
    """Lines as a Markdown list."""
    return "".join(f"- {line}\n" for line in lines) + "\n"
