"""The page boundary: what goes wrong is logged once and told in one plain sentence."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.i18n import _
from core.errors import CareError

_log = logging.getLogger(__name__)


@contextmanager
def guard() -> Iterator[None]:
    """Runs a page; an error ends it with a sentence, the emergency line and an incident id, never with a trace."""
    try:
        yield
    except CareError as error:
        _tell(error, error.user_message)
    # The last boundary before a parent: anything unforeseen must still end in a plain sentence.
    except Exception as error:  # noqa: BLE001
        _tell(error, CareError.user_message)


def log_incident(error: Exception) -> str:
    """The incident id under which the error was logged: kinds and places, never messages, which may quote a parent."""
    incident = secrets.token_hex(4)
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    _log.error("incident %s: %s\n%s", incident, " <- ".join(kinds), "\n".join(places))
    return incident


def _tell(error: Exception, message: str) -> None:
    st.error(_(message), icon=":material/error:")
    st.warning(_("If your child looks very unwell, do not wait for this app: call emergency services (Korea 119)."))
    st.caption(_("Incident {incident}", incident=log_incident(error)))
