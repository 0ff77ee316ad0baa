"""Thanks, fears and questions about the app are answered as such, never with an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.free_text import read_free_text
from core.messages import translate
from core.phrases import load_phrases
from core.talk import Talk, asks_for, is_beside, small_talk, talk_in
from core.topics import load_topics, topics_in
from core.types import FreeTextFindings, Lang
from core.vocabulary import load_vocabulary
from core.word_reader import WordReader

ROOT = Path(__file__).parents[2]
READER = WordReader(ROOT / "models/text")
TOPICS = load_topics(ROOT / "kb")
VOCABULARY = load_vocabulary(ROOT / "kb")
PHRASES = load_phrases(ROOT / "kb", VOCABULARY)


def findings(text: str, reason: str | None = None) -> FreeTextFindings:
    """What the reader hears asked, and whether the phrases hear a child's health."""
    is_accepted = read_free_text(text, PHRASES, VOCABULARY).accepted
    return FreeTextFindings(accepted=is_accepted, reason=reason, asks=READER.read_words(text).asks)


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("고마워요 덕분에 안심됐어요", Talk.THANKS),
        ("thank you so much!", Talk.THANKS),
        ("혹시 의사 선생님이세요?", Talk.ABOUT_APP),
        ("are you a real doctor", Talk.ABOUT_APP),
        ("저 너무 불안해요", Talk.WORRY),
        ("천식 흡입기는 어떻게 써요?", Talk.OUT_OF_SCOPE),
        ("which phone should i buy", Talk.OUT_OF_SCOPE),
        ("어린이집 보내도 돼요?", None),
        ("can she go swimming?", None),
        ("물집 터뜨려도 되나요", None),
    ],
)
def test_kinds_of_messages_are_told_apart(text: str, talk: Talk | None) -> None:
    """With the real weights."""
    assert talk_in(findings(text), topics_in(text, TOPICS)) == talk


def test_nonsense_is_no_order_unless_phrases_hear_one() -> None:
    """Only an order that the phrases know is answered as one."""
    order = {"instruction": 0.9, "looks": 0.1}
    heard = FreeTextFindings(accepted=False, reason="instruction", asks=order)
    assert talk_in(heard, ()) is Talk.INSTRUCTION
    assert talk_in(FreeTextFindings(accepted=False, reason="not_a_symptom", asks=order), ()) is Talk.OUT_OF_SCOPE


def test_without_the_reader_phrases_decide() -> None:
    """Topics give the sections; telling a symptom without asking is the only kind of talk."""
    topics = topics_in("언제 낫나요", TOPICS)
    asks = asks_for(FreeTextFindings(accepted=True), topics)
    assert max(asks, key=asks.__getitem__) == "course"
    assert sum(
        asks_for(FreeTextFindings(accepted=True), topics_in("병원 언제 가요", TOPICS)).values()
    ) == pytest.approx(1)
    assert asks_for(FreeTextFindings(accepted=True), ()) == {}
    assert talk_in(FreeTextFindings(accepted=True, symptoms=("fever",)), ()) is Talk.TELLS
    assert talk_in(FreeTextFindings(accepted=True, symptoms=("fever",)), topics) is None


def test_a_question_that_may_have_no_answer_is_marked() -> None:
    """From a third to six tenths it may be beside the point; what is asked for besides is told without it."""
    doubtful = FreeTextFindings(accepted=True, asks={Talk.OUT_OF_SCOPE.value: 0.5, "course": 0.375, "looks": 0.125})
    assert talk_in(doubtful, ()) is None
    assert is_beside(doubtful)
    assert asks_for(doubtful, ()) == pytest.approx({"course": 0.75, "looks": 0.25})
    assert not is_beside(FreeTextFindings(accepted=True, asks={"course": 0.9, Talk.OUT_OF_SCOPE.value: 0.1}))
    assert not is_beside(FreeTextFindings(accepted=True))


def test_what_names_a_condition_is_never_declined() -> None:
    """Its article is quoted instead, with a warning."""
    cost = FreeTextFindings(accepted=True, asks={Talk.OUT_OF_SCOPE.value: 0.9, "course": 0.1})
    assert talk_in(cost, ()) is Talk.OUT_OF_SCOPE
    assert talk_in(cost, (), names_condition=True) is None
    assert is_beside(cost)


def test_naming_a_condition_and_telling_nothing_is_a_question() -> None:
    """Whether impetigo leaves scars is a question, however it sounds; with a symptom it tells."""
    tells = {Talk.TELLS.value: 0.9}
    assert talk_in(FreeTextFindings(accepted=True, asks=tells), (), names_condition=True) is None
    assert talk_in(FreeTextFindings(accepted=True, asks=tells), ()) is Talk.TELLS
    heard = FreeTextFindings(accepted=True, asks=tells, symptoms=("fever",))
    assert talk_in(heard, (), names_condition=True) is Talk.TELLS


@pytest.mark.parametrize("lang", Lang)
def test_what_asks_nothing_gets_one_kind_sentence(lang: Lang) -> None:
    """In both languages; kinds that need more than a sentence get none here."""
    for talk in (Talk.THANKS, Talk.GREETING, Talk.WORRY, Talk.ABOUT_APP, Talk.INSTRUCTION):
        assert small_talk(talk, lang).strip()
    assert small_talk(Talk.TELLS, lang) == small_talk(Talk.OUT_OF_SCOPE, lang) == ""
    assert translate(lang, "I cannot do that. How soon to act follows written rules, and words cannot change it.")
