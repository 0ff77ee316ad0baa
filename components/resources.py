"""Where everything is put together, and the only reader of the environment and of secrets."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from components.guard import log_incident
from components.i18n import _
from components.operator_part import USAGE_DAYS, operator_part
from core.errors import CareError, KnowledgeInvalid, StoreUnavailable

if TYPE_CHECKING:
    from components.session import Visit
    from core.assessment import Assistant
    from core.settings import Settings
    from core.store import Store
    from core.visit_types import Draft

ROOT = Path(__file__).resolve().parents[1]
PURGE_EVERY_S = 3600
_SQLITE_NEEDED = (3, 35)
_log = logging.getLogger(__name__)
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


class Resources:
    """The parts of one server process; the assistant is built at first need, behind the first page."""

    def __init__(self, settings: Settings, store: Store, kb_dir: Path = ROOT / "kb") -> None:
        """Takes the parts that are quick to make."""
        self.settings = settings
        self.store = store
        self.uses_last_good_copy = False
        """True when the knowledge base is broken and an older copy of it answers."""
        self._kb_dir = kb_dir
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None
        self._is_over = threading.Event()
        self._keeper = threading.Thread(target=self._look_after, name="keeper", daemon=True)

    def assistant(self) -> Assistant:
        """The one assistant of this process; waits while another thread builds it."""
        with self._lock:
            if self._assistant is None:
                self._assistant = self._build()
            return self._assistant

    def _build(self) -> Assistant:
        """The assistant; from the last good copy of the knowledge base when somebody broke a file of it."""
        assembly, good = import_module("core.assembly"), self.settings.data_dir / "kb"

        def build(kb_dir: Path) -> Assistant:
            made: Assistant = assembly.build_assistant(
                self.settings,
                models_dir=ROOT / "models",
                kb_dir=kb_dir,
                clock=time.perf_counter,
                record=self.store.add_usage,
            )
            return made

        try:
            made = build(self._kb_dir)
        except KnowledgeInvalid as error:
            _log.error(
                "the knowledge base is broken, its last good copy stands in: %s", "; ".join(map(str, error.args))
            )
            if not good.is_dir():
                raise
            self.uses_last_good_copy = True
            return build(good)
        with suppress(OSError):
            keep_copy(self._kb_dir, good)
        return made

    def start(self) -> None:
        """Makes the slow parts ready in a thread of their own, which then removes what has expired, once an hour."""
        self._keeper.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Ends that thread: native code that still loads when the interpreter goes away would crash the process."""
        atexit.unregister(self.stop)
        self._is_over.set()
        self._keeper.join()

    def _look_after(self) -> None:
        # Whatever keeps the parts from loading is met, and told, by the first page that needs them.
        try:
            self.assistant().warm_up()
        except Exception as error:  # noqa: BLE001
            log_incident(error)
        while not self._is_over.is_set():
            with suppress(StoreUnavailable):
                self.store.purge()
            self._is_over.wait(PURGE_EVERY_S)


@st.cache_resource(show_spinner=False, on_release=Resources.stop)
def resources() -> Resources:
    """The parts of this process, made once; the slow ones are made ready behind the first page."""
    os.environ.update(_QUIET)
    swap_old_sqlite()
    settings = import_module("core.settings").Settings.from_mapping(configuration())
    made = Resources(settings, import_module("core.store").Store(settings.data_dir, lambda: datetime.now(UTC)))
    made.start()
    return made


def configuration() -> Mapping[str, str]:
    """Secrets over the environment; a missing secrets file is no fault."""
    secrets: dict[str, str] = {}
    with suppress(StreamlitSecretNotFoundError):
        secrets = {name: str(value) for name, value in st.secrets.to_dict().items() if not isinstance(value, dict)}
    return {**os.environ, **secrets}


def operator_note() -> None:
    """Tells operators on screen what parents think, what a language model used, and when a file is broken."""
    if resources().uses_last_good_copy:
        note = _("For operators: the knowledge base is broken; its last good copy answers. The log names the fault.")
        st.warning(note, icon=":material/build:")
    with _kept():
        store, settings = resources().store, resources().settings
        operator_part(store.count_opinions(), store.count_usage(USAGE_DAYS), settings)


def keep_copy(kb_dir: Path, good: Path) -> None:
    """Keeps a copy of a knowledge base that was loaded well, whole or not at all; raises OSError."""
    fresh = good.with_name(f"{good.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(kb_dir, fresh)
    shutil.rmtree(good, ignore_errors=True)
    fresh.rename(good)


def swap_old_sqlite() -> None:
    """Puts `pysqlite3` in the place of a SQLite that Chroma refuses, where it is installed.

    Community Cloud documents Debian 11, whose SQLite is 3.34.1 (docs.streamlit.io, read 2026-08).
    """
    if sqlite3.sqlite_version_info < _SQLITE_NEEDED:
        with suppress(ImportError):
            sys.modules["sqlite3"] = import_module("pysqlite3")


def load_draft(token: str) -> Draft | None:
    """The unfinished visit behind a token; None when there is none or it cannot be read now."""
    try:
        return resources().store.load_draft(token)
    except CareError as error:
        log_incident(error)
        return None


def keep_draft(this: Visit) -> None:
    """Keeps the visit when it has changed, and says so when that fails."""
    draft = this.unsaved()
    if draft is not None:
        with _kept():
            resources().store.save_draft(this.token, draft)
            this.saved = draft


def keep_result(this: Visit) -> None:
    """Keeps a finished answer, and says so when that fails."""
    if this.assessment is not None:
        with _kept():
            resources().store.save_result(this.token, this.assessment, this.draft)


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except CareError as error:
        log_incident(error)
        st.toast(_(error.user_message), icon=":material/cloud_off:")
