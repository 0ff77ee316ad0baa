"""The line on top: name, language, and what is needed rarely."""

from __future__ import annotations

import streamlit as st

from components.i18n import LANGUAGE_NAMES, _
from components.keys import Keys
from core.types import Lang


def choose_language(lang: Lang) -> Lang:
    """The language that the parent just chose: one tap goes to the other one, named in itself."""
    other = Lang.EN if lang is Lang.KO else Lang.KO
    return other if st.button(LANGUAGE_NAMES[other], key="menu.language", type="tertiary") else lang


def more(keys: Keys) -> bool:
    """Links that are needed rarely; True when the parent has read what starting over means and wants it."""
    with st.popover(_("More"), type="tertiary", key=keys("menu")):
        st.page_link("pages/knowledge.py", label=_("All articles"), icon=":material/menu_book:")
        st.page_link("pages/about.py", label=_("About and privacy"), icon=":material/info:")
        with st.expander(_("Start over"), icon=":material/delete:"):
            st.write(
                _("This deletes your photos, answers and conversation, here and on our server. It cannot be undone.")
            )
            return st.button(_("Delete everything"), key="menu.delete", type="primary", width="stretch")


def say_language(lang: Lang) -> None:
    """Tells the browser, and so a screen reader, which language the page is in."""
    st.html(_SAY[lang], unsafe_allow_javascript=True)


_SAY = {
    Lang.KO: "<script>document.documentElement.lang = 'ko'</script>",
    Lang.EN: "<script>document.documentElement.lang = 'en'</script>",
}
