"""What the parent's words may mean, asked beside the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import streamlit as st

from components.i18n import _
from components.resources import keep_draft
from components.session import Visit
from components.symptom_form import ask_sign, ask_symptom
from core.knowledge import KnowledgeBase
from core.triage import Screening
from core.types import Case, SymptomReport, Turn, Urgency


class Asker(Protocol):
    """Something that says what the words may mean."""

    knowledge: KnowledgeBase
    """What can be asked."""

    def screen(self, case: Case, turns: Sequence[Turn] = ()) -> Screening:
        """What follows from a case and a conversation as far as they are told."""
        ...

    def glass_test(self, case: Case) -> tuple[tuple[str, ...], str]:
        """Steps and sources of the glass test."""
        ...


def doubt_card(this: Visit, asker: Asker, *, is_reply: bool = False) -> None:
    """The first open question about the words, to be answered by one tap; draws the page again with the answer.

    It stands above the first answer, and above the last reply once there is one: where the parent looks.

    Args:
        this: the visit, which takes the answer.
        asker: says what the words may mean, and what follows.
        is_reply: whether this is the place above the last reply.
    """
    is_open = this.assessment is not None and this.editing is None and this.urgency is not Urgency.EMERGENCY
    is_here = bool(this.turns) is is_reply
    doubts = asker.screen(this.case, this.turns).doubts if is_open and is_here else ()
    if not doubts:
        return
    with st.container(border=True, key="doubt"):
        st.markdown(f"**:material/help: {_('Your words leave us unsure. Please answer this first.')}**")
        told = _answered(doubts[0], this, asker)
    if this.learn(told, lambda case: asker.screen(case, this.turns).decision):
        keep_draft(this)
        st.rerun()


def _answered(doubt: str, this: Visit, asker: Asker) -> SymptomReport:
    """The report after what the parent just tapped."""
    vocabulary = asker.knowledge.vocabulary
    sign = vocabulary.danger_signs.get(doubt)
    if sign is None:
        return ask_symptom(doubt, this.report, vocabulary, this)
    answer = ask_sign(sign, None, asker.glass_test(this.case), this)
    signs = {} if answer is None else {sign.id: answer}
    return replace(this.report, danger_signs={**this.report.danger_signs, **signs})
