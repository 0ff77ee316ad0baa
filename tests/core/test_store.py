"""What is kept is what the parent allowed, and deleting deletes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.errors import StoreUnavailable
from core.migrations import migrations
from core.opinions import Opinion, Reason
from core.photo_types import CropBox, LesionPhoto, PhotoQuality
from core.spending import Usage
from core.store import DRAFT_HOURS, KEPT_DAYS, Store
from core.types import (
    Assessment,
    Case,
    FreeTextFindings,
    Lang,
    Role,
    Severity,
    SymptomReport,
    Turn,
    Urgency,
    UrgencyDecision,
)
from core.visit_types import Consent, Draft, GivenAnswer

TOKEN = "a-token-nobody-guesses"  # noqa: S105 (the test's own)
WORDS = "둘째가 어젯밤부터 긁어요"
PIXELS = b"\xff\xd8 pretend jpeg \xff\xd9"
PHOTO = LesionPhoto(
    square_png=b"\x89PNG",
    original_jpeg=PIXELS,
    crop=CropBox(left=0, top=0, width=1, height=1),
    quality=PhotoQuality(sharpness=100, brightness=120, skin_share=0.8),
)
DRAFT = Draft(
    case=Case(id="c", lang=Lang.KO, photos=(PHOTO,), report=SymptomReport(symptoms=("rash",), free_text=WORDS))
)
ASSESSMENT = Assessment(
    id="c",
    lang=Lang.KO,
    decision=UrgencyDecision(urgency=Urgency.ROUTINE, next_step="…"),
    severity=Severity.MILD,
    conditions=(),
    prediction_set=(),
    departments={"paediatrics": 1.0},
    coverage=0.9,
    findings=FreeTextFindings(accepted=True),
    vision=None,
    passages=(),
    text="…",
)


class Calendar:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time now."""
        return self.time


@pytest.fixture
def now() -> Calendar:
    """Ten in the evening."""
    return Calendar()


@pytest.fixture
def store(tmp_path: Path, now: Calendar) -> Iterator[Store]:
    """A store in a fresh folder."""
    store = Store(tmp_path, now)
    yield store
    store.close()


def on_disk(folder: Path) -> bytes:
    """Every byte that the store has written."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    """A table's rows, read by another connection."""
    database = Database(folder / "mochicare.db")
    found = list(database[table].rows)
    database.close()
    return found


def test_a_finished_assessment_is_a_row(store: Store, tmp_path: Path) -> None:
    """The row has its own number and the visit's diagnosis_id."""
    first, second = store.save_result(TOKEN, ASSESSMENT, DRAFT), store.save_result(TOKEN, ASSESSMENT, DRAFT)
    found = rows(tmp_path, "diagnosis_results")
    assert [row["id"] for row in found] == [1, 2]
    assert {row["diagnosis_id"] for row in found} == {first} == {second}
    assert found[0]["urgency"] == "routine"


def test_without_consent_no_photo_and_no_words_reach_the_disk(store: Store, tmp_path: Path) -> None:
    """Neither the result nor the draft writes what was not allowed."""
    store.save_result(TOKEN, ASSESSMENT, DRAFT)
    store.save_draft(TOKEN, DRAFT)
    written = on_disk(tmp_path)
    assert WORDS.encode() not in written
    assert PIXELS not in written
    assert TOKEN.encode() not in written


@pytest.mark.parametrize(
    ("consent", "words", "photos"),
    [
        (Consent(), None, 0),
        (Consent(keep_words=True), WORDS, 0),
        (Consent(keep_photo=True), None, 1),
        (Consent(keep_photo=True, keep_words=True), WORDS, 1),
    ],
)
def test_each_consent_keeps_only_its_own(
    store: Store, tmp_path: Path, consent: Consent, words: str | None, photos: int
) -> None:
    """Words and photos are allowed apart from each other."""
    store.save_result(TOKEN, ASSESSMENT, replace(DRAFT, consent=consent))
    assert rows(tmp_path, "diagnosis_results")[0]["free_text"] == words
    assert len(rows(tmp_path, "diagnosis_photos")) == photos


def test_rows_cannot_be_changed(store: Store, tmp_path: Path) -> None:
    """The table of results is insert only."""
    store.save_result(TOKEN, ASSESSMENT, DRAFT)
    connection = sqlite3.connect(tmp_path / "mochicare.db")
    with pytest.raises(sqlite3.IntegrityError, match="insert only"):
        connection.execute("UPDATE diagnosis_results SET urgency = 'self_care'")
    connection.close()


def test_a_draft_comes_back_whole(store: Store) -> None:
    """A refresh loses nothing."""
    draft = replace(
        DRAFT, assessment=ASSESSMENT, turns=(Turn(role=Role.PARENT, text="$x$ <script> 😀"),), floor=Urgency.SOON_24H
    )
    store.save_draft(TOKEN, draft)
    assert store.load_draft(TOKEN) == draft
    assert store.load_draft("another") is None


def test_an_allowed_draft_survives_a_restart(store: Store, tmp_path: Path, now: Calendar) -> None:
    """What was allowed is on disk; the photo that was not is gone."""
    store.save_draft(TOKEN, replace(DRAFT, consent=Consent(keep_words=True)))
    store.close()
    reopened = Store(tmp_path, now)
    draft = reopened.load_draft(TOKEN)
    reopened.close()
    assert draft is not None
    assert draft.case.report.free_text == WORDS
    assert draft.case.photos == ()


def test_withdrawing_consent_removes_the_draft_from_disk(store: Store, tmp_path: Path) -> None:
    """The next save without consent leaves nothing behind."""
    store.save_draft(TOKEN, replace(DRAFT, consent=Consent(keep_words=True)))
    store.save_draft(TOKEN, DRAFT)
    assert rows(tmp_path, "drafts") == []


def test_deleting_a_visit_leaves_no_byte(store: Store, tmp_path: Path) -> None:
    """Words and pixels are gone from every file of the database."""
    everything = replace(DRAFT, consent=Consent(keep_photo=True, keep_words=True))
    store.save_draft(TOKEN, everything)
    store.save_result(TOKEN, ASSESSMENT, everything)
    assert WORDS.encode() in on_disk(tmp_path)
    store.delete_visit(TOKEN)
    written = on_disk(tmp_path)
    assert WORDS.encode() not in written
    assert PIXELS not in written
    assert store.load_draft(TOKEN) is None
    assert rows(tmp_path, "diagnosis_results") == rows(tmp_path, "diagnosis_photos") == []


def test_what_expires_is_purged(store: Store, tmp_path: Path, now: Calendar) -> None:
    """A draft lasts a day, a kept result thirty; a result without photo or words has nothing to expire."""
    store.save_draft(TOKEN, DRAFT)
    store.save_result(TOKEN, ASSESSMENT, DRAFT)
    store.save_result(TOKEN, ASSESSMENT, replace(DRAFT, consent=Consent(keep_words=True)))
    assert store.purge() == 0
    now.time += timedelta(hours=DRAFT_HOURS)
    assert store.load_draft(TOKEN) is None
    assert store.purge() == 1
    now.time += timedelta(days=KEPT_DAYS)
    assert store.purge() == 1
    assert [row["free_text"] for row in rows(tmp_path, "diagnosis_results")] == [None]


def test_a_database_that_cannot_be_opened_is_a_plain_error(tmp_path: Path, now: Calendar) -> None:
    """A file in the way of the data folder is not a crash."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnavailable):
        Store(tmp_path / "taken", now)


def test_a_garbled_draft_is_no_draft(store: Store) -> None:
    """A draft written by another version is dropped."""
    store.save_draft(TOKEN, replace(DRAFT, consent=Consent(keep_words=True)))
    store._drafts.clear()
    store._db.execute("UPDATE drafts SET draft = '{}'")
    assert store.load_draft(TOKEN) is None


def test_migrations_apply_twice_without_harm(tmp_path: Path) -> None:
    """Opening a database that is up to date changes nothing."""
    database = Database(tmp_path / "fresh.db")
    migrations.apply(database)
    schema = database.schema
    migrations.apply(database)
    assert database.schema == schema
    assert {"diagnosis_results", "diagnosis_photos", "drafts", "opinions"} <= set(database.table_names())
    database.close()


OPINIONS = {
    "assessment": Opinion(is_good=True),
    "turn-1": Opinion(is_good=False, reasons=(Reason.TOO_LONG, Reason.OTHER), words=WORDS),
    "turn-3": Opinion(is_good=False, reasons=(Reason.TOO_LONG,)),
}


def test_opinions_are_counted_over_all_visits(store: Store) -> None:
    """Thumbs up and down, and how often each reason was named, the most frequent first."""
    store.save_draft(TOKEN, replace(DRAFT, opinions=OPINIONS))
    store.save_draft("another", replace(DRAFT, opinions={"assessment": Opinion(is_good=True)}))
    counts = store.count_opinions()
    assert (counts.good, counts.bad) == (2, 2)
    assert list(counts.reasons.items()) == [(Reason.TOO_LONG, 2), (Reason.OTHER, 1)]


def test_usage_is_summed_by_model_over_the_last_days(store: Store, now: Calendar) -> None:
    """What is older is left out; a day's requests are one row."""
    for model, sent in (("a", 100), ("a", 20), ("b", 5)):
        store.add_usage(Usage(model=model, calls=1, sent=sent, received=1))
    assert store.count_usage(30) == (
        Usage(model="a", calls=2, sent=120, received=2),
        Usage(model="b", calls=1, sent=5, received=1),
    )
    now.time += timedelta(days=29)
    store.add_usage(Usage(model="b", calls=1, sent=6, received=1))
    assert [usage.sent for usage in store.count_usage(30)] == [120, 11]
    now.time += timedelta(days=1)
    assert [usage.sent for usage in store.count_usage(30)] == [6]


def test_an_opinion_taken_back_is_gone(store: Store) -> None:
    """What is kept is what the parent thinks now, each answer once."""
    store.save_draft(TOKEN, replace(DRAFT, opinions=OPINIONS))
    store.save_draft(TOKEN, replace(DRAFT, opinions={"assessment": Opinion(is_good=False)}))
    assert (store.count_opinions().good, store.count_opinions().bad) == (0, 1)


@pytest.mark.parametrize("consent", [Consent(), Consent(keep_photo=True), Consent(keep_words=True)])
def test_words_of_an_opinion_reach_the_disk_only_when_allowed(store: Store, tmp_path: Path, consent: Consent) -> None:
    """The row and the draft leave them out without consent to keep words."""
    case = replace(DRAFT.case, report=SymptomReport())
    store.save_draft(TOKEN, replace(DRAFT, case=case, opinions=OPINIONS, consent=consent))
    assert (WORDS.encode() in on_disk(tmp_path)) == consent.keep_words
    assert {row["words"] for row in rows(tmp_path, "opinions")} - {None} == ({WORDS} if consent.keep_words else set())


def test_opinions_go_with_the_visit(store: Store, tmp_path: Path, now: Calendar) -> None:
    """Deleting a visit deletes them; one with words expires like a result with words."""
    store.save_draft(TOKEN, replace(DRAFT, opinions=OPINIONS, consent=Consent(keep_words=True)))
    now.time += timedelta(days=KEPT_DAYS)
    store.purge()
    assert [row["answer"] for row in rows(tmp_path, "opinions")] == ["assessment", "turn-3"]
    store.delete_visit(TOKEN)
    assert rows(tmp_path, "opinions") == []


def test_earlier_answers_reach_the_disk_only_when_words_may(store: Store, tmp_path: Path) -> None:
    """They may quote the parent, and so does a change that is not saved yet."""
    given = GivenAnswer(report=DRAFT.case.report, assessment=ASSESSMENT, urgency=Urgency.ROUTINE)
    case = replace(DRAFT.case, report=SymptomReport())
    changed = replace(DRAFT, case=case, earlier=(given,), editing=DRAFT.case.report)
    store.save_draft(TOKEN, replace(changed, consent=Consent(keep_photo=True)))
    assert WORDS.encode() not in on_disk(tmp_path)
    kept = store.load_draft(TOKEN)
    assert kept is not None
    assert kept.earlier == (given,)
    assert kept.editing == DRAFT.case.report


@pytest.mark.parametrize("consent", [Consent(keep_words=True), Consent(keep_photo=True)])
def test_photos_of_messages_reach_the_disk_only_with_both_consents(
    store: Store, tmp_path: Path, consent: Consent
) -> None:
    """Without words there is no message that they could stand beside."""
    case = replace(DRAFT.case, photos=())
    turns = (Turn(role=Role.PARENT, text="봐 주세요"),)
    draft = replace(DRAFT, case=case, turns=turns, turn_photos={0: (PIXELS,)}, consent=consent)
    store.save_draft(TOKEN, draft)
    assert json.loads(rows(tmp_path, "drafts")[0]["draft"])["draft"]["turn_photos"] == {}
    assert store.load_draft(TOKEN) == draft
