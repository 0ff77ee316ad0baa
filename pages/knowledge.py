"""What the app knows: every article to read, to search and to see on a map."""

from __future__ import annotations

import streamlit as st

from components.article import PARAMETER, article_list, article_page, back_to_all, begin_at_top, found_list, search_box
from components.i18n import _
from components.knowledge_map import explore_map, knowledge_map
from components.resources import ROOT, resources
from components.session import settle, visit
from components.urgency_banner import emergency_banner
from core.knowledge_map import search_articles
from core.types import Case, SymptomReport

this = visit()
with st.spinner(_("Getting ready…")):
    assistant = resources().assistant()
knowledge = assistant.knowledge
place = knowledge.country(this.country, this.lang)
opened = st.query_params.get(PARAMETER, "")

if opened in knowledge.conditions or opened in knowledge.general:
    back_to_all("top")
    article_page(knowledge.article(opened), knowledge, place, this.lang)
    back_to_all("end")
    begin_at_top(opened)
else:
    st.title(_("All articles"), anchor=False)
    typed = search_box(this.keys)
    if typed:
        told = Case(id="search", lang=this.lang, report=SymptomReport(free_text=typed), country=this.country)
        emergency_banner(assistant.screen(told).decision, place, this.lang)
        found_list(search_articles(typed, this.lang, knowledge, assistant.find_passages), knowledge, this.lang)
    else:
        views = {"List": _("List"), "Map": _("Map")}
        view = st.segmented_control(
            _("How to browse"),
            list(views),
            default="List",
            format_func=views.__getitem__,
            required=True,
            key=this.keys("knowledge.view"),
            persist_state="session",
        )
        if view == "Map":
            drawn = knowledge_map(knowledge, ROOT / "models" / "text")
            explore_map(drawn, knowledge, this.lang, this.keys)
        else:
            article_list(knowledge, this.lang)
settle()
