"""Changing what was told beside the answer, and what that changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.assessment_card import told_card, told_facts
from components.citations import literal_dollars, sources_expander, split_sources
from components.i18n import _, plain
from components.session import Visit, settle
from components.symptom_form import ask_danger_signs, ask_facts
from components.understood import understood_card
from components.urgency_banner import emergency_banner, level_name
from core.comparison import Comparison, compare
from core.knowledge import KnowledgeBase
from core.triage import Screening
from core.types import Case, Lang, Turn, UrgencyDecision
from core.visit_types import GivenAnswer

Coach = tuple[Sequence[str], str]
Screen = Callable[[Case, Sequence[Turn]], Screening]


def told_part(this: Visit, knowledge: KnowledgeBase, screen: Screen, coach: Callable[[Case], Coach]) -> bool:
    """What was told and understood, open to change; True when the parent changed it and a new answer is due.

    Args:
        this: the visit, which takes the change.
        knowledge: what can be picked, and whom to call.
        screen: what follows from a case and a conversation as far as they are told.
        coach: steps and sources of the glass test.
    """
    if told_card(this.report, this.photos, knowledge.vocabulary, this.lang):
        this.start_editing()

    def decide(case: Case) -> UrgencyDecision:
        return screen(case, this.turns).decision

    if edit_facts(this, knowledge, lambda case: screen(case, this.turns), coach):
        this.correct(decide)
        return True
    return this.take_back(understood_card(screen(this.case, this.turns), this.report.corrected, this.keys), decide)


def edit_facts(
    this: Visit, knowledge: KnowledgeBase, screen: Callable[[Case], Screening], coach: Callable[[Case], Coach]
) -> bool:
    """The form's questions while the parent is changing what was told; True when they want a new answer.

    Args:
        this: the visit; `editing` follows what is tapped.
        knowledge: what can be picked, and whom to call.
        screen: what follows from a case as far as it is told.
        coach: steps and sources of the glass test.
    """
    if this.editing is None:
        return False
    with st.container(border=True, key="edit"):
        told, is_valid = ask_facts(this.editing, knowledge.vocabulary, this)
        case = replace(this.case, report=told)
        told = ask_danger_signs(screen(case).questions, told, coach(case), this)
        this.editing = told
        settle()
        decision = screen(replace(case, report=told)).decision
        emergency_banner(decision, knowledge.country(this.country, this.lang), this.lang)
        if not is_valid:
            st.caption(_("One number above needs another look."))
        is_saved = st.button(
            _("Save and answer again"),
            key="edit.save",
            type="primary",
            icon=":material/check:",
            width="stretch",
            disabled=not is_valid,
        )
        with st.container(horizontal=True):
            if st.button(_("Leave as it was"), key="edit.leave", type="tertiary"):
                this.stop_editing()
                st.rerun()
            if st.button(_("Photos and words: to the form"), key="edit.form", type="tertiary"):
                st.switch_page("pages/symptoms.py")
    return is_saved


def show_changes(this: Visit, above: DeltaGenerator, knowledge: KnowledgeBase) -> None:
    """What a changed fact changed, in a place kept above the answer, and the earlier answers here."""
    with above:
        change_card(this.earlier, this.given, knowledge, this.lang)
    earlier_answers(this.earlier, knowledge, this.lang)


def change_card(earlier: Sequence[GivenAnswer], now: GivenAnswer | None, knowledge: KnowledgeBase, lang: Lang) -> None:
    """What the latest change did to the answer; nothing when there was none."""
    if not earlier or now is None:
        return
    before = earlier[-1]
    change = compare(before, now, knowledge)
    if before.report == now.report and change.before is change.after and not (change.rose or change.fell):
        return
    with st.container(border=True, key="change"):
        st.markdown(f"**:material/compare_arrows: {_('What your change did')}**")
        were, are = (told_facts(item.report, knowledge.vocabulary, lang) for item in (before, now))
        with st.container(horizontal=True, gap="xsmall"):
            for fact in (item for item in were if item not in are):
                st.badge(f"~~{plain(fact)}~~", color="gray")
            for fact in (item for item in are if item not in were):
                st.badge(plain(fact), icon=":material/add:", color="green")
        st.markdown("\n".join(f"- {line}" for line in _changes(change, now, knowledge, lang)))


def earlier_answers(earlier: Sequence[GivenAnswer], knowledge: KnowledgeBase, lang: Lang) -> None:
    """Answers before facts were changed, folded, the latest first."""
    for place, given in sorted(enumerate(earlier), reverse=True):
        with st.expander(
            _("Earlier answer {number}: {level}", number=place + 1, level=level_name(given.urgency)),
            icon=":material/history:",
            key=f"earlier.{place}",
        ):
            st.caption(" · ".join(map(plain, told_facts(given.report, knowledge.vocabulary, lang))))
            said, sources = split_sources(given.assessment.text)
            st.markdown(literal_dollars(said))
            sources_expander(sources)


def _changes(change: Comparison, now: GivenAnswer, knowledge: KnowledgeBase, lang: Lang) -> list[str]:
    """How soon to act then and now, why it stands, and which conditions moved."""
    lines = [_urgency_line(change)]
    reasons = [rule.reason for rule in now.assessment.decision.rules[:2]]
    if change.is_held:
        lines.append(_("The more urgent level stands: the conversation or a photo gave a reason that did not change."))
    elif change.before is change.after and reasons:
        lines.append(_("It still rests on: {reasons}", reasons=" ".join(dict.fromkeys(map(plain, reasons)))))
    moved = {_("More likely now: {names}"): change.rose, _("Less likely now: {names}"): change.fell}
    for text, ids in moved.items():
        if ids:
            lines.append(text.format(names=", ".join(plain(knowledge.conditions[name].names[lang]) for name in ids)))
    if not (change.rose or change.fell):
        lines.append(_("The conditions that fit best are the same as before."))
    return lines


def _urgency_line(change: Comparison) -> str:
    now = level_name(change.after)
    if change.before is change.after:
        return _("How soon to act is the same: **{level}**", level=now)
    return _("How soon to act: {before} → **{now}**", before=level_name(change.before), now=now)
