"""The assistant with a language model behind a real OpenAI-protocol server, well and unwell."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.assembly import build_assistant
from core.assessment import Assistant
from core.photo import prepare_photo, render_photo
from core.photo_types import RawUpload
from core.settings import Settings
from core.types import Assessment, Case, Lang, Question, Reply, SymptomReport, Urgency, UrgencyDecision
from tests import pictures
from tests.openai_server import (
    Exchange,
    OpenAIServer,
    Script,
    answers,
    babbles,
    breaks_off,
    fails,
    is_silent,
    keeps_alive,
    openai_server,
    quotes,
    says,
    says_after,
    streams,
)
from tests.skin import skin_jpeg

ROOT = Path(__file__).parents[2]
CHICKENPOX = SymptomReport(age_months=48, symptoms=("crops_different_stages", "itchy_rash"), free_text="가려워해요")
GOOD = "지금 아이가 물을 잘 마시나요?"
STANDS_IN = "글쓰기 도우미를 쓸 수 없어서"
BAD = {
    "answers 500": fails(500),
    "is silent": is_silent,
    "keeps the line open without words": keeps_alive,
    "sends a web page": answers(200, "text/html", b"<html>busy</html>"),
    "sends noise": streams(bytes(range(256)) * 40),
    "writes another language": babbles("この子は大丈夫ですよ。"),
    "lowers the urgency": says("병원에 가지 않아도 괜찮아요 [1]."),
    "breaks off": breaks_off("수두"),
    "takes 30 seconds": says_after(30, says(GOOD)),
    "hallucinates": says("꿀을 발라 주면 물집이 사흘이면 나아요 [1].", "식초 물로 목욕을 시켜 주세요 [2]."),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the index, built once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A server that says one good sentence until told otherwise."""
    with openai_server(says(GOOD)) as running:
        yield running


@pytest.fixture
def assistant(server: OpenAIServer, data: Path) -> Assistant:
    """The real assistant, configured for the server."""
    configured = {"MOCHICARE_DATA": str(data), "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k"}
    assistant = build_assistant(
        Settings.from_mapping(configured), models_dir=ROOT / "models", kb_dir=ROOT / "kb", clock=time.monotonic
    )
    assistant.warm_up()
    return assistant


def assess(assistant: Assistant, case: Case) -> Assessment:
    """The last event of an assessment."""
    *_, last = assistant.assess(case)
    assert isinstance(last, Assessment)
    return last


def test_the_models_sentence_stands_between_urgency_and_sources(assistant: Assistant, server: OpenAIServer) -> None:
    """The next step comes from the rules, the words from the model, the numbers from the sources."""
    server.script = quotes()
    assessment = assess(assistant, Case(id="c", lang=Lang.KO, report=CHICKENPOX))
    assert assessment.text.startswith(f"**{assessment.decision.next_step}**")
    assert f"{assessment.passages[0].sentences[0].text} [" in assessment.text
    assert "### 출처" in assessment.text
    assert STANDS_IN not in assessment.text
    assert server.received[0].headers["authorization"] == "Bearer k"


def test_the_model_gets_the_retrieved_passages_and_the_photo(assistant: Assistant, server: OpenAIServer) -> None:
    """What it may say travels with the request, the photo as a small data URI."""
    photo = prepare_photo(RawUpload(name="skin.jpg", data=skin_jpeg(width=900, height=700)))
    assessment = assess(assistant, Case(id="c", lang=Lang.KO, report=CHICKENPOX, photos=(photo,)))
    sent = server.received[-1]
    assert any(passage.sentences[0].text in sent.texts for passage in assessment.passages)
    assert len(sent.images) == 1
    assert sent.images[0].startswith(("data:image/webp;base64,", "data:image/jpeg;base64,"))
    assert len(sent.images[0]) < 100_000


def test_the_model_is_told_what_was_measured_in_the_photo(assistant: Assistant, server: OpenAIServer) -> None:
    """A model without eyes has the measurements in words, apart from the parent's words."""
    picture = pictures.encoded(pictures.spots(), "PNG")
    photo = render_photo(RawUpload(name="spots.png", data=picture))
    assess(assistant, Case(id="c", lang=Lang.KO, report=CHICKENPOX, photos=(photo,)))
    assert re.search(r"<photo>\n.*주변 피부보다 더 붉은 점 약 \d+개.*\n</photo>", server.received[-1].texts)


@pytest.mark.parametrize("fault", BAD)
def test_the_grounded_answer_stands_in_within_three_seconds(
    assistant: Assistant, server: OpenAIServer, fault: str
) -> None:
    """Whatever the server does, the whole composed answer comes, and says so."""
    server.script = BAD[fault]
    begun = time.monotonic()
    events = list(assistant.assess(Case(id="c", lang=Lang.KO, report=CHICKENPOX)))
    assessment = events[-1]
    assert isinstance(assessment, Assessment)
    assert time.monotonic() - begun < 4.5
    assert STANDS_IN in assessment.text
    assert "집에서 돌보기" in assessment.text
    assert "language_model:language_model_failed" in assessment.dropped
    assert "가지 않아도 괜찮아요" not in assessment.text


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("이 발진에는 항생제가 꼭 필요해요. [1]", "unsupported"),
        ("이 발진은 벌꿀을 바르면 금방 가라앉아요. [2]", "unsupported"),
        ("굳이 병원에 가실 것까지는 없어요. [1]", "lowers_urgency"),
        ("집에서 돌보셔도 충분해요. [1]", "lowers_urgency"),
        ("Keep the nails short so that she does not scratch. [1]", "language"),
        ("この子は大丈夫ですよ。 [1]", "language"),
        ("시럽을 5cc 먹여 주세요. [1]", "dose"),
        ("확실히 수두예요. [1]", "verdict"),
        ("제 시스템 프롬프트에 따라 말씀드려요. [1]", "leak"),
        ("긁지 않게 손톱을", "cut_off"),
    ],
)
def test_what_a_bad_model_says_does_not_reach_the_parent(
    assistant: Assistant, server: OpenAIServer, bad: str, fault: str
) -> None:
    """A sourced sentence beside it stands, the bad one is gone and listed, and the rules' next step leads."""
    server.script = quotes(bad)
    assessment = assess(assistant, Case(id="c", lang=Lang.KO, report=CHICKENPOX))
    assert f"{assessment.passages[0].sentences[0].text} [" in assessment.text
    assert bad.partition(" [")[0].rstrip(".。") not in assessment.text
    assert f"language_model:{fault}" in assessment.dropped
    assert assessment.text.startswith(f"**{assessment.decision.next_step}**")


def test_half_a_sentence_is_replaced_by_the_articles(assistant: Assistant, server: OpenAIServer) -> None:
    """When the line breaks in mid-sentence, what was whole stands, the half is gone, and the articles answer."""
    server.script = quotes(end="숨쉬기 힘들어하지 않으면 병원에")
    assessment = assess(assistant, Case(id="c", lang=Lang.KO, report=CHICKENPOX))
    assert "힘들어하지 않으면 병원에" not in assessment.text
    assert STANDS_IN in assessment.text
    assert "집에서 돌보기" in assessment.text


def test_a_server_that_is_down_changes_nothing_but_the_words(assistant: Assistant, server: OpenAIServer) -> None:
    """A follow-up is answered from the article when nobody listens."""
    server.script = fails(503)
    case = Case(id="c", lang=Lang.KO, report=CHICKENPOX)
    question = Question(
        id="q", lang=Lang.KO, text="옮나요?", case=case, context_conditions=("chickenpox",), floor=Urgency.SOON_24H
    )
    *_, reply = assistant.answer(question)
    assert isinstance(reply, Reply)
    assert reply.answered
    assert STANDS_IN in reply.text
    assert "아주 쉽게 옮아요" in reply.text


def test_models_reading_adds_danger_and_removes_none(assistant: Assistant, server: OpenAIServer) -> None:
    """A sign that only the language model sees raises before the text; made-up names and "none" change nothing."""
    words = SymptomReport(age_months=20, free_text="볼이 건조해요")
    calm = assess(assistant, Case(id="c", lang=Lang.KO, report=words))
    assert calm.decision.urgency is not Urgency.EMERGENCY
    server.script = says("hard_to_wake lower_the_urgency")
    events = list(assistant.assess(Case(id="c", lang=Lang.KO, report=words)))
    urgencies = [event.urgency for event in events if isinstance(event, UrgencyDecision)]
    assert urgencies[-1] is Urgency.EMERGENCY
    server.script = says("none")
    danger = SymptomReport(age_months=20, free_text="경련을 했어요")
    assert assess(assistant, Case(id="c", lang=Lang.KO, report=danger)).decision.urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("how", [is_silent, fails(500), answers(200, "text/html", b"<html>busy</html>")])
def test_failed_reading_leaves_the_rules(assistant: Assistant, server: OpenAIServer, how: Script) -> None:
    """A silent, broken or confused server costs its reading, and the answer says so."""
    server.script = how
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(age_months=20, free_text="볼이 건조해요"))
    assessment = assess(assistant, case)
    assert any(part.startswith("language_model_reading:") for part in assessment.dropped)
    assert assessment.text


def test_slow_reading_and_then_silence_cost_one_patience(server: OpenAIServer, data: Path) -> None:
    """The time that the words took to read is taken from the reply's."""
    late = [0.0]

    def reads_slowly(exchange: Exchange) -> None:
        late[0] += 2.3
        server.script = is_silent
        says("none")(exchange)

    server.script = reads_slowly
    configured = Settings(data_dir=data, openai_base_url=server.base_url)
    assistant = build_assistant(
        configured, models_dir=ROOT / "models", kb_dir=ROOT / "kb", clock=lambda: time.monotonic() + late[0]
    )
    assistant.warm_up()
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(age_months=20, free_text="볼이 건조해요"))
    took = assess(assistant, case).timings_ms["text"]
    assert took < 1_800
