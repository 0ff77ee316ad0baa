"""Parents' questions find the right article among all of them, with the real encoder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.knowledge import load_knowledge
from core.retrieval import PassageIndex, PassageQuery
from core.text_encoder import TextEncoder
from core.types import Lang

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    """The real articles with the real encoder."""
    return PassageIndex(load_knowledge(ROOT / "kb"), TextEncoder(ROOT / "models/text"), tmp_path_factory.mktemp("data"))


def read_cases(name: str) -> list[dict]:
    """Lines of a file of `tests/data`."""
    return [json.loads(line) for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "at_one", "at_four"), [(Lang.KO, 0.75, 0.90), (Lang.EN, 0.75, 0.90)])
def test_parents_words_find_the_right_article(index, lang, at_one, at_four):
    """Recall on questions written as parents ask, not from the articles' text, stays where it was measured."""
    hits = []
    for case in read_cases("passage_cases.jsonl"):
        if case["lang"] == lang:
            found = index.retrieve_passages(PassageQuery(text=case["query"], lang=lang))
            hits.append([item.passage.condition in case["conditions"] for item in found])
    assert index.dropped == ()
    assert sum(hit[0] for hit in hits) / len(hits) >= at_one
    assert sum(any(hit) for hit in hits) / len(hits) >= at_four


@pytest.mark.slow
def test_most_other_talk_is_not_close(index):
    """Questions on rashes are close to some passage; most questions on anything else are not."""

    def close(name: str) -> float:
        cases = read_cases(name)
        found = [index.retrieve_passages(PassageQuery(text=case["query"], lang=Lang(case["lang"]))) for case in cases]
        return sum(any(item.is_close for item in items) for items in found) / len(cases)

    assert close("passage_cases.jsonl") >= 0.95
    assert close("other_talk.jsonl") <= 0.40
