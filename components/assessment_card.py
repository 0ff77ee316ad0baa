"""What was told and shown, and the answer to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from components.citations import literal_dollars, review_mark, sources_expander, split_sources, stopped
from components.i18n import _, plain
from components.keys import Keys
from components.symptom_form import days_in_month
from core.photo_types import LesionPhoto
from core.types import Answer, Assessment, Lang, SymptomReport
from core.vocabulary import Vocabulary

THUMBNAIL_PX = 56
MAX_QUOTE = 60
_FIRST_BOLD = re.compile(r"\A\*\*[^\n]*\*\*\n\n")


def told_card(report: SymptomReport, photos: Sequence[LesionPhoto], vocabulary: Vocabulary, lang: Lang) -> bool:
    """Photos and answers, small; True when the parent wants to change them."""
    facts = told_facts(report, vocabulary, lang)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="told"):
        for photo, alt in zip(photos, photo_alts(photos), strict=True):
            st.image(photo.square_png, width=THUMBNAIL_PX, alt=alt)
        for fact in facts:
            st.badge(plain(fact), color="gray")
        if report.free_text:
            words = " ".join(report.free_text.split())
            st.text(words if len(words) <= MAX_QUOTE else f"{words[:MAX_QUOTE]}…")
        if not (photos or facts or report.free_text):
            st.caption(_("You have not told us anything yet. You can go back, or just ask below."))
        return st.button(_("Change"), key="told.change", icon=":material/edit:", type="tertiary")


def told_facts(report: SymptomReport, vocabulary: Vocabulary, lang: Lang) -> list[str]:
    """Age, temperature, body sites, symptoms and danger, each in a few words; no words of the parent."""
    danger = [name for name, answer in report.danger_signs.items() if answer is Answer.YES]
    named = [name for name in danger if name in vocabulary.danger_signs]
    return [
        *_numbers(report),
        *(vocabulary.label(name, lang) for name in (*report.body_sites, *report.symptoms, *named)),
    ]


def photo_alts(photos: Sequence[object]) -> list[str]:
    """What a screen reader says for each photo."""
    return [_("Photo {number} of the skin", number=place) for place in range(1, len(photos) + 1)]


def assessment_card(assessment: Assessment) -> None:
    """The whole answer, its sources folded, and that no clinician has reviewed it."""
    said, _sources = split_sources(assessment.text)
    st.markdown(literal_dollars(without_next_step(said)))
    assessment_foot(assessment)


def assessment_foot(assessment: Assessment) -> None:
    """What stands under an answer: its sources, folded, and that no clinician has reviewed it."""
    sources_expander(split_sources(assessment.text)[1])
    review_mark()


def stopped_card(text: str, keys: Keys) -> bool:
    """An answer that was stopped, marked as such; True when the parent wants it whole."""
    st.markdown(literal_dollars(without_next_step(split_sources(stopped(text))[0])))
    return st.button(_("Show the whole answer"), key=keys("chat.whole"), icon=":material/refresh:", width="stretch")


def without_next_step(text: str) -> str:
    """The text without its first line in bold, which the banner above already says."""
    return _FIRST_BOLD.sub("", text)


def _numbers(report: SymptomReport) -> list[str]:
    """Age and temperature in words."""
    facts = []
    days = days_in_month(report.age_months)
    if days is not None:
        facts.append(_("{count} days old", count=days))
    elif report.age_months is not None:
        years, months = divmod(int(report.age_months), 12)
        facts.append(_("{years} y {months} m", years=years, months=months) if years else _("{months} m", months=months))
    if report.temperature_c is not None:
        facts.append(f"{report.temperature_c:.1f} °C")
    if report.feels_hot:
        facts.append(_("feels hot"))
    return facts
