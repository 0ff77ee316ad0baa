"""What this is, what it is not, and what happens to what parents tell."""

from __future__ import annotations

import streamlit as st

from components.i18n import N_, _
from components.resources import operator_note, resources
from components.urgency_banner import emergency_line

knowledge = resources().assistant().knowledge
reviewed = sum(item.review != "needs_clinician_review" for item in knowledge.conditions.values())
st.title(_("About MochiCare"), anchor=False)
st.write(
    _("MochiCare helps you decide how soon a child with a skin problem should be seen, and what to do until then.")
)
operator_note()
st.info(_("It is not a diagnosis and does not replace a doctor. When in doubt, call: calling is never wrong."))
st.subheader(_("How it decides"), anchor=False)
st.write(
    _(
        "Written rules, each with a public source, decide how soon to act. The photo model and the language model may "
        "raise that, never lower it. The rules were written by engineers from published guidance."
    )
)
st.write(
    _(
        "{conditions} conditions, {sources} sources. {reviewed} articles have been reviewed by a clinician so far.",
        conditions=len(knowledge.conditions),
        sources=len(knowledge.sources),
        reviewed=reviewed,
    )
)

st.subheader(_("Your photos and words"), anchor=False)
for line in (
    N_("Place and time are removed from photos at once."),
    N_(
        "Without your consent, photos and words stay in the server's memory for up to a day; "
        "with it, on its disk for 30 days."
    ),
    N_("“Start over” deletes your visit at once, also on the server."),
    N_("The page's address opens your visit: share it only with people who may see it."),
    N_("On Streamlit Community Cloud the server is in the United States, and its operator collects usage statistics."),
    N_("Where the operator has set up a language model, your questions and a small copy of the photo are sent to it."),
):
    st.markdown(f"- {_(line)}")

st.subheader(_("The models"), anchor=False)
st.write(
    _(
        "The photo model was trained on research photos and may be used for research and non-commercial purposes only. "
        "It may see darker skin less well, and says so when it gives no hint. Licences are listed with the models."
    )
)

st.subheader(_("Emergency numbers"), anchor=False)
st.write(emergency_line())
st.write(_("Korea: 119 also gives medical advice at any hour; 1339 is for infectious diseases."))
st.page_link("pages/photo.py", label=_("Back to the photo step"), icon=":material/arrow_back:")
