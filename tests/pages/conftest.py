"""The whole app without a browser, with its real parts and a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from tests.pages.screen import go
from tests.skin import skin_jpeg

ROOT = Path(__file__).parents[2]
STEPS = {"symptoms": 2, "chat": 3}
Opener = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the app's data away from the developer's; the parts are made once for all pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOCHICARE_DATA", str(tmp_path_factory.mktemp("data")))
        st.cache_resource.clear()
        yield
        st.cache_resource.clear()


@pytest.fixture(autouse=True)
def framed_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets between runs that a script declares its navigation, and would run pages without their frame."""
    make = PagesManager.__init__

    def make_framed(manager: PagesManager, *arguments: object, **options: object) -> None:
        make(manager, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", make_framed)


@pytest.fixture
def open_app() -> Opener:
    """Opens the app as a new connection: on a page, in a browser's language, at an address."""

    def opened(page: str = "photo", *, locale: str = "ko-KR", case: str | None = None) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        at.context = {"locale": locale}
        if case is not None:
            at.query_params["case"] = case
        at.run()
        return at if page == "photo" else go(at, STEPS[page])

    return opened


@pytest.fixture(scope="session")
def skin_photo() -> bytes:
    """A picture that passes for skin with a rash, as JPEG."""
    return skin_jpeg(600, 800)
