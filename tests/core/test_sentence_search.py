"""Sentences that answer a question are found across sections and general articles, with the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.articles import GENERAL
from core.knowledge import load_knowledge
from core.sentence_search import SentenceIndex, SentenceQuery, sentence_texts
from core.text_encoder import TextEncoder
from core.types import Lang

ROOT = Path(__file__).parents[2]
KNOWLEDGE = load_knowledge(ROOT / "kb")
INDEX = SentenceIndex(KNOWLEDGE, TextEncoder(ROOT / "models/text"))


def best(text: str, *conditions: str, lang: Lang = Lang.KO, count: int = 6, **asks: float) -> str:
    """The texts of the best sentences."""
    found = INDEX.find_sentences(SentenceQuery(text=text, lang=lang, conditions=conditions, asks=asks))
    return " ".join(item.sentence.text for item in found[:count])


def test_may_i_pop_it_is_answered_from_what_not_to_do() -> None:
    """No topic of `kb/topics.toml` has to match."""
    assert "터뜨리" in best("물집 터뜨려도 돼요?", "burn_scald", do_not=0.8)


def test_general_articles_answer_too() -> None:
    """A question on fever medicine is answered whatever the rash is."""
    found = INDEX.find_sentences(
        SentenceQuery(text="how do i take a good photo for the doctor", lang=Lang.EN, conditions=("warts",))
    )
    assert "photos_for_the_doctor" in {item.passage.condition for item in found[:6]}


def test_what_is_asked_for_moves_its_section_up() -> None:
    """The same words get other sentences when another section is asked for."""
    text = "그건 어떻게 돼요?"
    course, contagion = best(text, "chickenpox", course=0.95), best(text, "chickenpox", contagion=0.95)
    assert course != contagion


@pytest.mark.parametrize("lang", Lang)
def test_every_sentence_has_a_source_and_the_right_language(lang: Lang) -> None:
    """Only sourced sentences of the articles in question are candidates."""
    found = INDEX.find_sentences(SentenceQuery(text="?", lang=lang, conditions=("hives",)))
    assert found
    for item in found:
        assert item.passage.lang is lang
        assert item.sentence.source != GENERAL
        assert item.passage.condition in {"hives", *KNOWLEDGE.general}
    assert [item.fit for item in found] == sorted((item.fit for item in found), reverse=True)


def test_without_weights_words_decide(tmp_path: Path) -> None:
    """A missing encoder leaves letters and sections."""
    index = SentenceIndex(KNOWLEDGE, TextEncoder(tmp_path))
    query = SentenceQuery(text="소금물", lang=Lang.KO, conditions=("chickenpox",), asks={"home_care": 0.9})
    assert index.find_sentences(query)[0].passage.section in {"home_care", "do_not"}


def test_unknown_condition_leaves_the_general_articles() -> None:
    """An empty context is no error."""
    found = INDEX.find_sentences(SentenceQuery(text="열이 나요", lang=Lang.KO, conditions=()))
    assert {item.passage.condition for item in found} <= set(KNOWLEDGE.general)


def test_every_sentence_has_its_vector() -> None:
    """`python -m core build` was run after the last change of an article."""
    vectors = TextEncoder(ROOT / "models/text").prepared_passages(sentence_texts(KNOWLEDGE))
    assert (abs((vectors**2).sum(1) - 1) < 1e-2).all()
