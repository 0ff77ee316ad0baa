"""How tests find what a parent sees."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from components.session import Visit


def press(at: AppTest, label: str) -> AppTest:
    """The page after a button was pressed."""
    return next(item for item in at.button if item.label == label).click().run()


def go(at: AppTest, step: int) -> AppTest:
    """The page of a step, reached by the step bar."""
    return at.button(key=f"step.{step}").click().run()


def widget(found: Any, name: str) -> Any:
    """The one widget of a kind whose key begins with a name."""
    return next(item for item in found if item.key and item.key.startswith(f"{name}."))


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The page after files were chosen on it."""
    at.file_uploader[0].set_value([(name, data, "image/jpeg") for name, data in files])
    return at.run()


def visit_of(at: AppTest) -> Visit:
    """What the app knows of this visit."""
    return at.session_state["visit"]


def title(at: AppTest) -> str:
    """The page's title, empty where there is none."""
    return at.title[0].value if at.title else ""
