"""Where the parent is: guessed once, changed by a tap."""

from __future__ import annotations

import streamlit as st

from components.i18n import _
from components.session import Visit
from components.urgency_banner import BannerSlot
from core.countries import Countries, guess_country
from core.knowledge import KnowledgeBase


def locate(this: Visit, countries: Countries) -> None:
    """Guesses the country from language and time zone, unless the parent chose one."""
    if this.country is None:
        this.move(guess_country(countries, this.lang, st.context.timezone))


def banner_here(this: Visit, knowledge: KnowledgeBase) -> BannerSlot:
    """The banner with the numbers of the parent's country, and a way to change the country."""
    locate(this, knowledge.countries)
    slot = BannerSlot(this, knowledge.country(this.country, this.lang))
    choose_country(this, knowledge.countries)
    return slot


def choose_country(this: Visit, countries: Countries) -> None:
    """The country whose numbers are shown, and a way to change it."""
    names = {name: country.name[this.lang] for name, country in countries.items()}
    shown = this.country or next(iter(names))
    with st.popover(_("Numbers for: {country}", country=names[shown]), icon=":material/public:", type="tertiary"):
        chosen = st.radio(
            _("Where are you?"),
            list(names),
            index=list(names).index(shown),
            format_func=names.__getitem__,
            key=this.keys("place.country"),
        )
    if chosen != shown:
        this.move(chosen)
        st.rerun()
