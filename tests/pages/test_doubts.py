"""What words may mean is asked on the form and beside the answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from core.messages import translate
from core.types import Answer, Lang, Urgency
from core.word_reader import WordReader, WordReading
from tests.pages.screen import go, visit_of, widget

UNSURE = translate(Lang.KO, "Your words leave us unsure. Please answer this first.")


@pytest.fixture(autouse=True)
def half_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network half hears a fit in every text with 이상 in it."""
    read = WordReader.read_words

    def read_words(reader: WordReader, text: str, denied: Collection[str] = ()) -> WordReading:
        return replace(read(reader, text, denied), signs=(), suspected=("fit",) if "이상" in text else ())

    monkeypatch.setattr(WordReader, "read_words", read_words)


def told(open_app, words: str, step: int = 2):
    """The form of a child of three years with these words, or the answer to it."""
    at = open_app("symptoms")
    widget(at.number_input, "child.years").set_value(3).run()
    widget(at.text_area, "child.words").set_value(words).run()
    return at if step == 2 else go(at, step)


def test_the_form_asks_it_among_the_questions_about_danger(open_app) -> None:
    """A well child is not asked about fits, unless the words may mean one."""
    at = told(open_app, "팔꿈치가 건조해요")
    assert not [item for item in at.segmented_control if (item.key or "").startswith("danger.fit.")]
    at = told(open_app, "팔꿈치가 건조하고 애가 좀 이상해요")
    assert widget(at.segmented_control, "danger.fit")


def test_a_no_leaves_the_answer_as_it_is(open_app) -> None:
    """One tap settles it: the question goes, the answer stays."""
    at = told(open_app, "팔꿈치가 건조하고 애가 좀 이상해요", 3)
    assert any(UNSURE in item.value for item in at.markdown)
    before = visit_of(at).assessment
    widget(at.segmented_control, "danger.fit").set_value(Answer.NO).run()
    assert not at.exception
    assert visit_of(at).assessment is before
    assert visit_of(at).report.danger_signs == {"fit": Answer.NO}
    assert not any(UNSURE in item.value for item in at.markdown)


def test_a_yes_is_answered_as_an_emergency_at_once(open_app) -> None:
    """The banner turns red, and the answer before it stays readable."""
    at = told(open_app, "팔꿈치가 건조하고 애가 좀 이상해요", 3)
    widget(at.segmented_control, "danger.fit").set_value(Answer.YES).run()
    assert not at.exception
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert "119" in at.error[0].value
    assert len(visit_of(at).earlier) == 1


def test_a_message_that_leaves_a_doubt_is_asked_under_its_answer(open_app) -> None:
    """Where the parent looks, and an answer counts as on the form."""
    at = told(open_app, "팔꿈치가 건조해요", 3)
    assert not any(UNSURE in item.value for item in at.markdown)
    at.chat_input[0].set_value("애가 좀 이상해요 목욕시켜도 돼요?").run()
    assert any(UNSURE in item.value for item in at.markdown)
    widget(at.segmented_control, "danger.fit").set_value(Answer.YES).run()
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert len(visit_of(at).turns) == 2


def test_a_no_holds_until_a_later_message_hints_at_it_again(open_app) -> None:
    """Asked anew with nothing chosen, as often as new words mean it."""
    at = told(open_app, "팔꿈치가 건조하고 애가 좀 이상해요", 3)
    for message in ("애가 더 이상해요 목욕시켜도 돼요?", "또 이상해요 로션은요?"):
        widget(at.segmented_control, "danger.fit").set_value(Answer.NO).run()
        assert not any(UNSURE in item.value for item in at.markdown)
        at.chat_input[0].set_value(message).run()
        assert any(UNSURE in item.value for item in at.markdown)
        assert widget(at.segmented_control, "danger.fit").value is None
    widget(at.segmented_control, "danger.fit").set_value(Answer.YES).run()
    assert not at.exception
    assert visit_of(at).urgency is Urgency.EMERGENCY
