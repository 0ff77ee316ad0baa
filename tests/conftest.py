"""What every test shares: a clean environment, a line about the machine, and the browser's path."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from importlib.metadata import version

import pytest
from hypothesis import settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRIVATE = ("OPENAI_", "MOCHICARE_", "CHROMA_", "LANGCHAIN_", "LANGSMITH_", "STREAMLIT_")


def browser_path() -> str | None:
    """Where Chromium is, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_configure() -> None:
    """Hides the developer's own keys, settings and servers from every test; a busy machine may be slow."""
    settings.register_profile("patient", settings(), deadline=None)
    settings.load_profile("patient")
    for name in [name for name in os.environ if name.startswith(PRIVATE)]:
        del os.environ[name]


def pytest_report_header() -> str:
    """One line about what the tests run on."""
    parts = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "torch", "transformers", "chromadb"))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, SQLite {sqlite3.sqlite_version}, {parts}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; without one the test is skipped, and fails in continuous integration."""
    found = browser_path()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing")
    if found is None:
        pytest.skip("Chromium is missing: install Debian's chromium to run the browser tests")
    return found
