"""What the parent's words may mean, asked beside the answer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.i18n import _
from components.resources import keep_draft
from components.session import Visit
from components.symptom_form import ask_sign, ask_symptom
from core.assessment import Assistant
from core.types import SymptomReport


def doubt_card(this: Visit, assistant: Assistant, *, is_reply: bool = False) -> None:
    """The first open question about the words, to be answered by one tap; draws the page again with the answer.

    It stands above the first answer, and above the last reply once there is one: where the parent looks.

    Args:
        this: the visit, which takes the answer.
        assistant: says what the words may mean, and what follows.
        is_reply: whether this is the place above the last reply.
    """
    is_quiet = this.assessment is not None and this.editing is None and bool(this.turns) is is_reply
    doubts = assistant.screen(this.case, this.turns).doubts if is_quiet else ()
    if not doubts:
        return
    with st.container(border=True, key="doubt"):
        st.markdown(f"**:material/help: {_('Your words leave us unsure. Please answer this first.')}**")
        told = _answered(doubts[0], this, assistant)
    if this.learn(told, lambda case: assistant.screen(case, this.turns).decision):
        keep_draft(this)
        st.rerun()


def _answered(doubt: str, this: Visit, assistant: Assistant) -> SymptomReport:
    """The report after what the parent just tapped."""
    vocabulary = assistant.knowledge.vocabulary
    sign = vocabulary.danger_signs.get(doubt)
    if sign is None:
        return ask_symptom(doubt, this.report, vocabulary, this)
    answer = ask_sign(sign, None, assistant.glass_test(this.case), this)
    signs = {} if answer is None else {sign.id: answer}
    return replace(this.report, danger_signs={**this.report.danger_signs, **signs})
