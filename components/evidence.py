"""Where the photo model looked, drawn over the photos when a parent asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from components.assessment_card import assessment_card, photo_alts
from components.i18n import _
from components.keys import Keys
from core.knowledge import KnowledgeBase
from core.photo_types import LesionPhoto, VisionResult
from core.types import Assessment

MAP_PX = 240


class Explainer(Protocol):
    """Something that shows where the photo model looked."""

    knowledge: KnowledgeBase
    """Names of conditions."""

    def evidence_map(self, photo: LesionPhoto, vision: VisionResult) -> bytes | None:
        """The photo as PNG, lit where the model looked; None when there is no map."""
        ...


def explained_card(assessment: Assessment, photos: Sequence[LesionPhoto], explainer: Explainer, keys: Keys) -> None:
    """The whole answer, and under it a switch for where the photo model looked."""
    assessment_card(assessment)
    evidence_view(assessment, photos, explainer, keys)


def evidence_view(assessment: Assessment, photos: Sequence[LesionPhoto], explainer: Explainer, keys: Keys) -> None:
    """A switch that brings the maps; nothing where the photos gave no hint of a condition."""
    vision = assessment.vision
    if vision is None or not vision.has_hint or not photos:
        return
    condition = explainer.knowledge.conditions.get(vision.prediction_set[0])
    if condition is None or not st.toggle(_("Where the photo model looked"), key=keys("chat.evidence")):
        return
    with st.spinner(_("Getting ready…")):
        maps = [drawn for photo in photos if (drawn := explainer.evidence_map(photo, vision)) is not None]
    if not maps:
        st.caption(_("This can't be shown right now."))
        return
    st.image(maps, width=MAP_PX, alt=photo_alts(photos[: len(maps)]))
    limits = _(
        "Bright places inside the white line counted most for “{name}”. They show what the model used, "
        "not where the illness is, and can be wrong.",
        name=condition.names[assessment.lang],
    )
    st.caption(limits)
