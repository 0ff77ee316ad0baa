"""Finds the sentences of the knowledge base that answer a parent's question: meaning, words, and what it asks for."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.articles import GENERAL
from core.errors import ModelUnavailable
from core.knowledge import KnowledgeBase
from core.text_encoder import DIMENSIONS, TextEncoder
from core.topics import fold
from core.types import Lang, Passage, Sentence

FloatArray = NDArray[np.float32]
_LEAST_SHARE = 0.003
_MEANING, _MEANING_BESIDE_NAME, _WORDS = 12.0, 13.0, 1.1
_SECTION, _ARTICLE, _IS_GENERAL, _SECOND_CONDITION = 0.15, 0.22, 0.14, -0.3
_OF_SECTION: Mapping[str, float] = {
    "home_care": 0.5,
    "do_not": 0.45,
    "course": 0.2,
    "contagion": 0.2,
    "nursery": 0.25,
    "looks": -0.4,
    "summary": -0.4,
    "myths": -0.5,
    "causes": -0.8,
    "feels": -0.8,
}
"""These weights were fitted to which sentences earn points in `tests/data/answer_cases.jsonl` (listwise, held out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceQuery:
    """What to answer, and where to look."""

    text: str
    """The question."""
    lang: Lang
    """Language of the sentences."""
    conditions: tuple[str, ...]
    """Conditions that it is about, the likeliest first; every general article is looked through besides."""
    asks: Mapping[str, float] = field(default_factory=dict)
    """Section or general article → probability that it is asked for; empty when nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSentence:
    """A sentence with how well it answers."""

    passage: Passage
    """Where it stands."""
    sentence: Sentence
    """What it says."""
    fit: float
    """Orders the sentences of one query; says nothing across queries."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Every sourced sentence of one language."""

    sentences: tuple[tuple[Passage, Sentence], ...]
    """With the passage that it stands in."""
    pairs: tuple[frozenset[str], ...]
    """Pairs of letters of each."""
    vectors: FloatArray
    """(n, 384), rows of length 1, or 0 where no vector was prepared."""
    of_article: Mapping[str, tuple[int, ...]]
    """Article id → its rows."""


class SentenceIndex:
    """The sentences of one knowledge base; reads itself at first use; safe to ask from several threads."""

    def __init__(self, knowledge: KnowledgeBase, encoder: TextEncoder) -> None:
        """Takes the parts as they are."""
        self._knowledge = knowledge
        self._encoder = encoder
        self._reading = threading.Lock()
        self._shelves: dict[Lang, _Shelf] = {}

    def find_sentences(self, query: SentenceQuery) -> tuple[FoundSentence, ...]:
        """Every sourced sentence of the articles in question, the best answer first.

        Without the text encoder, words and what is asked for decide.
        """
        shelf = self._shelf(query.lang)
        articles = (*query.conditions, *self._knowledge.general)
        rows = [row for article in dict.fromkeys(articles) for row in shelf.of_article.get(article, ())]
        if not rows:
            return ()
        fits = self._meaning(query, shelf.vectors[rows]) + np.array(
            [self._fit(query, shelf.sentences[row][0]) for row in rows]
        )
        fits += _WORDS * _overlap(query.text, [shelf.pairs[row] for row in rows])
        order = np.argsort(-fits, kind="stable")
        found = [(shelf.sentences[rows[place]], float(fits[place])) for place in order]
        return tuple(FoundSentence(passage=item[0], sentence=item[1], fit=fit) for item, fit in found)

    def _meaning(self, query: SentenceQuery, vectors: FloatArray) -> FloatArray:
        """What closeness in meaning adds, around 0."""
        names = [self._knowledge.conditions[name].names[query.lang] for name in query.conditions[:1]]
        try:
            alone = vectors @ self._encoder.encode_query(query.text)
            named = vectors @ self._encoder.encode_query(" ".join([*names, query.text]))
        except ModelUnavailable:
            return np.zeros(len(vectors), dtype=np.float32)
        added: FloatArray = _MEANING * (alone - alone.mean()) + _MEANING_BESIDE_NAME * (named - named.mean())
        return added

    def _fit(self, query: SentenceQuery, passage: Passage) -> float:
        """What its section and its article add."""
        if passage.condition in self._knowledge.general:
            return float(_IS_GENERAL + _ARTICLE * np.log(query.asks.get(passage.condition, 0.0) + _LEAST_SHARE))
        second = _SECOND_CONDITION * query.conditions.index(passage.condition)
        wanted = _SECTION * np.log(query.asks.get(passage.section, 0.0) + _LEAST_SHARE)
        return float(second + wanted + _OF_SECTION.get(passage.section, 0.0))

    def _shelf(self, lang: Lang) -> _Shelf:
        with self._reading:
            if lang not in self._shelves:
                self._shelves[lang] = self._read_shelf(lang)
            return self._shelves[lang]

    def _read_shelf(self, lang: Lang) -> _Shelf:
        sentences = tuple(
            (passage, sentence)
            for passage in self._knowledge.passages()
            if passage.lang is lang
            for sentence in passage.sentences
            if sentence.source != GENERAL
        )
        of_article: dict[str, list[int]] = {}
        for row, (passage, _) in enumerate(sentences):
            of_article.setdefault(passage.condition, []).append(row)
        texts = [sentence.text for _, sentence in sentences]
        try:
            vectors = self._encoder.prepared_passages(texts)
        except ModelUnavailable:
            vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        return _Shelf(
            sentences=sentences,
            pairs=tuple(map(_letter_pairs, texts)),
            vectors=vectors,
            of_article={name: tuple(rows) for name, rows in of_article.items()},
        )


def sentence_texts(knowledge: KnowledgeBase) -> list[str]:
    """Every sourced sentence, for preparing its vector."""
    return [s.text for passage in knowledge.passages() for s in passage.sentences if s.source != GENERAL]


def _overlap(text: str, pairs: Sequence[frozenset[str]]) -> FloatArray:
    """(n,) share of the question's letter pairs that each sentence holds, 0–1."""
    asked = _letter_pairs(text)
    return np.array([len(asked & held) / (len(asked) or 1) for held in pairs], dtype=np.float32)


def _letter_pairs(text: str) -> frozenset[str]:
    letters = "".join(letter for letter in fold(text) if letter.isalnum())
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1))
