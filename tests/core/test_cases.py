"""The command line's JSON is strict on the way in and complete on the way out."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import error_json, line_id, read_case, read_question
from core.errors import CareError, CaseInvalid, NotAnImage
from core.photo_types import LesionPhoto
from core.types import Answer, Lang, Role
from core.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "kb")


def no_photo(name: str) -> LesionPhoto:
    """A folder without photos."""
    raise NotAnImage(name)


def read(**values: object) -> object:
    """The case with these fields."""
    return read_case(json.dumps({"id": "c1", **values}), VOCABULARY, no_photo)


def test_the_documented_case_is_read() -> None:
    """Every field of the contract arrives."""
    line = json.dumps(
        {
            "id": "c1",
            "lang": "ko",
            "child_age_months": 9,
            "temperature_c": 38.4,
            "body_sites": ["tummy"],
            "symptoms": ["red_spots"],
            "free_text": "…",
            "photo": None,
            "danger_signs": {"does_not_fade": "no"},
        }
    )
    case = read_case(line, VOCABULARY, no_photo)
    assert (case.id, case.lang) == ("c1", Lang.KO)
    assert case.report.age_months == 9
    assert case.report.temperature_c == 38.4
    assert case.report.body_sites == ("tummy",)
    assert case.report.symptoms == ("red_spots",)
    assert case.report.danger_signs == {"does_not_fade": Answer.NO}


def test_only_the_id_is_required() -> None:
    """Missing and null both mean not told."""
    case = read_case('{"id": "c1", "symptoms": null}', VOCABULARY, no_photo)
    assert case.report.symptoms == ()
    assert case.report.age_months is None


@pytest.mark.parametrize(
    "values",
    [
        {"colour": "red"},
        {"symptoms": ["no_such"]},
        {"body_sites": ["no_such"]},
        {"danger_signs": {"no_such": "yes"}},
        {"danger_signs": {"does_not_fade": "perhaps"}},
        {"child_age_months": -1},
        {"child_age_months": 217},
        {"temperature_c": 30},
        {"temperature_c": 45},
        {"lang": "fr"},
        {"free_text": "가" * 5001},
        {"symptoms": "rash"},
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, object]) -> None:
    """Unknown fields, unknown ids and values out of range are errors."""
    with pytest.raises(CaseInvalid):
        read(**values)


@pytest.mark.parametrize("line", ["", "[]", "null", "{", '{"lang": "ko"}', '{"id": 7}', "[" * 100_000])
def test_a_line_that_is_no_case_is_refused(line: str) -> None:
    """Bad JSON and missing ids are errors, not crashes."""
    with pytest.raises(CaseInvalid):
        read_case(line, VOCABULARY, no_photo)


@given(st.text())
def test_no_text_crashes_the_reader(line: str) -> None:
    """Whatever stands in a line, it is a case or a named error."""
    with suppress(CareError):
        read_case(line, VOCABULARY, no_photo)
    assert set(error_json(line_id(line), CareError())) == {"id", "error"}


def test_a_missing_photo_is_named() -> None:
    """A path that cannot be opened fails the line."""
    with pytest.raises(NotAnImage):
        read(photo="nowhere.jpg")


def test_a_question_brings_its_case_and_history() -> None:
    """Fields of a question arrive, and both names of the parent are understood."""
    line = json.dumps(
        {
            "id": "q1",
            "lang": "en",
            "question": "Is it catching?",
            "case": {"child_age_months": 9},
            "context_conditions": ["chickenpox"],
            "history": [{"role": "user", "text": "hi"}, {"role": "assistant", "text": "hello"}],
        }
    )
    question = read_question(line, VOCABULARY, no_photo)
    assert question.lang is Lang.EN
    assert question.case.report.age_months == 9
    assert question.context_conditions == ("chickenpox",)
    assert [turn.role for turn in question.history] == [Role.PARENT, Role.ASSISTANT]


def test_an_error_line_keeps_the_id() -> None:
    """A program can tell which line failed."""
    assert line_id('{"id": "c7", "oops": 1}') == "c7"
    assert line_id("nonsense") is None
