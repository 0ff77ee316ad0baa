"""What is read from outside, and the SQLite that is too old."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import shutil
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from streamlit.testing.v1 import AppTest

from components.resources import ROOT, Resources, swap_old_sqlite
from core.errors import KnowledgeInvalid
from core.settings import Settings
from core.store import Store


def test_old_sqlite_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below 3.35, `import sqlite3` brings pysqlite3 from then on."""
    newer = ModuleType("pysqlite3")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setitem(sys.modules, "sqlite3", sqlite3)
    monkeypatch.setitem(sys.modules, "pysqlite3", newer)
    swap_old_sqlite()
    assert sys.modules["sqlite3"] is newer


def test_old_sqlite_stays_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pysqlite3 nothing changes; Chroma then says itself what it needs."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    swap_old_sqlite()
    assert sys.modules["sqlite3"] is sqlite3


def test_new_sqlite_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.35 on nothing is swapped, even where pysqlite3 is installed."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 35, 0))
    monkeypatch.setitem(sys.modules, "pysqlite3", ModuleType("pysqlite3"))
    swap_old_sqlite()
    assert sys.modules["sqlite3"] is sqlite3


def configuration_page() -> None:
    """Shows two names of the configuration."""
    import streamlit

    from components.resources import configuration

    found = configuration()
    streamlit.text(f"{found.get('OPENAI_MODEL')} {found.get('MOCHICARE_THREADS')}")


def test_missing_secrets_leave_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secrets file is no fault: what the environment says is used."""
    monkeypatch.setenv("OPENAI_MODEL", "from-environment")
    at = AppTest.from_function(configuration_page).run()
    assert not at.exception
    assert at.text[0].value == "from-environment None"


def test_secrets_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in both is taken from the secrets; numbers become text."""
    monkeypatch.setenv("OPENAI_MODEL", "from-environment")
    at = AppTest.from_function(configuration_page)
    at.secrets["OPENAI_MODEL"] = "from-secrets"
    at.secrets["MOCHICARE_THREADS"] = 1
    assert at.run().text[0].value == "from-secrets 1"


def parts(data: Path, kb: Path) -> Resources:
    """The parts of a fresh process on these folders."""
    return Resources(Settings(data_dir=data), Store(data, lambda: datetime.now(UTC)), kb)


def test_broken_knowledge_base_leaves_the_last_good_copy(tmp_path: Path) -> None:
    """A process that starts on a broken file answers from what was loaded well before, and says so."""
    kb = tmp_path / "kb-of-the-project"
    shutil.copytree(ROOT / "kb", kb)
    whole = parts(tmp_path / "data", kb)
    assert len(whole.assistant().knowledge.conditions) == 91
    assert not whole.uses_last_good_copy
    (kb / "conditions/chickenpox.md").write_text("+++\nbroken", encoding="utf-8")
    broken = parts(tmp_path / "data", kb)
    assert len(broken.assistant().knowledge.conditions) == 91
    assert broken.uses_last_good_copy


def test_broken_knowledge_base_without_a_copy_is_said_to_be_so(tmp_path: Path) -> None:
    """On a first start there is nothing to fall back on."""
    kb = tmp_path / "kb-of-the-project"
    shutil.copytree(ROOT / "kb", kb)
    (kb / "sources.toml").write_text("broken", encoding="utf-8")
    with pytest.raises(KnowledgeInvalid):
        parts(tmp_path / "data", kb).assistant()
