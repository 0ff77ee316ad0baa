"""The JSON of the command line: cases and questions in, assessments and answers out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import CareError, CaseInvalid
from core.photo_types import LesionPhoto, VisionResult
from core.types import (
    Answer,
    Assessment,
    Case,
    Lang,
    LookAgain,
    Passage,
    Question,
    RankedCondition,
    Reply,
    Role,
    SymptomReport,
    Turn,
)
from core.vocabulary import Vocabulary

MAX_FREE_TEXT = 5_000
MIN_TEMPERATURE_C, MAX_TEMPERATURE_C = 34.0, 43.0
MAX_AGE_MONTHS = 216.0
Model = TypeVar("Model", bound=BaseModel)
PhotoLoader = Callable[[str], LesionPhoto]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class _Case(_Closed):
    id: str
    lang: Lang | None = None
    child_age_months: float | None = Field(default=None, ge=0, le=MAX_AGE_MONTHS)
    temperature_c: float | None = Field(default=None, ge=MIN_TEMPERATURE_C, le=MAX_TEMPERATURE_C)
    body_sites: list[str] | None = None
    symptoms: list[str] | None = None
    free_text: str | None = Field(default=None, max_length=MAX_FREE_TEXT)
    photo: str | None = None
    danger_signs: dict[str, Answer] | None = None
    country: str | None = None


class _Turn(_Closed):
    role: str
    text: str


class _Question(_Closed):
    id: str
    lang: Lang | None = None
    question: str = Field(max_length=MAX_FREE_TEXT)
    case: dict[str, Any] | None = None  # read again as a _Case, so that its own faults are named
    context_conditions: list[str] | None = None
    history: list[_Turn] | None = None


def read_case(line: str, vocabulary: Vocabulary, load_photo: PhotoLoader) -> Case:
    """The case in one line of JSON.

    Raises:
        CaseInvalid: not JSON, an unknown field or id, or a value out of range.
        PhotoRefused: the photo cannot be used.
    """
    return _to_case(_parse(_Case, _object(line)), vocabulary, load_photo)


def read_question(line: str, vocabulary: Vocabulary, load_photo: PhotoLoader) -> Question:
    """The follow-up question in one line of JSON; raises as `read_case` does."""
    item = _parse(_Question, _object(line))
    inner = {"id": item.id, "lang": item.lang, **(item.case or {})}
    case = _to_case(_parse(_Case, inner), vocabulary, load_photo)
    turns = tuple(Turn(role=_role(turn.role), text=turn.text) for turn in item.history or [])
    return Question(
        id=item.id,
        lang=item.lang or case.lang,
        text=item.question,
        case=case,
        context_conditions=tuple(item.context_conditions or ()),
        history=turns,
    )


def line_id(line: str) -> str | None:
    """The id in a line, None when the line has none that can be read."""
    try:
        found = _object(line).get("id")
    except CaseInvalid:
        return None
    return found if isinstance(found, str) else None


def assessment_json(assessment: Assessment) -> dict[str, object]:
    """The assessment as the command line prints it."""
    decision = assessment.decision
    return {
        "id": assessment.id,
        "urgency": decision.urgency.value,
        "next_step": decision.next_step,
        "rules": _rules(decision.rules),
        "conditions": [_condition(item) for item in assessment.conditions],
        "prediction_set": list(assessment.prediction_set),
        "coverage": assessment.coverage,
        "departments": {name: round(share, 4) for name, share in assessment.departments.items()},
        "severity": assessment.severity.value,
        "free_text": {"accepted": assessment.findings.accepted, "reason": assessment.findings.reason},
        "vision": None if assessment.vision is None else vision_json(assessment.vision),
        "passages": [_passage(item) for item in assessment.passages],
        "look_again": None if assessment.look_again is None else _look_again(assessment.look_again),
        "text": assessment.text,
        "dropped": list(assessment.dropped),
        "timings_ms": _rounded(assessment.timings_ms),
    }


def reply_json(question_id: str, reply: Reply) -> dict[str, object]:
    """The answer to a follow-up question as the command line prints it."""
    return {
        "id": question_id,
        "answer": reply.text,
        "citations": [
            {"passage": passage.id, "source": source} for passage in reply.passages for source in passage.sources
        ],
        "urgency": reply.decision.urgency.value,
        "rules": _rules(reply.decision.rules),
        "answered": reply.answered,
        "timings_ms": _rounded(reply.timings_ms),
    }


def vision_json(vision: VisionResult) -> dict[str, object]:
    """The photo model's result as the command line prints it."""
    return {
        "in_scope": vision.in_scope,
        "is_skin": vision.is_skin,
        "probabilities": {name: round(value, 4) for name, value in vision.probabilities.items()},
        "prediction_set": list(vision.prediction_set),
    }


def error_json(case_id: str | None, error: CareError) -> dict[str, object]:
    """One failed line, as the command line prints it."""
    detail = "; ".join(map(str, error.args)) or error.user_message
    return {"id": case_id, "error": {"code": error.code, "message": detail}}


def _condition(item: RankedCondition) -> dict[str, object]:
    return {
        "id": item.id,
        "probability": round(item.probability, 4),
        "for": [evidence.text for evidence in item.evidence_for],
        "against": [evidence.text for evidence in item.evidence_against],
    }


def _look_again(look: LookAgain) -> dict[str, object]:
    return {
        **{name: value for name, value in asdict(look).items() if name not in {"watch", "go_now"}},
        "watch": [
            {"passage": part.id, "text": sentence.text, "source": sentence.source}
            for part in look.watch
            for sentence in part.sentences
        ],
        "go_now": [asdict(item) for item in look.go_now],
    }


def _passage(item: Passage) -> dict[str, object]:
    return {"id": item.id, "condition": item.condition, "section": item.section, "source": ", ".join(item.sources)}


def _rules(rules: tuple[Any, ...]) -> list[dict[str, object]]:
    kept = ("id", "reason", "source")
    return [{key: value for key, value in asdict(rule).items() if key in kept} for rule in rules]


def _rounded(timings: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in timings.items()}


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CaseInvalid(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise CaseInvalid("not a JSON object")
    return found


def _parse(model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise CaseInvalid(*faults) from error


def _to_case(item: _Case, vocabulary: Vocabulary, load_photo: PhotoLoader) -> Case:
    """The checked case with its photo loaded."""
    signs = item.danger_signs or {}
    unknown = [f"unknown body site {name}" for name in item.body_sites or [] if name not in vocabulary.body_sites]
    unknown += [f"unknown symptom {name}" for name in item.symptoms or [] if name not in vocabulary.symptoms]
    unknown += [
        f"unknown danger sign {name}"
        for name in signs
        if name not in vocabulary.danger_signs and name not in vocabulary.symptoms
    ]
    if unknown:
        raise CaseInvalid(*unknown)
    report = SymptomReport(
        age_months=item.child_age_months,
        temperature_c=item.temperature_c,
        body_sites=tuple(dict.fromkeys(item.body_sites or ())),
        symptoms=tuple(dict.fromkeys(item.symptoms or ())),
        danger_signs=signs,
        free_text=item.free_text or "",
    )
    photos = (load_photo(item.photo),) if item.photo else ()
    return Case(id=item.id, lang=item.lang or Lang.KO, report=report, photos=photos, country=item.country)


def _role(name: str) -> Role:
    """The role behind the names that programs use."""
    roles = {"parent": Role.PARENT, "user": Role.PARENT, "assistant": Role.ASSISTANT}
    if name not in roles:
        raise CaseInvalid(f"unknown role {name}")
    return roles[name]
