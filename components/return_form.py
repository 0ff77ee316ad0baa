"""What is asked of a parent who comes back: only what can have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import streamlit as st

from components.i18n import N_, _
from components.keys import Keys
from components.symptom_form import HIGHEST_C, LOWEST_C
from core.look_time import Change
from core.return_visit import AskAgain, Now
from core.types import Answer, Lang
from core.vocabulary import Vocabulary

MAX_WORDS = 2000
Value = TypeVar("Value")
_CHANGES = {
    Change.BETTER: N_("Better"),
    Change.SAME: N_("The same"),
    Change.SPREADING: N_("Spreading"),
    Change.WORSE: N_("Worse"),
}
_ANSWERS = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.UNKNOWN: N_("Not sure")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the parent told at a return."""

    now: Now
    """Answers."""
    words: str
    """Their own words, as typed."""
    is_valid: bool
    """False while the temperature on screen is out of range."""


def return_form(asked: AskAgain, vocabulary: Vocabulary, lang: Lang, keys: Keys, *, at: datetime) -> Told:
    """The answers so far; what stood before and is not answered "no" keeps standing."""
    change = _choice(_("How is it compared with before?"), _CHANGES, keys("again.change"))
    temperature = st.number_input(
        _("Temperature now (°C), if you measured it"),
        value=None,
        step=0.1,
        format="%.1f",
        key=keys("again.temperature"),
    )
    is_valid = temperature is None or LOWEST_C <= temperature <= HIGHEST_C
    answers = _danger(asked, vocabulary, lang, keys)
    gone, new = _symptoms(asked, vocabulary, lang, keys)
    words = st.text_area(_("In your own words"), max_chars=MAX_WORDS, height=100, key=keys("again.words"))
    now = Now(
        at=at,
        temperature_c=temperature if is_valid else None,
        change=change,
        answers=answers,
        gone=gone,
        new=new,
    )
    return Told(now=now, words=words, is_valid=is_valid)


def _symptoms(
    asked: AskAgain, vocabulary: Vocabulary, lang: Lang, keys: Keys
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of symptoms that have gone, and of those that came."""

    def label(name: str) -> str:
        return vocabulary.label(name, lang)

    still = list(asked.symptoms)
    if still:
        question = _("Is this still there? Tap what has gone.")
        key = keys("again.still")
        still = st.pills(question, still, selection_mode="multi", default=still, format_func=label, key=key)
    others = [name for name in vocabulary.symptoms if name not in {*asked.symptoms, *asked.standing}]
    new = st.multiselect(
        _("Has anything new come?"),
        others,
        format_func=label,
        placeholder=_("Search symptoms"),
        key=keys("again.new"),
    )
    return tuple(name for name in asked.symptoms if name not in still), tuple(new)


def confirm(*, is_valid: bool) -> bool:
    """True when the parent wants the new answer; the way back changes nothing."""
    if not is_valid:
        st.caption(_("One number above needs another look."))
    with st.container(horizontal=True, vertical_alignment="center", key="way"):
        if st.button(_("Back"), key="again.back", icon=":material/arrow_back:"):
            st.switch_page("pages/chat.py")
        return st.button(
            _("See what to do now"),
            key="again.on",
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            width="stretch",
            disabled=not is_valid,
        )


def _danger(asked: AskAgain, vocabulary: Vocabulary, lang: Lang, keys: Keys) -> dict[str, Answer]:
    """Answers to what stood before and to what matters now."""
    answers: dict[str, Answer] = {}
    if asked.standing:
        st.subheader(_("You told us of this before. Is it so now?"), anchor=False)
        st.caption(_("It counts until you answer “No”."))
        answers |= _questions(asked.standing, vocabulary, lang, keys)
    if asked.open:
        st.subheader(_("Is there danger now?"), anchor=False)
        answers |= _questions(asked.open, vocabulary, lang, keys)
    return answers


def _questions(names: Sequence[str], vocabulary: Vocabulary, lang: Lang, keys: Keys) -> dict[str, Answer]:
    signs = vocabulary.danger_signs
    labels = {name: signs[name].labels[lang] if name in signs else f"{vocabulary.label(name, lang)}?" for name in names}
    given = {name: _choice(labels[name], _ANSWERS, keys(f"again.danger.{name}")) for name in names}
    return {name: answer for name, answer in given.items() if answer is not None}


def _choice(label: str, words: dict[Value, str], key: str) -> Value | None:
    """The one that was tapped."""
    texts = {value: _(word) for value, word in words.items()}
    return st.segmented_control(label, list(texts), format_func=texts.__getitem__, key=key, width="stretch")
