"""The conversation: what was said, what is being said, and what could be asked next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer_actions import answer_actions
from components.assessment_card import THUMBNAIL_PX, photo_alts, without_next_step
from components.citations import literal_dollars, sources_expander, split_sources
from components.i18n import _
from components.keys import Keys
from components.photo_input import FILE_TYPES, WIDGET_LIMIT_MB, Taken, show_refusals, take
from components.session import MAX_PHOTOS, Visit, turn_name
from core.messages import translate
from core.types import Lang, Role, UrgencyDecision

WINDOW = 10
MAX_QUESTION = 2000
Result = TypeVar("Result")
_FOLLOW = """<script>{
const events = ["touchstart", "wheel", "keydown"];
const stop = () => { clearInterval(timer); events.forEach((name) => removeEventListener(name, stop)); };
const timer = setInterval(() => {
  const last = document.querySelector(".st-key-turn-PLACE");
  if (last) { last.style.scrollMarginTop = "5rem"; last.scrollIntoView(); }
}, 200);
events.forEach((name) => addEventListener(name, stop));
setTimeout(stop, 5000);
}</script>"""
"""In a block of its own: all scripts of a page share one scope, and a name declared twice stops the second."""
_AVATARS = {Role.PARENT: ":material/person:", Role.ASSISTANT: ":material/health_and_safety:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the parent just sent."""

    text: str
    """The words as typed; what a photo alone says when there are none; empty when nothing usable came."""
    taken: Taken
    """What became of the photos sent along."""


def hear_parent(this: Visit) -> bool:
    """Takes what the parent just sent into the visit; True when something came."""
    asked = ask()
    if asked is None:
        return False
    this.chat_refusals = asked.taken.refusals
    if asked.text:
        this.say(asked.text, asked.taken.photos)
    return True


def ask() -> Asked | None:
    """What the parent just sent; the box turns into a Stop button while an answer is streaming."""
    # Inside `st.bottom` the page does not follow the text to its end: how soon to act stays in sight.
    with st.bottom:
        sent = st.chat_input(
            _("Ask about your child"),
            key="chat.input",
            max_chars=MAX_QUESTION,
            accept_file="multiple",
            file_type=FILE_TYPES,
            max_upload_size=WIDGET_LIMIT_MB,
            submit_mode="stop",
        )
    if sent is None:
        return None
    taken = take(sent.files, MAX_PHOTOS)
    text = sent.text.strip() or (_("I added a photo. Please look at it too.") if taken.photos else "")
    return Asked(text=text, taken=taken)


def chat_log(this: Visit, *, can_vary: bool = False, above_last: Callable[[], None] = lambda: None) -> bool:
    """The last ten messages, older ones behind a fold; a message without an answer is kept in sight.

    Args:
        this: the visit.
        can_vary: False where the same question would bring the same words again.
        above_last: draws what belongs right above the last reply.

    Returns:
        True when the parent wants the last reply in other words.
    """
    turns, is_wanted = this.turns, False
    first = max(0, len(turns) - WINDOW)
    with st.container(key="log"):
        if first:
            with st.expander(_("Earlier messages ({count})", count=first), icon=":material/history:"):
                for place in range(first):
                    _bubble(this, place)
        for place in range(first, len(turns)):
            if place == len(turns) - 1 and turns[place].role is Role.ASSISTANT:
                above_last()
            is_wanted = _bubble(this, place, can_vary=can_vary and place == len(turns) - 1)
        if turns and turns[-1].role is Role.PARENT:
            st.html(_FOLLOW.replace("PLACE", str(len(turns) - 1)), unsafe_allow_javascript=True)
    if show_refusals(this.chat_refusals, this.keys):
        this.chat_refusals = ()
        st.rerun()
    return is_wanted


def reply_bubble() -> DeltaGenerator:
    """The place of the reply that comes next."""
    return st.chat_message("assistant", avatar=_AVATARS[Role.ASSISTANT])


def stream_answer(
    events: Iterator[UrgencyDecision | str | Result],
    *,
    heed: Callable[[UrgencyDecision], None],
    keep: Callable[[str], None],
) -> Result | None:
    """The last event, after the text before it was written on screen as it came.

    Args:
        events: decisions, pieces of Markdown, and the whole result at the end.
        heed: called with every decision as soon as it comes.
        keep: called with all text so far before each piece is drawn, so that Stop loses nothing.
    """
    results: list[Result] = []
    said: list[str] = []

    def pieces() -> Iterator[str]:
        is_over = False
        for event in events:
            if isinstance(event, UrgencyDecision):
                heed(event)
            elif isinstance(event, str):
                said.append(event)
                keep("".join(said))
                is_over = is_over or _begins_sources(event)
                if not is_over:
                    yield literal_dollars(without_next_step(event) if len(said) == 1 else event)
            else:
                results.append(event)

    keep("")
    st.write_stream(pieces())
    return results[-1] if results else None


def suggestion_chips(suggestions: Sequence[str], keys: Keys) -> str | None:
    """The follow-up question that the parent just tapped."""
    with st.container(horizontal=True, gap="small", key="suggestions"):
        for place, question in enumerate(suggestions):
            if st.button(question, key=keys(f"chat.suggestion.{place}"), icon=":material/chat_bubble:"):
                return question
    return None


def _begins_sources(piece: str) -> bool:
    return any(piece.startswith(f"### {translate(lang, 'Sources')}\n") for lang in Lang)


def _bubble(this: Visit, place: int, *, can_vary: bool = False) -> bool:
    """One message; True when the parent wants this reply in other words."""
    turn, photos = this.turns[place], this.turn_photos.get(place, ())
    name = "user" if turn.role is Role.PARENT else "assistant"
    with st.container(key=f"turn-{place}"), st.chat_message(name, avatar=_AVATARS[turn.role]):
        if turn.role is Role.PARENT:
            st.text(turn.text)
            if photos:
                st.image(list(photos), width=THUMBNAIL_PX, alt=photo_alts(photos))
            return False
        said, sources = split_sources(turn.text)
        st.markdown(literal_dollars(said))
        sources_expander(sources)
        return answer_actions(this, turn_name(place), turn.text, can_vary=can_vary)
