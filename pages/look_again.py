"""Another look: what can have changed, then a new answer that compares then and now."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.i18n import _
from components.looks import clock_time, now
from components.photo_input import ask_for_photos, show_refusals, take
from components.place import locate
from components.resources import resources
from components.return_form import confirm, return_form
from components.session import MAX_PHOTOS, settle, visit
from components.steps import step_bar
from components.urgency_banner import emergency_banner
from core.return_visit import before_now
from core.types import Role, Turn

this = visit()
step_bar(4)
assistant = resources().assistant()
knowledge = assistant.knowledge
locate(this, knowledge.countries)
if not this.looks or this.assessment is None:
    st.switch_page("pages/chat.py")
st.title(_("How is your child now?"), anchor=False)
st.caption(_("The look before: {time}. We ask only what can have changed.", time=clock_time(this.looks[-1].at)))

asked = assistant.ask_again(this.case, this.turns)
told = return_form(asked, knowledge.vocabulary, this.lang, this.keys, at=now())
st.subheader(_("A new photo, if you like"), anchor=False)
files = ask_for_photos(MAX_PHOTOS, this.keys)
if files:
    taken = take(files, MAX_PHOTOS)
    this.new_photos, this.refusals = taken.photos, taken.refusals
if show_refusals(this.refusals, this.keys):
    this.refusals = ()
    st.rerun()
if this.new_photos:
    st.image([photo.square_png for photo in this.new_photos], width=96, alt=[_("New photo")] * len(this.new_photos))
settle()

returned = assistant.come_back(this.case, this.turns, before_now(this.looks, this.urgency), told.now)
heard = (*this.turns, Turn(role=Role.PARENT, text=told.words))
with st.bottom:
    decision = assistant.screen(replace(this.case, report=returned.report), heard).decision
    emergency_banner(decision, knowledge.country(this.country, this.lang), this.lang)
if confirm(is_valid=told.is_valid):
    this.come_back(returned, told.now, told.words)
    st.switch_page("pages/chat.py")
