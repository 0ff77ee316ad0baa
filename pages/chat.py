"""Step 3: how soon to act, what fits, and the conversation."""

from __future__ import annotations

import streamlit as st

from components.assessment_card import assessment_card, assessment_foot, stopped_card, told_card
from components.chat_log import ask, chat_log, reply_bubble, stream_answer, suggestion_chips
from components.citations import stopped
from components.i18n import _
from components.photo_input import show_refusals
from components.place import banner_here
from components.resources import keep_draft, keep_result, resources
from components.session import visit
from components.steps import step_bar
from components.understood import understood_card

this = visit()
this.fold(stopped)
asked = ask()
if asked:
    this.chat_refusals = asked.taken.refusals
    if asked.text:
        this.say(asked.text, asked.taken.photos)
    keep_draft(this)
step_bar(3)
with st.spinner(_("Getting ready…")):
    assistant = resources().assistant()
slot = banner_here(this, assistant.knowledge)
told_card(this.report, this.photos, assistant.knowledge.vocabulary, this.lang)
if this.take_back(understood_card(assistant.screen(this.case, this.turns).found, this.report.corrected, this.keys)):
    this.heed(assistant.screen(this.case, this.turns).decision)
    st.rerun()

if this.needs_assessment:
    this.answer_with(stream_answer(assistant.assess(this.case), heed=slot.show, keep=this.keep_assessing))
    keep_result(this)
    if this.assessment:
        assessment_foot(this.assessment)
elif this.assessment:
    assessment_card(this.assessment)
elif this.assessing is not None and stopped_card(this.assessing, this.keys):
    this.answer_with(None)
    st.rerun()

chat_log(this.turns, this.turn_photos)
if show_refusals(this.chat_refusals, this.keys):
    this.chat_refusals = ()
    st.rerun()
if this.awaits_reply:
    with reply_bubble():
        reply = stream_answer(assistant.answer(this.question), heed=slot.heed, keep=this.keep_replying)
    if reply:
        this.hear(reply)
        st.rerun()
if this.assessment:
    chip = suggestion_chips(assistant.suggestions(this.assessment, this.turns), this.keys)
    if chip:
        this.say(chip)
        st.rerun()
