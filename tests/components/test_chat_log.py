"""The order in which an answer reaches the screen."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def streaming_page(stop_after: int) -> None:
    """Streams an answer and shows what was heard, kept and drawn; stops early where told."""
    import streamlit

    from components.chat_log import stream_answer
    from core.types import Reply, Urgency, UrgencyDecision

    calm = UrgencyDecision(urgency=Urgency.ROUTINE, next_step="a")
    urgent = UrgencyDecision(urgency=Urgency.EMERGENCY, next_step="b")
    reply = Reply(text="all", answered=True, passages=(), decision=urgent)
    heard, kept = [], []

    def events():
        pieces = ["**지금 전화하세요.**\n\n", "가격은 $5와 $6\n\n", urgent, "끝\n\n", "### 출처\n\n1. [a](b)\n"]
        yield calm
        for place, piece in enumerate(pieces):
            if place == stop_after:
                streamlit.text("|".join(kept))
                streamlit.stop()
            yield piece
        yield reply

    result = stream_answer(
        events(), heed=lambda decision: heard.append((decision.urgency, len(kept))), keep=kept.append
    )
    streamlit.text(f"{result is reply} {[(level.value, count) for level, count in heard]}")
    streamlit.text(kept[-1])


def test_decisions_come_before_words() -> None:
    """The first decision is heard before any piece is drawn, the second one where it comes."""
    at = AppTest.from_function(streaming_page, args=(99,)).run()
    assert at.text[0].value == "True [('routine', 1), ('emergency', 3)]"


def test_streamed_text_is_plain_and_ends_before_its_sources() -> None:
    """The banner's line is not said twice, dollars stay dollars, and sources wait for their fold."""
    at = AppTest.from_function(streaming_page, args=(99,)).run()
    assert at.markdown[0].value == "가격은 \\$5와 \\$6\n\n끝"
    assert at.text[1].value.endswith("### 출처\n\n1. [a](b)")


def test_stop_loses_nothing_that_was_said() -> None:
    """Each piece is kept before it is drawn."""
    at = AppTest.from_function(streaming_page, args=(2,)).run()
    assert at.text[0].value.endswith("**지금 전화하세요.**\n\n가격은 $5와 $6")


@pytest.mark.parametrize(("count", "folded"), [(3, 0), (10, 0), (14, 4)])
def test_last_ten_messages_are_in_sight(count: int, folded: int) -> None:
    """Older ones stand behind a fold that says how many they are."""

    def page(count: int) -> None:
        from components.chat_log import chat_log
        from components.opening import open_visit
        from core.types import Lang, Role, Turn

        this = open_visit(lambda _token: None, Lang.KO)
        this.turns = tuple(Turn(role=(Role.PARENT, Role.ASSISTANT)[n % 2], text=f"글 {n}") for n in range(count))
        chat_log(this)

    at = AppTest.from_function(page, args=(count,)).run()
    assert [fold.label for fold in at.expander] == [f"지난 대화 ({folded})"] * bool(folded)
    assert len(at.chat_message) == count


def test_words_of_a_parent_are_drawn_as_typed() -> None:
    """Markdown, formulas, tags and emoji in a message are plain text."""

    def page() -> None:
        from components.chat_log import chat_log
        from components.opening import open_visit
        from core.types import Lang, Role, Turn

        this = open_visit(lambda _token: None, Lang.KO)
        this.turns = (Turn(role=Role.PARENT, text="**b** $x$ <script>alert(1)</script> 😀"),)
        chat_log(this)

    at = AppTest.from_function(page).run()
    assert at.text[0].value == "**b** $x$ <script>alert(1)</script> 😀"
    assert not at.markdown
