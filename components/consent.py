"""What the parent allows us to keep."""

from __future__ import annotations

import streamlit as st

from components.i18n import _
from components.keys import Keys
from core.visit_types import Consent


def consent_block(given: Consent, keys: Keys) -> Consent:
    """Two boxes, unticked unless the parent ticked them, under plain words on what is kept, how long and where."""
    with st.container(border=True):
        st.markdown(f"**:material/lock: {_('May we keep this?')}**")
        st.caption(
            _(
                "Both are up to you. Without a tick they stay in the server's memory for up to a day, so that a "
                "refresh loses nothing, and are then gone. With a tick they are kept on this app's server for 30 days. "
                "Age, symptoms and the result are kept without your words. “Start over” deletes everything at once."
            )
        )
        return Consent(
            keep_photo=st.checkbox(_("Keep my photos for 30 days"), value=given.keep_photo, key=keys("consent.photo")),
            keep_words=st.checkbox(_("Keep my words for 30 days"), value=given.keep_words, key=keys("consent.words")),
        )
