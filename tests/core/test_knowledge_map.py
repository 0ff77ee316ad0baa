"""Articles seen together: what lies close, what tells close ones apart, and what words find."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from core.knowledge import KnowledgeBase, load_knowledge
from core.knowledge_map import (
    MOST_FOUND,
    NEAREST,
    article_vectors,
    draw_map,
    kept_vectors,
    look_alikes,
    named_articles,
    place_by_neighbours,
    search_articles,
    separation,
    spread_out,
)
from core.retrieval import RetrievedPassage, passage_text
from core.text_encoder import VECTORS, FloatArray, text_digest
from core.types import Lang

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(ROOT / "kb")


@pytest.fixture(scope="module")
def vectors(knowledge: KnowledgeBase) -> dict[str, FloatArray]:
    """A vector for every passage, drawn by lot from a fixed seed."""
    chance = np.random.default_rng(7)
    digests = [text_digest(passage_text(passage, knowledge)) for passage in knowledge.passages()]
    drawn = chance.normal(size=(len(digests), 16)).astype(np.float32)
    return dict(zip(digests, drawn, strict=True))


# The map


def test_every_article_has_a_place_a_finger_can_find(knowledge, vectors) -> None:
    """All articles lie within the map, and no two of them on the same spot."""
    places = draw_map(knowledge, vectors).places
    assert {place.article for place in places} == {*knowledge.conditions, *knowledge.general}
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in places)
    gaps = [np.hypot(one.x - other.x, one.y - other.y) for one, other in combinations(places, 2)]
    assert min(gaps) > 0.02


def test_same_articles_give_the_same_map(knowledge, vectors) -> None:
    """Nothing is left to chance: a point does not jump between two servers."""
    assert draw_map(knowledge, vectors) == draw_map(knowledge, vectors)


def test_close_pairs_are_the_nearest_conditions(knowledge, vectors) -> None:
    """Each article is paired with the conditions whose mean vectors are nearest, as a search through all finds them."""
    drawn, means = draw_map(knowledge, vectors), article_vectors(knowledge, vectors)
    for name in ("roseola", "bathing"):
        nearest = sorted(
            (other for other in knowledge.conditions if other != name),
            key=lambda other: -float(means[name] @ means[other]),
        )
        assert {pair.partner(name) for pair in drawn.near(name)} >= set(nearest[:NEAREST])
    similarities = [pair.similarity for pair in drawn.pairs]
    assert similarities == sorted(similarities, reverse=True)


def test_what_every_section_says_is_no_likeness(knowledge, vectors) -> None:
    """A direction that all passages of a section share leaves the articles where they were."""
    shift = np.random.default_rng(8).normal(size=16).astype(np.float32)
    shifted = dict(vectors)
    for passage in knowledge.passages():
        if passage.section == "nursery":
            shifted[text_digest(passage_text(passage, knowledge))] = (
                vectors[text_digest(passage_text(passage, knowledge))] + 5 * shift
            )
    before, after = article_vectors(knowledge, vectors), article_vectors(knowledge, shifted)
    assert all(np.allclose(before[name], after[name], atol=1e-4) for name in before)


def test_neighbours_stay_neighbours_in_the_plane() -> None:
    """Of groups that two dimensions cannot hold apart, nearly every point lies next to one of its own."""
    chance = np.random.default_rng(3)
    group = np.repeat(np.arange(12), 8)
    rows = chance.normal(size=(12, 40))[group] + 0.4 * chance.normal(size=(96, 40))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    spots = spread_out(place_by_neighbours(rows @ rows.T))
    gaps = np.hypot(*(spots[:, :, None] - spots[:, None, :])) + np.diag(np.full(96, np.inf))
    assert np.mean(group[gaps.argmin(axis=1)] == group) > 0.95


def test_article_without_vectors_is_left_out(knowledge, vectors) -> None:
    """An article changed since the vectors were made is missing on the map; the others stay."""
    gone = {text_digest(passage_text(p, knowledge)) for p in knowledge.passages() if p.condition == "roseola"}
    drawn = draw_map(knowledge, {digest: vector for digest, vector in vectors.items() if digest not in gone})
    assert {*knowledge.conditions, *knowledge.general} - {place.article for place in drawn.places} == {"roseola"}
    assert drawn.near("roseola") == ()


def test_no_vectors_make_an_empty_map(knowledge, tmp_path) -> None:
    """A missing file and one that is rubbish both give a map of nothing, never an error."""
    assert kept_vectors(tmp_path) == {}
    (tmp_path / VECTORS).write_bytes(b"rubbish")
    assert kept_vectors(tmp_path) == {}
    assert draw_map(knowledge, {}).places == ()


def test_vectors_kept_with_the_encoder_cover_the_articles(knowledge) -> None:
    """The file that ships with the weights is enough to draw nearly all articles."""
    drawn = draw_map(knowledge, kept_vectors(ROOT / "models" / "text"))
    assert len(drawn.places) > 0.9 * (len(knowledge.conditions) + len(knowledge.general))


# What tells two apart


def test_yes_points_to_the_look_alike_whoever_asks(knowledge) -> None:
    """The question stands in one article about the other; from either side a yes points to that other one."""
    own = knowledge.conditions["roseola"].look_alikes["measles"]
    found = separation(knowledge, "roseola", "measles", Lang.EN)
    assert (found.question, found.yes) == (own[Lang.EN], "measles")
    one_sided = next(
        (name, other)
        for name, condition in knowledge.conditions.items()
        for other in condition.look_alikes
        if name not in knowledge.conditions[other].look_alikes
    )
    assert separation(knowledge, *one_sided, Lang.KO) == separation(knowledge, *reversed(one_sided), Lang.KO)
    assert separation(knowledge, *one_sided, Lang.KO).yes == one_sided[1]


def test_no_question_is_made_up(knowledge) -> None:
    """Two conditions that no article compares, and general articles, have no question."""
    assert separation(knowledge, "head_lice", "measles", Lang.EN) is None
    assert separation(knowledge, "bathing", "measles", Lang.EN) is None
    assert look_alikes(knowledge, "bathing") == ()


def test_look_alikes_are_mutual(knowledge) -> None:
    """Whatever is mistaken for another shows on both articles, and never on its own."""
    for name in knowledge.conditions:
        others = look_alikes(knowledge, name)
        assert name not in others
        assert all(name in look_alikes(knowledge, other) for other in others)


# Search


@pytest.mark.parametrize(
    ("typed", "article"),
    [
        ("수두", "chickenpox"),
        ("  수 두 ", "chickenpox"),
        ("수족구", "hand_foot_mouth"),
        ("태열", "atopic_eczema"),
        ("땀띠", "heat_rash"),
        ("chickenpox", "chickenpox"),
        ("Chicken Pox", "chickenpox"),
        ("HFMD", "hand_foot_mouth"),
        ("bathing", "bathing"),
        ("아기가 수두에 걸린 것 같아요", "chickenpox"),
    ],
)
def test_article_is_found_by_name_as_typed(knowledge, typed, article) -> None:
    """Names and synonyms of both languages are found, whatever the spaces and capitals, also within a sentence."""
    assert named_articles(typed, knowledge)[0] == article


@pytest.mark.parametrize("typed", ["", "   ", "🙂🙂", "?!", "日本語", "ㅋㅋㅋ"])
def test_what_names_nothing_finds_no_name(knowledge, typed) -> None:
    """Empty words, signs and other languages find no name, and no error."""
    assert named_articles(typed, knowledge) == ()


def retriever(knowledge, asked, *, is_close=True):
    """A retriever that returns the first passage of every condition and keeps what it was asked."""

    def retrieve(text: str, lang: Lang, count: int) -> tuple[RetrievedPassage, ...]:
        asked.append(lang)
        assert text
        assert count
        return tuple(
            RetrievedPassage(passage=condition.passages[lang][0], score=1, similarity=0.9 * is_close, overlap=0)
            for condition in knowledge.conditions.values()
        )

    return retrieve


def test_search_asks_in_the_language_of_the_words(knowledge) -> None:
    """Korean words are looked for in Korean texts and English ones in English, whatever language is on screen."""
    asked: list[Lang] = []
    for typed, lang in (("볼이 빨개요", Lang.EN), ("red cheeks", Lang.KO), ("38.5", Lang.EN)):
        search_articles(typed, lang, knowledge, retriever(knowledge, asked))
    assert asked == [Lang.KO, Lang.EN, Lang.EN]


def test_search_says_nothing_twice(knowledge) -> None:
    """What was found by name is not repeated among what speaks of it, and both lists stay short."""
    found = search_articles("수두", Lang.KO, knowledge, retriever(knowledge, []))
    assert found.named[0] == "chickenpox"
    assert not set(found.named) & set(found.fitting)
    assert len(found.fitting) == MOST_FOUND


def test_search_leaves_out_what_fits_poorly(knowledge) -> None:
    """Passages that are no answer are not offered as one."""
    found = search_articles("주식 시장", Lang.KO, knowledge, retriever(knowledge, [], is_close=False))
    assert found.fitting == ()


def test_usual_condition_stands_before_a_rare_one(knowledge) -> None:
    """Of two articles that words fit equally well, the more usual one comes first."""
    rare = replace(knowledge.conditions["roseola"], id="rarer", how_common="rare")
    both = replace(knowledge, conditions={"rarer": rare, **knowledge.conditions})
    assert [name for name in named_articles("돌발진", both) if name in {"rarer", "roseola"}] == ["roseola", "rarer"]
