"""The studies read labelled lines and print scores, with the real assistant."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.assembly import build_assistant
from core.assessment import Assistant
from core.errors import CaseInvalid
from core.settings import Settings
from core.studies import STUDIES

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data"
URGENCY = {"form": "plain", "accepted": True, "lang": "ko"}
LINES = {
    "urgency": [
        URGENCY | {"id": "a", "free_text": "아이가 경련을 해요", "urgency": "emergency"},
        URGENCY | {"id": "b", "free_text": "주식 추천해 주세요", "urgency": "routine", "accepted": False},
    ],
    "conditions": [
        {
            "id": "a",
            "lang": "ko",
            "free_text": "손바닥 발바닥에 물집이 잡히고 입안이 헐었어요",
            "child_age_months": 30,
            "conditions": ["hand_foot_mouth"],
            "department": "paediatrics",
        }
    ],
    "passages": [{"id": "a", "lang": "ko", "query": "수두는 며칠 가요?", "conditions": ["chickenpox"]}],
    "answers": [
        {
            "id": "a",
            "lang": "ko",
            "question": "옮나요?",
            "phrasings": ["전염돼요?"],
            "context_conditions": ["chickenpox"],
            "points": [
                {"text": "catching", "any": ["옮"], "points": 2},
                {"text": "never", "any": ["xyz"], "points": -3},
            ],
        }
    ],
}
LINES["scope"] = [
    {"id": "a", "lang": "ko", "text": "수두는 옮나요?", "is_answered": True},
    {"id": "b", "lang": "ko", "text": "당뇨 인슐린 용량은 얼마예요?", "is_answered": False},
]
LINES["support"] = [
    {
        "id": name,
        "lang": "ko",
        "part": "fit",
        "passage": ["돌발진 발진은 1~3일이면 사라져요."],
        "sentence": sentence,
        "is_supported": is_supported,
    }
    for name, sentence, is_supported in (
        ("a", "돌발진의 발진은 1~3일이면 사라져요.", True),
        ("b", "돌발진의 발진은 2주면 사라져요.", False),
    )
]
PRINTED = {
    "urgency": ["2 cases", "red_flag_recall    1.000", "nonsense_rejected  1.000"],
    "conditions": ["1 cases", "top_1              1.000", "ece"],
    "passages": ["recall@4 ko        1.000"],
    "scope": ["2 questions", "answered all       1.000", "declined ko        1.000"],
    "support": ["2 sentences", "precision fit      1.000", "recall ko          1.000"],
    "answers": ["1 questions", "mean 1.000", "0 without a source"],
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real assistant with its index in a fresh folder."""
    return build_assistant(
        Settings(data_dir=tmp_path_factory.mktemp("data")),
        models_dir=ROOT / "models",
        kb_dir=ROOT / "kb",
        clock=time.monotonic,
    )


def run(assistant: Assistant, study: str, lines: Sequence[str]) -> str:
    """What a study prints."""
    return "\n".join(STUDIES[study](assistant, lines, pytest.fail))


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_study_prints_its_scores(assistant: Assistant, study: str) -> None:
    """A right answer counts as right."""
    printed = run(assistant, study, [json.dumps(line) for line in LINES[study]])
    assert all(part in printed for part in PRINTED[study]), printed


def test_line_that_is_no_object_is_refused(assistant: Assistant) -> None:
    """A list is no case."""
    with pytest.raises(CaseInvalid):
        run(assistant, "urgency", ["[]"])


@pytest.mark.slow
def test_own_emergencies_are_all_found(assistant: Assistant) -> None:
    """No emergency of our own suite is missed, in plain, disguised or mixed words."""
    lines = (DATA / "urgency_cases.jsonl").read_text(encoding="utf-8").splitlines()
    printed = run(assistant, "urgency", [line for line in lines if json.loads(line)["urgency"] == "emergency"])
    assert "red_flag_recall    1.000" in printed, printed
