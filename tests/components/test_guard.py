"""What a parent sees, and what a log holds, when something breaks."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.guard import log_incident


def broken_page(kind: str) -> None:
    """A page that fails with the parent's words in the error."""
    import streamlit

    from components.guard import guard
    from components.opening import open_visit
    from core.errors import ModelUnavailable
    from core.types import Lang

    open_visit(lambda _token: None, Lang.KO)
    with guard():
        if kind == "known":
            raise ModelUnavailable("아이가 열이 나요")
        raise ValueError("아이가 열이 나요")
    streamlit.text("after")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("known", "지금은 사진을 볼 수 없어서"), ("unknown", "저희 쪽에 문제가 생겼어요")],
)
def test_error_ends_in_a_plain_sentence(kind: str, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    """The page says one sentence, the emergency line and an incident id; the log has the id and not the words."""
    at = AppTest.from_function(broken_page, args=(kind,)).run()
    assert not at.exception
    assert at.error[0].value.startswith(sentence)
    assert "119" in at.warning[0].value
    incident = at.caption[0].value.rpartition(" ")[2]
    assert f"incident {incident}" in caplog.text
    assert "열이" not in caplog.text
    assert at.text[0].value == "after"


def test_log_names_every_cause(caplog: pytest.LogCaptureFixture) -> None:
    """Kinds of the error and of its causes are logged, never their messages."""
    error = RuntimeError("secret")
    error.__cause__ = KeyError("secret")
    log_incident(error)
    assert "RuntimeError <- KeyError" in caplog.text
    assert "secret" not in caplog.text
