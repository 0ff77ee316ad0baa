"""Step 3: how soon to act, what fits, and the conversation."""

from __future__ import annotations

import streamlit as st

from components.answer_actions import answer_actions
from components.assessment_card import stopped_card
from components.chat_log import chat_log, hear_parent, reply_bubble, stream_answer, suggestion_chips
from components.citations import stopped
from components.doubts import doubt_card
from components.evidence import explained_card
from components.fact_editor import show_changes, told_part
from components.i18n import _
from components.looks import look_button, looks_card, now
from components.place import banner_here
from components.resources import keep_draft, keep_result, resources
from components.session import ASSESSMENT, visit
from components.steps import step_bar

this = visit()
this.fold(stopped)
if hear_parent(this):
    keep_draft(this)
step_bar(3)
with st.spinner(_("Getting ready…")):
    assistant, can_vary = resources().assistant(), resources().settings.uses_language_model
slot = banner_here(this, assistant.knowledge)
if told_part(this, assistant.knowledge, assistant.screen, assistant.glass_test):
    st.rerun()
looks_card(this, now(), assistant.knowledge)
changed = st.container()
doubt_card(this, assistant)
if this.needs_assessment:
    this.answer_with(stream_answer(assistant.assess(*this.asked), heed=slot.show, keep=this.keep_assessing), now())
    keep_result(this)
    if this.assessment:
        st.rerun()
elif this.assessment:
    explained_card(this.assessment, this.photos, assistant, this.keys)
elif this.assessing is not None and stopped_card(this.assessing, this.keys):
    this.answer_with(None)
    st.rerun()
if this.assessment and answer_actions(this, ASSESSMENT, this.assessment.text, can_vary=can_vary):
    this.assess_again()
    st.rerun()
show_changes(this, changed, assistant.knowledge)
look_button(this)
if chat_log(this, can_vary=can_vary, above_last=lambda: doubt_card(this, assistant, is_reply=True)):
    this.ask_again()
    st.rerun()
if this.awaits_reply:
    with reply_bubble():
        if reply := stream_answer(assistant.answer(this.question), heed=slot.heed, keep=this.keep_replying):
            this.hear(reply)
            st.rerun()
suggested = assistant.suggestions(this.assessment, this.case, this.turns) if this.assessment else ()
if chip := suggestion_chips(suggested, this.keys):
    this.say(chip)
    st.rerun()
