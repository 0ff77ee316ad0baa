"""All articles seen together: which lie close to which, what tells close ones apart, and which ones words mean."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.knowledge import Article, Condition, KnowledgeBase
from core.retrieval import RetrievedPassage, passage_text
from core.text_encoder import VECTORS, FloatArray, text_digest
from core.topics import conditions_in, fold
from core.types import Lang

HOW_COMMON = ("very_common", "common", "uncommon", "rare")
NEAREST = 3
MOST_FOUND = 6
_PASSAGES_LOOKED_AT = 16
_PERPLEXITY, _STEPS, _EARLY_STEPS, _PACE = 8.0, 250, 80, 80.0
_GAP, _PUSHES = 0.045, 40
Array = NDArray[np.float64]
Retrieve = Callable[[str, Lang, int], tuple[RetrievedPassage, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article lies on the map."""

    article: str
    """Article id."""
    x: float
    """0–1, left to right; means nothing by itself."""
    y: float
    """0–1, bottom to top; means nothing by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePair:
    """Two articles, one of which is among the nearest of the other."""

    one: str
    """Article id."""
    other: str
    """Article id."""
    similarity: float
    """Cosine of the two, -1 to 1."""

    def partner(self, article: str) -> str:
        """The other one of the two."""
        return self.other if article == self.one else self.one


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeMap:
    """Articles in a plane, so that what reads alike lies together."""

    places: tuple[Place, ...]
    """Every article whose vectors are kept."""
    pairs: tuple[ClosePair, ...]
    """The closest first."""

    def near(self, article: str) -> tuple[ClosePair, ...]:
        """The pairs that an article is part of, the closest first."""
        return tuple(pair for pair in self.pairs if article in {pair.one, pair.other})


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """What tells two conditions apart."""

    question: str
    """What to ask a parent."""
    yes: str
    """Id of the condition that a yes points to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticles:
    """What a search found."""

    named: tuple[str, ...]
    """Ids of articles whose name or synonym was typed, best first."""
    fitting: tuple[str, ...]
    """Ids of further articles that speak of what was typed, best first."""


def separation(knowledge: KnowledgeBase, one: str, other: str, lang: Lang) -> Separation | None:
    """The question that tells two articles apart; None when none is written, or one is no condition.

    An article asks about its look-alike, so that a yes points away from the article that holds the question.
    """
    if one not in knowledge.conditions or other not in knowledge.conditions:
        return None
    question = knowledge.question_between(one, other, lang)
    is_own = other in knowledge.conditions[one].look_alikes
    return Separation(question=question, yes=other if is_own else one) if question else None


def look_alikes(knowledge: KnowledgeBase, article: str) -> tuple[str, ...]:
    """Ids of the conditions that are mistaken for one: those its article names first, then those that name it."""
    if article not in knowledge.conditions:
        return ()
    named_by = (name for name, condition in knowledge.conditions.items() if article in condition.look_alikes)
    return tuple(dict.fromkeys((*knowledge.conditions[article].look_alikes, *named_by)))


def search_articles(typed: str, lang: Lang, knowledge: KnowledgeBase, retrieve: Retrieve) -> FoundArticles:
    """Articles by name and synonym in either language, then by what they say.

    Args:
        typed: any words; Korean ones are looked for in Korean texts whatever the language on screen.
        lang: the language on screen.
        knowledge: where the articles are.
        retrieve: finds passages for the second part.
    """
    named = named_articles(typed, knowledge)[:MOST_FOUND]
    spoken = _language_of(typed, lang)
    found = retrieve(typed, spoken, _PASSAGES_LOOKED_AT)
    fitting = dict.fromkeys(item.passage.condition for item in found if item.is_close)
    return FoundArticles(named=named, fitting=tuple(name for name in fitting if name not in named)[:MOST_FOUND])


def named_articles(typed: str, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Ids of articles with a name or synonym that is, begins with, holds or stands in what was typed, best first."""
    bare = _bare(typed)
    if not bare:
        return ()
    articles = (*knowledge.conditions.values(), *knowledge.general.values())
    ranks = {article.id: min(_ranks(bare, article), default=None) for article in articles}
    known = [article for article in articles if ranks[article.id] is not None]
    known.sort(key=lambda article: (ranks[article.id], _rarity(article)))
    return tuple(dict.fromkeys((*(article.id for article in known), *conditions_in(typed, articles))))


def kept_vectors(text_dir: Path) -> Mapping[str, FloatArray]:
    """Digest of a passage's text → its vector as kept with the encoder; empty when there are none to read.

    Read without the encoder: which weights made them matters to a search, not to a map.
    """
    try:
        with np.load(text_dir / VECTORS) as kept:
            vectors = kept["vectors"].astype(np.float32)
            return {digest.decode(): vector for digest, vector in zip(kept["digests"], vectors, strict=True)}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def draw_map(knowledge: KnowledgeBase, vectors: Mapping[str, FloatArray]) -> KnowledgeMap:
    """The map of all articles that have vectors; the same for the same input.

    Args:
        knowledge: the articles.
        vectors: digest of a passage's text → its vector.
    """
    means = article_vectors(knowledge, vectors)
    if len(means) <= NEAREST:
        return KnowledgeMap(places=(), pairs=())
    names, rows = tuple(means), np.stack(list(means.values()))
    similarity = np.einsum("ik,jk->ij", rows, rows)
    spots = spread_out(place_by_neighbours(similarity))
    return KnowledgeMap(
        places=tuple(Place(article=name, x=float(x), y=float(y)) for name, (x, y) in zip(names, spots.T, strict=True)),
        pairs=_close_pairs(names, similarity, knowledge),
    )


def article_vectors(knowledge: KnowledgeBase, vectors: Mapping[str, FloatArray]) -> dict[str, Array]:
    """Article id → mean of its passages' vectors in both languages, length 1.

    From each vector the mean of its section and language is taken away first: what every article says about nursery
    is no likeness. The nearest article is then a written look-alike for 60 % of conditions instead of 56 %.
    """
    held = [(p, vectors.get(text_digest(passage_text(p, knowledge)))) for p in knowledge.passages()]
    passages = [(passage, vector) for passage, vector in held if vector is not None]
    groups: dict[tuple[str, Lang], list[FloatArray]] = {}
    for passage, vector in passages:
        groups.setdefault((passage.section, passage.lang), []).append(vector)
    usual = {group: np.mean(alike, axis=0) for group, alike in groups.items()}
    own: dict[str, list[FloatArray]] = {}
    for passage, vector in passages:
        own.setdefault(passage.condition, []).append(vector - usual[passage.section, passage.lang])
    means = {name: np.asarray(np.mean(rest, axis=0), dtype=np.float64) for name, rest in own.items()}
    return {name: mean / np.linalg.norm(mean) for name, mean in means.items() if mean.any()}


def place_by_neighbours(similarity: Array) -> Array:
    """(2, n) places in which each article's nearest ones stay near: t-SNE, begun from the principal components.

    Principal components alone keep 17 % of the five nearest together, this keeps 55 %.
    Source: van der Maaten and Hinton 2008, Journal of Machine Learning Research 9, sections 2 and 3.

    Args:
        similarity: (n, n) cosines.
    """
    wanted = _neighbour_shares(2 - 2 * similarity)
    axes = _principal_axes(similarity)
    places: Array = axes / axes.std() * 1e-2
    step = np.zeros_like(places)
    for number in range(_STEPS):
        is_early = number < _EARLY_STEPS
        lengths = np.einsum("ki,ki->i", places, places)
        closeness = 1 / (1 + lengths + lengths[:, None] - 2 * np.einsum("ki,kj->ij", places, places))
        np.fill_diagonal(closeness, 0)
        pull = ((4 if is_early else 1) * wanted - closeness / closeness.sum()) * closeness
        slope = pull.sum(axis=0) * places - np.einsum("ij,kj->ki", pull, places)
        step = (0.5 if is_early else 0.8) * step - _PACE * slope
        places = places + step
    return places


def spread_out(places: Array) -> Array:
    """(2, n) the places within 0–1, none so close to another that a finger could not tell them apart."""
    low, high = places.min(axis=1, keepdims=True), places.max(axis=1, keepdims=True)
    spots: Array = (places - low) / np.where(high > low, high - low, 1)
    for _ in range(_PUSHES):
        apart = spots[:, :, None] - spots[:, None, :]
        gaps = np.sqrt((apart * apart).sum(axis=0))
        push = np.clip(_GAP - gaps, 0, None) / np.maximum(gaps, 1e-6) / 2
        spots = np.clip(spots + (push * apart).sum(axis=2), 0, 1)
    return spots


def _principal_axes(similarity: Array) -> Array:
    """(2, n) first two principal components, unscaled.

    By repeated multiplication: on busy cores, the library's solver takes 200 ms for its threads to meet, this 2 ms.
    """
    inner = similarity - similarity.mean(axis=0) - similarity.mean(axis=1)[:, None] + similarity.mean()
    axes: Array = inner[:, :2]
    for _ in range(50):
        axes = np.linalg.qr(np.einsum("ij,jk->ik", inner, axes))[0]
    return np.asarray(axes.T)


def _neighbour_shares(distance: Array) -> Array:
    """(n, n) symmetric shares, sum 1, each row as wide as makes `_PERPLEXITY` neighbours count."""
    count = len(distance)
    others = distance + np.diag(np.full(count, np.inf))
    others -= others.min(axis=1, keepdims=True)
    low, high, sharpness = np.zeros(count), np.full(count, 1e6), np.ones(count)
    for _ in range(50):
        weights = np.exp(-others * sharpness[:, None])
        shares = weights / weights.sum(axis=1, keepdims=True)
        entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1)
        is_wide = entropy > np.log(min(_PERPLEXITY, (count - 1) / 2))
        low, high = np.where(is_wide, sharpness, low), np.where(is_wide, high, sharpness)
        sharpness = (low + high) / 2
    return np.asarray((shares + shares.T) / (2 * count))


def _close_pairs(names: tuple[str, ...], similarity: Array, knowledge: KnowledgeBase) -> tuple[ClosePair, ...]:
    """Each article with the conditions nearest to it."""
    is_condition = np.array([name in knowledge.conditions for name in names])
    pairs: dict[frozenset[str], ClosePair] = {}
    for row, name in enumerate(names):
        others = np.where(is_condition, similarity[row], -np.inf)
        others[row] = -np.inf
        for column in np.argsort(-others, kind="stable")[:NEAREST]:
            pair = ClosePair(one=name, other=names[column], similarity=float(similarity[row, column]))
            pairs.setdefault(frozenset({name, pair.other}), pair)
    return tuple(sorted(pairs.values(), key=lambda pair: (-pair.similarity, pair.one, pair.other)))


def _ranks(bare: str, article: Article) -> Iterator[int]:
    """How well what was typed fits each of an article's names that it fits, 0 best."""
    for lang in Lang:
        for place, name in enumerate((article.names[lang], *article.synonyms[lang])):
            held = _bare(name)
            if held == bare:
                yield 0
            elif held.startswith(bare):
                yield 1 if place == 0 else 2
            elif len(bare) > 1 and bare in held:
                yield 3


def _rarity(article: Article) -> int:
    """0 for what is very common among children with a skin problem, most for what is no condition."""
    return HOW_COMMON.index(article.how_common) if isinstance(article, Condition) else len(HOW_COMMON)


def _bare(text: str) -> str:
    """Letters and digits alone, in one case."""
    return "".join(character for character in fold(text) if character.isalnum())


def _language_of(typed: str, lang: Lang) -> Lang:
    """The language that words are written in; the one on screen when their letters do not tell."""
    if any("가" <= character <= "힣" for character in typed):
        return Lang.KO
    return Lang.EN if any(character.isascii() and character.isalpha() for character in typed) else lang
