"""MochiCare: the frame around every page."""

from __future__ import annotations

import streamlit as st

from components.guard import guard
from components.i18n import _, language_of
from components.menu import choose_language, more, say_language
from components.opening import open_visit, start_over
from components.resources import keep_draft, load_draft, resources
from components.session import PAGES
from components.urgency_banner import emergency_line

st.set_page_config(page_title="MochiCare · 모찌케어", page_icon=":material/child_care:", layout="centered")
this = open_visit(load_draft, language_of(st.context.locale))

titles = (_("Photo"), _("Symptoms"), _("Advice"), _("All articles"), _("About and privacy"), _("Look again now"))
page = st.navigation([st.Page(path, title=title) for path, title in zip(PAGES, titles, strict=True)], position="hidden")
with st.container(horizontal=True, vertical_alignment="center", key="header"):
    st.markdown(f"**:material/child_care: {_('MochiCare')}**", width="stretch")
    chosen = choose_language(this.lang)
    is_over = more(this.keys)
if chosen is not this.lang:
    this.speak(chosen)
    st.rerun()
if is_over:
    resources().store.delete_visit(this.token)
    start_over()
    st.toast(_("Everything is deleted."), icon=":material/delete:")
    st.switch_page(PAGES[0])
try:
    with guard():
        resources()
        page.run()
finally:
    keep_draft(this)
st.divider()
st.caption(f"{_('MochiCare gives information and is not a diagnosis.')}  \n{emergency_line()}")
say_language(this.lang)
