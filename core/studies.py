"""Runs the assistant over labelled files and prints how well it does; each line of a file is a case with its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import mean, median
from typing import Any

from core.assessment import Assistant
from core.cases import PhotoLoader, read_case, read_question
from core.errors import CaseInvalid
from core.evaluation import (
    JudgedCase,
    RankedCase,
    Rubric,
    Share,
    calibration_error,
    ranking_lines,
    reliability,
    score_urgency,
)
from core.replies import beside_the_point
from core.types import Assessment, Case, Lang, Passage, Question, Reply, Sentence, Urgency

Study = Callable[[Assistant, Sequence[str], PhotoLoader], Iterator[str]]
_CASE = ("id", "lang", "child_age_months", "temperature_c", "body_sites", "symptoms", "danger_signs", "free_text")
_QUESTION = ("id", "lang", "case", "context_conditions", "history")


def study_urgency(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """Scores of how soon to act; each line names `urgency`, `form` and whether the words are to be `accepted`."""
    judged: list[JudgedCase] = []
    for row, case in _cases(assistant, lines, load_photo):
        screening = assistant.screen(case)
        judged.append(
            JudgedCase(
                id=case.id,
                lang=case.lang,
                form=row["form"],
                expected=Urgency(row["urgency"]),
                given=screening.decision.urgency,
                is_health=row["accepted"],
                was_accepted=screening.is_accepted,
                has_words=bool(case.report.free_text.strip()),
                is_asked=bool(screening.doubts),
            )
        )
    yield f"{len(judged)} cases"
    yield from score_urgency(judged).lines()
    for lang in Lang:
        yield f"{f'red_flag_recall {lang}':18} {score_urgency([c for c in judged if c.lang is lang]).red_flag_recall}"


def study_conditions(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """Scores of which conditions fit; each line names the `conditions` that would be right and the `department`."""
    ranked: list[RankedCase] = []
    firsts: list[tuple[float, bool]] = []
    for row, case in _cases(assistant, lines, load_photo):
        assessment = _assessment(assistant, case)
        right = frozenset(row["conditions"])
        order = assessment.conditions
        firsts.append((order[0].probability, order[0].id in right))
        ranked.append(
            RankedCase(
                right=right,
                order=tuple(item.id for item in order),
                probability=sum(item.probability for item in order if item.id in right),
                prediction_set=assessment.prediction_set,
                department=row["department"],
                departments=tuple(assessment.departments),
            )
        )
    yield f"{len(ranked)} cases"
    yield from ranking_lines(ranked)
    yield f"{'ece':18} {calibration_error(firsts):.3f}"
    for said, was, count in reliability(firsts):
        yield f"{'':18} said {said:.2f}, right {was:.2f} ({count})"


def study_passages(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """How often an article that answers a bare sentence is among the first passages; each line names `conditions`."""
    del load_photo
    found: dict[tuple[Lang, int], list[bool]] = {}
    for line in lines:
        row = _row(line)
        lang = Lang(row["lang"])
        articles = [item.passage.condition for item in assistant.find_passages(row["query"], lang, count=10)]
        for count in (2, 4, 6, 8, 10):
            found.setdefault((lang, count), []).append(bool(set(articles[:count]) & set(row["conditions"])))
    for (lang, count), hits in sorted(found.items()):
        yield f"{f'recall@{count} {lang}':18} {Share(hits=sum(hits), total=len(hits))}"


def study_answers(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """Rubric scores of follow-up answers; each line holds `points` and other `phrasings` of the question."""
    first: list[float] = []
    worst: list[float] = []
    quoted = unsourced = 0
    for line in lines:
        row = _row(line)
        rubric = Rubric(points=tuple((tuple(point["any"]), point["points"]) for point in row["points"]))
        scores = []
        for wording in (row["question"], *row.get("phrasings", ())):
            inner = {key: row[key] for key in _QUESTION if key in row} | {"question": wording}
            question = read_question(json.dumps(inner), assistant.knowledge.vocabulary, load_photo)
            reply = _reply(assistant, question)
            scores.append(rubric.score(reply.text))
            quoted += len(reply.passages)
            unsourced += sum(not passage.sources for passage in reply.passages)
        first.append(scores[0])
        worst.append(min(scores))
    yield f"{len(first)} questions, {quoted} passages quoted, {unsourced} without a source"
    yield f"{'rubric':18} mean {mean(first):.3f}, median {median(first):.2f}"
    yield f"{'worst of phrasings':18} mean {mean(worst):.3f}"


def study_scope(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """Whether a question that an article answers is answered, and one that none does declined or warned of.

    Each line holds the question as `text`, and `is_answered`: whether a sentence of the knowledge base answers it.
    """
    judged: dict[tuple[str, str], list[bool]] = {}
    for line in lines:
        row = _row(line)
        inner = {key: row[key] for key in _QUESTION if key in row} | {"question": row["text"]}
        reply = _reply(assistant, read_question(json.dumps(inner), assistant.knowledge.vocabulary, load_photo))
        is_plain = reply.answered and beside_the_point(Lang(row["lang"])) not in reply.text
        names = {"answered": reply.answered, "plainly": is_plain} if row["is_answered"] else {}
        for name, is_right in (names or {"declined": not reply.answered, "not plainly": not is_plain}).items():
            for group in ("all", row["lang"]):
                judged.setdefault((name, group), []).append(is_right)
    yield f"{len(lines)} questions"
    for (name, group), right in sorted(judged.items()):
        yield f"{f'{name} {group}':18} {Share(hits=sum(right), total=len(right))}"


def study_support(assistant: Assistant, lines: Sequence[str], load_photo: PhotoLoader) -> Iterator[str]:
    """How well sentences that rest on a passage are told from those that do not.

    Each line holds a `sentence`, the `passage` as a list of sentences, whether it `is_supported`, and its `part`: the
    threshold was chosen on `fit` and not on `held`.
    """
    del load_photo
    rows = [_row(line) for line in lines]
    judged: dict[str, list[tuple[bool, bool]]] = {}
    for row in rows:
        passage = Passage(
            id="case",
            condition="",
            section="",
            lang=Lang(row["lang"]),
            sentences=tuple(Sentence(text=text, source="case") for text in row["passage"]),
        )
        passed = assistant.support.support(row["sentence"], [passage]).is_enough
        for group in (row["part"], row["lang"]):
            judged.setdefault(group, []).append((row["is_supported"], passed))
    yield f"{len(rows)} sentences"
    for group, pairs in sorted(judged.items()):
        precision, recall = [right for right, passed in pairs if passed], [passed for right, passed in pairs if right]
        yield f"{f'precision {group}':18} {Share(hits=sum(precision), total=len(precision))}"
        yield f"{f'recall {group}':18} {Share(hits=sum(recall), total=len(recall))}"


STUDIES: Mapping[str, Study] = {
    "urgency": study_urgency,
    "conditions": study_conditions,
    "passages": study_passages,
    "answers": study_answers,
    "scope": study_scope,
    "support": study_support,
}


def _row(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise CaseInvalid("not a JSON object")
    return row


def _cases(
    assistant: Assistant, lines: Iterable[str], load_photo: PhotoLoader
) -> Iterator[tuple[dict[str, Any], Case]]:
    """Each line with the case in it."""
    for line in lines:
        row = _row(line)
        told = json.dumps({key: row[key] for key in _CASE if key in row})
        yield row, read_case(told, assistant.knowledge.vocabulary, load_photo)


def _assessment(assistant: Assistant, case: Case) -> Assessment:
    return next(event for event in assistant.assess(case) if isinstance(event, Assessment))


def _reply(assistant: Assistant, question: Question) -> Reply:
    return next(event for event in assistant.answer(question) if isinstance(event, Reply))
