"""What tests of the core share: the whole assistant, made of its real parts."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from core.assembly import build_assistant
from core.assessment import Assistant
from core.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real assistant with its index in a fresh folder; every step takes a second on its clock."""
    ticks = itertools.count()
    return build_assistant(
        Settings(data_dir=tmp_path_factory.mktemp("data")),
        models_dir=ROOT / "models",
        kb_dir=ROOT / "kb",
        clock=lambda: float(next(ticks)),
    )
