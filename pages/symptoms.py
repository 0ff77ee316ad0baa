"""Step 2: what the parent can tell."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.consent import consent_block
from components.i18n import _
from components.place import locate
from components.resources import resources
from components.session import settle, visit
from components.steps import step_bar, way_on
from components.symptom_form import ask_danger_signs, ask_facts, ask_symptom, own_words
from components.understood import correct_facts
from components.urgency_banner import emergency_banner

this = visit()
this.stop_editing()
step_bar(2)
st.title(_("Tell us what you see"), anchor=False)
st.caption(_("Answer what you can. Everything here may stay empty."))
assistant = resources().assistant()
knowledge = assistant.knowledge
vocabulary = knowledge.vocabulary
locate(this, knowledge.countries)

told, is_valid = ask_facts(this.report, vocabulary, this)
told = own_words(told, this.keys)

screening = assistant.screen(replace(this.case, report=told))
told = replace(told, corrected=correct_facts(screening, told.corrected, this.keys))
told = ask_danger_signs(screening.questions, told, assistant.glass_test(this.case), this)
told = ask_symptom(screening.next_symptom, told, vocabulary, this)
this.tell(told)
this.consent = consent_block(this.consent, this.keys)
settle()

with st.bottom:
    emergency_banner(assistant.screen(this.case).decision, knowledge.country(this.country, this.lang), this.lang)
if not is_valid:
    st.caption(_("One number above needs another look."))
way_on(_("See what to do"), "pages/chat.py", back="pages/photo.py", is_disabled=not is_valid)
