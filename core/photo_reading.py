"""What an assistant wants of photos: a model that looks at them, and what is measured in those that show skin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.evidence_map import Explainer
from core.photo_types import LesionPhoto, VisionResult
from core.photo_words import in_words, new_in_words
from core.types import Case, Question


class Classifier(Explainer, Protocol):
    """Something that looks at photos of one rash."""

    def classify(self, photos: Sequence[LesionPhoto]) -> VisionResult:
        """The combined result; raises ModelUnavailable."""
        ...

    def load(self) -> None:
        """Loads the weights; raises ModelUnavailable."""
        ...


def measured(case: Case, vision: VisionResult | None) -> str:
    """What is measured in the case's photos, in words; empty unless the model has seen skin in them."""
    return in_words(case.photos, case.lang) if vision is not None and vision.is_skin else ""


def measured_anew(question: Question, vision: VisionResult | None) -> str:
    """What is measured in the newest photo, and how it differs from the one before; empty as above."""
    if vision is None or not vision.is_skin:
        return ""
    return new_in_words(question.case.photos[-1], question.earlier_photo, question.lang)
