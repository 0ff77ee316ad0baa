"""Finds passages of the knowledge base for how parents speak: meaning (Chroma) and words (BM25) together."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.knowledge import Frequency, KnowledgeBase
from core.sentence_search import sentence_texts
from core.text_encoder import TextEncoder
from core.types import Lang, Passage
from core.vector_store import PREFIX, Entry, Vectors, VectorStore, VectorStoreFailed

FloatArray = NDArray[np.float32]
TOP = 4
PASSAGE_SHARE, ARTICLE_SHARE = 0.5, 0.5
MAX_OF_ONE = 2
CLOSE, OVERLAP_WEIGHT, CLOSE_OVERLAP = 0.87, 0.1, 0.45
CONDITION_BOOST, SECTION_BOOST, WEIGHT_BOOST = 2.0, 1.0, 4.5
_UNUSUAL = frozenset({Frequency.RARE, Frequency.AGAINST})
_MAX_QUERY_CHARACTERS, _MAX_ENCODED_CHARACTERS = 600, 240
_PATIENCE_S = 0.3
_WORDS = re.compile(r"[가-힣]+|[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:'s|ies|es|s|ing|ed|y)$")
_STOP = frozenset(
    re.findall(
        r"\S+",
        "a an and are as at be but by can could do does for from has have he her his how i if in is it its me my of on "
        "or our she should so that the their them there they this to was we what when which will with would you your "
        "baby child kid son daughter",
    )
)
_HEADINGS = {
    "summary": ("무엇인가요", "what it is"),
    "looks": ("어떻게 보이나요, 모양과 색", "what it looks like"),
    "feels": ("어떤 느낌인가요, 가려움과 아픔", "what it feels like, itching and pain"),
    "causes": ("왜 생기나요, 원인", "why, what causes it"),
    "course": ("얼마나 오래 가나요, 경과와 기간", "how long it lasts, when it goes away"),
    "contagion": ("옮나요, 전염", "is it contagious, does it spread"),
    "nursery": ("어린이집 유치원 등원", "nursery, school, daycare"),
    "home_care": ("집에서 어떻게 돌보나요", "what to do at home, home care"),
    "do_not": ("하지 말아야 할 것", "what not to do, avoid"),
    "medicines": ("약과 연고", "medicines and creams"),
    "see_doctor": ("언제 병원에 가야 하나요, 진료", "when to see a doctor"),
    "call_119": ("119 응급실, 위험한 증상", "emergency, danger signs, call an ambulance"),
    "doctor_will": ("병원에서 하는 검사와 치료", "what the doctor will do, tests and treatment"),
    "myths": ("잘못 알려진 이야기", "myths"),
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageQuery:
    """What to look for."""

    text: str
    """The parent's words or a summary of the case; any language, any length."""
    lang: Lang
    """Language of the passages wanted."""
    count: int = TOP
    """How many passages at most."""
    conditions: tuple[str, ...] = ()
    """Condition ids that count for more."""
    sections: tuple[str, ...] = ()
    """Section ids that count for more."""
    is_restricted: bool = False
    """True when only `conditions` and only `sections`, where given, may be found."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Condition id → how much it counts, 0–1: what the words sound like."""
    also: tuple[str, ...] = ()
    """Ids of articles that may be found all the same, whatever the section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedPassage:
    """A passage with how well it fits."""

    passage: Passage
    """What was found."""
    score: float
    """Orders the passages of one query; says nothing across queries."""
    similarity: float | None
    """Cosine of query and passage, -1 to 1; None without the text encoder."""
    overlap: float
    """Share of the query's words, weighted by how rare they are, that stand in the passage, 0–1."""

    @property
    def is_close(self) -> bool:
        """False when the passage fits so poorly that it is no answer to the query."""
        if self.similarity is None:
            return self.overlap >= CLOSE_OVERLAP
        return self.similarity + OVERLAP_WEIGHT * self.overlap >= CLOSE


class Encoder(Protocol):
    """Something that turns text into vectors."""

    def identity(self) -> str:
        """A short name that changes when the weights do; raises ModelUnavailable."""
        ...

    def encode_query(self, text: str) -> FloatArray:
        """(d,) of length 1; raises ModelUnavailable."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """(n, d), each row of length 1; raises ModelUnavailable."""
        ...


class PassageIndex:
    """The passages of one knowledge base, ready to be searched from several threads; builds itself at first use."""

    def __init__(self, knowledge: KnowledgeBase, encoder: Encoder, data_dir: Path, server: str | None = None) -> None:
        """Takes the parts as they are; nothing is loaded or written before the first query.

        Args:
            knowledge: whose passages are searched.
            encoder: turns text into vectors.
            data_dir: where the index is kept.
            server: address of a Chroma server that keeps it instead.
        """
        self._knowledge = knowledge
        self._encoder = encoder
        self._store = VectorStore(data_dir, server)
        self._opening = threading.Lock()
        self._vectors: Vectors | None = None
        self._indexing = threading.Lock()
        self._words: dict[Lang, _Words] = {}
        self.dropped: tuple[str, ...] = ()
        """What the last query did without, as `part:reason`; empty when all works."""

    def retrieve_passages(self, query: PassageQuery) -> tuple[RetrievedPassage, ...]:
        """The best passages, best first, equal ones by id; empty when the query holds no letter at all.

        While another thread builds the index, words alone decide: a parent never waits for it.
        """
        text = " ".join(unicodedata.normalize("NFKC", query.text[: _MAX_QUERY_CHARACTERS * 4]).split())
        text = text[:_MAX_QUERY_CHARACTERS]
        words = self._words_of(query.lang)
        if not words.passages or not any(character.isalpha() for character in text):
            return ()
        similarity = self._similarity(text, words.passages, query.lang)
        fused = words.scores(text) + _boosts(query, words.passages)
        if similarity is not None:
            fused = fused + PASSAGE_SHARE * _standard(similarity)
        overlap = words.overlap(text)
        return tuple(
            RetrievedPassage(
                passage=words.passages[number],
                score=float(fused[number]),
                similarity=None if similarity is None else float(similarity[number]),
                overlap=float(overlap[number]),
            )
            for number in _best(query, words.passages, fused)
        )

    def _words_of(self, lang: Lang) -> _Words:
        with self._indexing:
            if lang not in self._words:
                passages = sorted((p for p in self._knowledge.passages() if p.lang is lang), key=lambda p: p.id)
                self._words[lang] = _Words(passages, lang, self._knowledge)
            return self._words[lang]

    def _similarity(self, text: str, passages: Sequence[Passage], lang: Lang) -> FloatArray | None:
        """Cosine of the query with each passage; None, with the reason in `dropped`, when it cannot be had."""
        try:
            vectors = self._open(None)
            vector = self._encoder.encode_query(text[:_MAX_ENCODED_CHARACTERS])
            found = self._nearest(vectors, vector, lang)
            similarity = np.array([found[passage.id] for passage in passages], dtype=np.float32)
        except ModelUnavailable as error:
            self._do_without(f"text_encoder:{error.code}", error)
        except TimeoutError:
            self.dropped = ("passage_index:building",)
        except (VectorStoreFailed, KeyError) as error:
            self._do_without("passage_index:unavailable", error)
        else:
            self.dropped = ()
            return similarity
        return None

    def _do_without(self, part: str, error: Exception) -> None:
        if part not in self.dropped:
            _log.warning("searching by words only: %s", part, exc_info=error)
        self.dropped = (part,)

    def _nearest(self, vectors: Vectors, vector: FloatArray, lang: Lang) -> Mapping[str, float]:
        """Passage id → cosine; opens the index anew once when it was lost under way."""
        try:
            return vectors.similarities(vector, lang)
        except VectorStoreFailed as error:
            _log.warning("opening the passage index anew", exc_info=error)
            return self._open(vectors).similarities(vector, lang)

    def _open(self, lost: Vectors | None) -> Vectors:
        """The open index, built when there is none; `lost` is replaced if it is still the open one.

        Raises:
            TimeoutError: another thread is building it.
            VectorStoreFailed: it cannot be built.
            ModelUnavailable: it must be built, and there is no encoder.
        """
        opened = self._vectors
        if opened is not None and opened is not lost:
            return opened
        if not self._opening.acquire(timeout=_PATIENCE_S):
            raise TimeoutError
        try:
            if self._vectors is None or self._vectors is lost:
                name = f"{PREFIX}{self._knowledge.content_hash}-{self._encoder.identity()}"
                passages = sorted(self._knowledge.passages(), key=lambda passage: passage.id)
                entries = [Entry(passage=p, text=passage_text(p, self._knowledge)) for p in passages]
                self._vectors = self._store.open(name, entries, self._encoder.encode_passages)
            return self._vectors
        finally:
            self._opening.release()


class _Bm25:
    """Keyword scores over some texts."""

    def __init__(self, tokens: Sequence[Sequence[str]]) -> None:
        import bm25s  # noqa: PLC0415 (keeps `import core` cheap)

        self._size = len(tokens)
        self._known = {token for found in tokens for token in found}
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def scores(self, tokens: Iterable[str]) -> FloatArray:
        """BM25 of each text in standard deviations from the mean, zeros when no token is shared."""
        known = [token for token in tokens if token in self._known]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return _standard(np.asarray(self._index.get_scores(known), dtype=np.float32))


class _Words:
    """The passages of one language, searchable by their words and by the words of their whole article."""

    def __init__(self, passages: Sequence[Passage], lang: Lang, knowledge: KnowledgeBase) -> None:
        self.passages = tuple(passages)
        if not passages:
            return
        tokens = [word_tokens(passage_text(passage, knowledge)) for passage in passages]
        articles: dict[str, list[str]] = {}
        for passage, found in zip(passages, tokens, strict=True):
            articles.setdefault(passage.condition, word_tokens(_symptoms_text(passage.condition, lang, knowledge)))
            articles[passage.condition] += found
        numbers = {condition: number for number, condition in enumerate(articles)}
        self._article_of = np.array([numbers[passage.condition] for passage in passages])
        self._by_passage, self._by_article = _Bm25(tokens), _Bm25(list(articles.values()))
        self._holds = [frozenset(found) for found in tokens]
        self._rarity = _rarity(self._holds)

    def scores(self, text: str) -> FloatArray:
        """How well each passage and its article fit by words, weighted."""
        tokens = word_tokens(text)
        by_article = self._by_article.scores(tokens)[self._article_of]
        fused: FloatArray = PASSAGE_SHARE * self._by_passage.scores(tokens) + ARTICLE_SHARE * by_article
        return fused

    def overlap(self, text: str) -> FloatArray:
        """Share of the query's rarity-weighted words in each passage; a word the articles never use counts most."""
        unknown = max(self._rarity.values())
        weights = {token: self._rarity.get(token, unknown) for token in word_tokens(text)}
        total = sum(weights.values()) or 1.0
        return np.array(
            [sum(weight for token, weight in weights.items() if token in held) / total for held in self._holds],
            dtype=np.float32,
        )


def prepare_vectors(knowledge: KnowledgeBase, encoder: TextEncoder) -> int:
    """Keeps the vectors of passages and sentences, so that no server has to make them; how many were new.

    Raises:
        ModelUnavailable: there is no encoder.
        OSError: its folder cannot be written.
    """
    passages = [passage_text(passage, knowledge) for passage in knowledge.passages()]
    return encoder.prepare_passages([*passages, *sentence_texts(knowledge)])


def passage_text(passage: Passage, knowledge: KnowledgeBase) -> str:
    """What is indexed: the condition's names, the section's heading and the sentences."""
    article = knowledge.article(passage.condition)
    names = (article.names[passage.lang], *article.synonyms[passage.lang])
    korean, english = _HEADINGS.get(passage.section, ("", ""))
    heading = korean if passage.lang is Lang.KO else english
    return f"{', '.join(names)}. {heading}. {passage.text}"


def _symptoms_text(condition_id: str, lang: Lang, knowledge: KnowledgeBase) -> str:
    """Names of the symptoms a condition has more than rarely, as the pickers show them; "" for a general article."""
    if condition_id not in knowledge.conditions:
        return ""
    symptoms = knowledge.conditions[condition_id].symptoms
    return ". ".join(
        knowledge.vocabulary.label(name, lang) for name, often in symptoms.items() if often not in _UNUSUAL
    )


def word_tokens(text: str) -> list[str]:
    """Keyword tokens: pairs of neighbouring syllables for Korean, shortened words for English.

    Pairs stand in for a Korean morphological analyser: particles and compounds share most pairs with the bare word.
    """
    tokens: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if "가" <= word[0] <= "힣":
            tokens += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif word not in _STOP:
            tokens.append(_ENDINGS.sub("", word))
    return tokens


def _rarity(holds: Sequence[frozenset[str]]) -> dict[str, float]:
    """Token → logarithm of passages per passage that holds it."""
    counts: dict[str, int] = {}
    for held in holds:
        for token in held:
            counts[token] = counts.get(token, 0) + 1
    return {token: float(np.log(1 + len(holds) / count)) for token, count in counts.items()}


def _standard(values: FloatArray) -> FloatArray:
    """Values in standard deviations from their mean; zeros when all are equal."""
    spread = float(values.std()) or 1.0
    standard: FloatArray = (values - values.mean()) / np.float32(spread)
    return standard


def _boosts(query: PassageQuery, passages: Iterable[Passage]) -> FloatArray:
    return np.asarray(
        [
            CONDITION_BOOST * (passage.condition in query.conditions)
            + WEIGHT_BOOST * query.weights.get(passage.condition, 0.0)
            + SECTION_BOOST * (passage.section in query.sections)
            for passage in passages
        ],
        dtype=np.float32,
    )


def _best(query: PassageQuery, passages: Sequence[Passage], fused: FloatArray) -> list[int]:
    """Numbers of the best passages; not all of one condition unless conditions were asked for."""
    ordered = sorted(range(len(passages)), key=lambda number: (-round(float(fused[number]), 5), passages[number].id))
    best: list[int] = []
    taken: dict[str, int] = {}
    for number in ordered:
        condition = passages[number].condition
        if len(best) >= query.count:
            break
        if not _is_allowed(query, passages[number]) or (not query.conditions and taken.get(condition, 0) >= MAX_OF_ONE):
            continue
        taken[condition] = taken.get(condition, 0) + 1
        best.append(number)
    return best


def _is_allowed(query: PassageQuery, passage: Passage) -> bool:
    if not query.is_restricted or passage.condition in query.also:
        return True
    fits_condition = not query.conditions or passage.condition in query.conditions
    return fits_condition and (not query.sections or passage.section in query.sections)
