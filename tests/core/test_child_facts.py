"""The summary of the child that a language model gets holds what was told long ago."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.assembly import build_assistant
from core.assessment import Assistant
from core.settings import Settings
from core.types import Answer, Case, Correction, Lang, Question, Role, SymptomReport, Turn
from tests.openai_server import OpenAIServer, openai_server, says

ROOT = Path(__file__).parents[2]
REPORT = SymptomReport(
    age_months=20,
    temperature_c=37.8,
    body_sites=("tummy",),
    symptoms=("itchy_rash",),
    denied=("blisters",),
    danger_signs={"does_not_fade": Answer.UNKNOWN},
)
FIRST = "어제부터 열이 39.4도까지 났고 타이레놀 먹였어요. 사흘째 발진이 있어요"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    """A server that keeps what it is sent."""
    with openai_server(says("물을 자주 먹이세요. [1]")) as running:
        yield running


@pytest.fixture(scope="module")
def assistant(server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real assistant, configured for the server."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), openai_base_url=server.base_url, first_words_s=60)
    return build_assistant(settings, models_dir=ROOT / "models", kb_dir=ROOT / "kb", clock=time.monotonic)


def summary(assistant: Assistant, server: OpenAIServer, report: SymptomReport, history: tuple[Turn, ...]) -> list[str]:
    """The lines about the child in the last request."""
    question = Question(
        id="q",
        lang=Lang.KO,
        text="목욕시켜도 되나요?",
        case=Case(id="c", lang=Lang.KO, report=report),
        context_conditions=("chickenpox",),
        history=history,
    )
    list(assistant.answer(question))
    task = server.received[-1].body["messages"][-1]["content"]
    return str(task).partition("<child>")[2].partition("</child>")[0].strip().splitlines()


def test_a_fact_of_the_first_message_is_there_at_the_fifteenth(assistant: Assistant, server: OpenAIServer) -> None:
    """Thirty messages later fever, duration and medicine of the first one are still told, and the words are not."""
    small_talk = [Turn(role=Role.PARENT if n % 2 == 0 else Role.ASSISTANT, text="네, 알겠어요") for n in range(27)]
    history = (Turn(role=Role.PARENT, text=FIRST), *small_talk, Turn(role=Role.PARENT, text="지금은 37.9도예요"))
    lines = summary(assistant, server, REPORT, history)
    assert "- age: 20 months" in lines
    assert "- temperature: 39.4 °C at the highest, 37.9 °C last" in lines
    assert "- lasting: 3 days" in lines
    assert any(line.startswith("- medicines named:") and "아세트아미노펜" in line for line in lines)
    assert any(line.startswith("- not present:") for line in lines)
    assert any(line.startswith("- not known:") for line in lines)
    assert FIRST not in server.received[-1].texts


def test_what_was_taken_back_is_said_to_be(assistant: Assistant, server: OpenAIServer) -> None:
    """A corrected fact stands as taken back and no longer as a fact."""
    history = (Turn(role=Role.PARENT, text=FIRST),)
    report = replace(REPORT, corrected=(Correction(fact="duration_hours", texts=2),))
    lines = summary(assistant, server, report, history)
    assert "- taken back by the parent: how long it has lasted" in lines
    assert not any(line.startswith("- lasting") for line in lines)
