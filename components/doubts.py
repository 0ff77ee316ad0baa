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
from core.types import Answer, Case, Correction, SymptomReport, Turn, Urgency


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
    screening = asker.screen(this.case, this.turns) if is_open and is_here else None
    if screening is None or not screening.doubts:
        return
    with st.container(border=True, key="doubt"):
        st.markdown(f"**:material/help: {_('Your words leave us unsure. Please answer this first.')}**")
        told = _answered(screening, this, asker)
    if this.learn(told, lambda case: asker.screen(case, this.turns).decision):
        keep_draft(this)
        st.rerun()


def _answered(screening: Screening, this: Visit, asker: Asker) -> SymptomReport:
    """The report after what the parent just tapped; any answer but "yes" is about the texts so far, not later ones."""
    doubt, vocabulary = screening.doubts[0], asker.knowledge.vocabulary
    sign, asked = vocabulary.danger_signs.get(doubt), _unanswered(this.report, doubt)
    if sign is None:
        told = ask_symptom(doubt, asked, vocabulary, this)
    else:
        answer = ask_sign(sign, None, asker.glass_test(this.case), this)
        told = replace(asked, danger_signs={**asked.danger_signs, **({} if answer is None else {doubt: answer})})
    if told == asked:
        return this.report
    if doubt in told.symptoms or told.danger_signs.get(doubt) is Answer.YES:
        return told
    this.keys.renew(f"danger.{doubt}", f"next.{doubt}")
    return replace(told, corrected=(*told.corrected, Correction(fact=doubt, texts=len(screening.texts))))


def _unanswered(report: SymptomReport, name: str) -> SymptomReport:
    """The report without an earlier answer to this, which was about earlier words."""
    return replace(
        report,
        danger_signs={sign: answer for sign, answer in report.danger_signs.items() if sign != name},
        denied=tuple(denied for denied in report.denied if denied != name),
        unsure=tuple(unsure for unsure in report.unsure if unsure != name),
    )
