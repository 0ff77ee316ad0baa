"""Step 2: what the parent can tell."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.body_site import pick_body_sites
from components.consent import consent_block
from components.i18n import _
from components.place import locate
from components.resources import resources
from components.session import settle, visit
from components.steps import step_bar, way_on
from components.symptom_form import ask_danger_signs, ask_symptom, child_facts, own_words, pick_symptoms
from components.understood import correct_facts
from components.urgency_banner import emergency_banner

this = visit()
step_bar(2)
st.title(_("Tell us what you see"), anchor=False)
st.caption(_("Answer what you can. Everything here may stay empty."))
assistant = resources().assistant()
knowledge = assistant.knowledge
vocabulary = knowledge.vocabulary
locate(this, knowledge.countries)
told = this.report

facts = child_facts(told, this.keys, has_thermometer=this.has_thermometer)
this.has_thermometer = facts.has_thermometer
told = replace(told, age_months=facts.age_months, temperature_c=facts.temperature_c, feels_hot=facts.feels_hot)
st.subheader(_("Where is it?"), anchor=False)
told = replace(told, body_sites=pick_body_sites(vocabulary, told.body_sites, this.lang, this.keys))
st.subheader(_("How does it look, and how is your child?"), anchor=False)
told = replace(told, symptoms=pick_symptoms(vocabulary, told.symptoms, this.lang, this.keys))
told = replace(told, free_text=own_words(told.free_text, this.keys))

screening = assistant.screen(replace(this.case, report=told))
told = replace(told, corrected=correct_facts(screening.found, told.corrected, this.keys))
told = ask_danger_signs(screening.questions, told, assistant.glass_test(this.lang), this)
told = ask_symptom(screening.next_symptom, told, vocabulary, this)
this.tell(told)
this.consent = consent_block(this.consent, this.keys)
settle()

with st.bottom:
    emergency_banner(assistant.screen(this.case).decision, knowledge.country(this.country, this.lang), this.lang)
if not facts.is_valid:
    st.caption(_("One number above needs another look."))
way_on(_("See what to do"), "pages/chat.py", back="pages/photo.py", is_disabled=not facts.is_valid)
