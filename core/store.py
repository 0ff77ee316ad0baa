"""What is kept: finished assessments in SQLite, unfinished visits in memory; on disk only what the parent allowed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlite_utils import Database

from core.cases import assessment_json
from core.errors import StoreUnavailable
from core.migrations import migrations
from core.opinions import OpinionCounts, Reason
from core.spending import Usage
from core.types import Assessment
from core.visit_types import Draft

DRAFT_HOURS = 24
KEPT_DAYS = 30
MEMORY_LIMIT_BYTES = 96 * 1024 * 1024
_ADD_USAGE = """
INSERT INTO language_model_usage (day, model, calls, sent, received) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, model) DO UPDATE SET
    calls = calls + excluded.calls, sent = sent + excluded.sent, received = received + excluded.received
"""
_COUNT_USAGE = """
SELECT model, sum(calls) AS calls, sum(sent) AS sent, sum(received) AS received
FROM language_model_usage WHERE day >= ? GROUP BY model ORDER BY model
"""


class _Stored(BaseModel):
    """A draft as JSON, pictures in base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    draft: Draft


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draft in memory."""

    encoded: bytes
    expires_at: datetime


class Store:
    """The database and the drafts of one process; safe to call from several threads.

    Every method raises StoreUnavailable when the database cannot be read or written.
    """

    def __init__(self, data_dir: Path, now: Callable[[], datetime]) -> None:
        """Opens or makes `mochicare.db` in the folder and brings its schema up to date.

        Args:
            data_dir: made when missing.
            now: the time, timezone-aware.
        """
        self._now = now
        self._lock = threading.RLock()
        self._drafts: OrderedDict[str, _Kept] = OrderedDict()
        with self._guarded():
            data_dir.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(data_dir / "mochicare.db", check_same_thread=False, timeout=10)
            self._db = Database(connection)
            self._db.enable_wal()
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            migrations.apply(self._db)

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    def save_result(self, token: str, assessment: Assessment, draft: Draft) -> str:
        """Inserts a finished assessment and returns its diagnosis_id, the same for every assessment of a visit."""
        consent, report = draft.consent, draft.case.report
        keeps = (consent.keep_photo and draft.case.photos) or (consent.keep_words and report.free_text)
        answer = assessment_json(assessment)
        row = {
            "diagnosis_id": _key(token),
            "created_at": self._now().isoformat(),
            "expires_at": (self._now() + timedelta(days=KEPT_DAYS)).isoformat() if keeps else None,
            "lang": assessment.lang.value,
            "age_months": report.age_months,
            "temperature_c": report.temperature_c,
            **{name: answer[name] for name in ("urgency", "severity", "coverage")},
            **{
                name: _text(answer[name])
                for name in ("conditions", "prediction_set", "passages", "dropped", "timings_ms")
            },
            "vision": None if answer["vision"] is None else _text(answer["vision"]),
            "rules": _text([rule.id for rule in assessment.decision.rules]),
            "body_sites": _text(report.body_sites),
            "symptoms": _text(report.symptoms),
            "danger_signs": _text(report.danger_signs),
            "corrected": _text([correction.fact for correction in report.corrected]),
            "free_text": report.free_text if consent.keep_words and report.free_text else None,
        }
        with self._guarded(), self._db.conn:
            result_id = self._db.table("diagnosis_results").insert(row).last_pk
            for photo in draft.case.photos if consent.keep_photo else ():
                self._db.table("diagnosis_photos").insert({"result_id": result_id, "jpeg": photo.original_jpeg})
        return _key(token)

    def save_draft(self, token: str, draft: Draft) -> None:
        """Keeps an unfinished visit in memory for a day, and on disk what the parent allowed, with their opinions."""
        key, expires_at = _key(token), self._now() + timedelta(hours=DRAFT_HOURS)
        with self._guarded(), self._db.conn:
            self._drafts[key] = _Kept(_encode(draft), expires_at)
            self._drafts.move_to_end(key)
            while (
                sum(len(kept.encoded) for kept in self._drafts.values()) > MEMORY_LIMIT_BYTES and len(self._drafts) > 1
            ):
                self._drafts.popitem(last=False)
            if draft.consent.keep_photo or draft.consent.keep_words:
                kept = _encode(_allowed(draft)).decode()
                row = {"key": key, "draft": kept, "expires_at": expires_at.isoformat()}
                self._db.table("drafts").upsert(row, pk="key")
            else:
                self._db.table("drafts").delete_where("key = ?", [key])
            self._keep_opinions(key, draft)

    def load_draft(self, token: str) -> Draft | None:
        """The unfinished visit behind a token; None when unknown, expired or unreadable."""
        key, now = _key(token), self._now()
        with self._guarded():
            kept = self._drafts.get(key)
            if kept is not None and kept.expires_at > now:
                return _decode(kept.encoded)
            rows = list(self._db.table("drafts").rows_where("key = ? and expires_at > ?", [key, now.isoformat()]))
        return _decode(rows[0]["draft"]) if rows else None

    def delete_visit(self, token: str) -> None:
        """Forgets a visit: its draft, its assessments, its photos and words, in memory and on disk."""
        key = _key(token)
        with self._guarded():
            self._drafts.pop(key, None)
            with self._db.conn:
                self._db.table("drafts").delete_where("key = ?", [key])
                for table in ("diagnosis_results", "opinions"):
                    self._db.table(table).delete_where("diagnosis_id = ?", [key])
            self._shrink()

    def purge(self) -> int:
        """Removes every draft and assessment whose time is up and returns how many."""
        now = self._now()
        with self._guarded():
            stale = [key for key, kept in self._drafts.items() if kept.expires_at <= now]
            for key in stale:
                del self._drafts[key]
            expired = "expires_at <= ?", [now.isoformat()]
            tables = ("drafts", "diagnosis_results", "opinions")
            count = sum(self._db.table(table).count_where(*expired) for table in tables)
            with self._db.conn:
                for table in tables:
                    self._db.table(table).delete_where(*expired)
            self._shrink()
        return len(stale) + count

    def count_opinions(self) -> OpinionCounts:
        """What parents think of answers, over all visits that were not deleted."""
        with self._guarded():
            rows = list(self._db.query("SELECT is_good, reasons FROM opinions"))
        named = Counter(Reason(name) for row in rows for name in json.loads(row["reasons"]))
        good = sum(row["is_good"] for row in rows)
        return OpinionCounts(good=good, bad=len(rows) - good, reasons=dict(named.most_common()))

    def add_usage(self, usage: Usage) -> None:
        """Adds what was asked of a language model to the count of its day."""
        row = [self._now().date().isoformat(), usage.model, usage.calls, usage.sent, usage.received]
        with self._guarded(), self._db.conn:
            self._db.execute(_ADD_USAGE, row)

    def count_usage(self, days: int) -> tuple[Usage, ...]:
        """What was asked of each language model in the last days, today's included."""
        since = (self._now().date() - timedelta(days=days - 1)).isoformat()
        with self._guarded():
            return tuple(Usage(**row) for row in self._db.query(_COUNT_USAGE, [since]))

    def _keep_opinions(self, key: str, draft: Draft) -> None:
        """Puts a visit's opinions in the place of those kept before."""
        kept_at, opinions = self._now(), self._db.table("opinions")
        opinions.delete_where("diagnosis_id = ?", [key])
        for answer, opinion in draft.opinions.items():
            words = opinion.words if draft.consent.keep_words and opinion.words else None
            opinions.insert(
                {
                    "diagnosis_id": key,
                    "kept_at": kept_at.isoformat(),
                    "expires_at": (kept_at + timedelta(days=KEPT_DAYS)).isoformat() if words else None,
                    "lang": draft.case.lang.value,
                    "answer": answer,
                    "is_good": int(opinion.is_good),
                    "reasons": _text(opinion.reasons),
                    "words": words,
                }
            )

    def _shrink(self) -> None:
        """Empties the write-ahead log, which would still hold deleted pages."""
        self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                raise StoreUnavailable(type(error).__name__) from error


def _key(token: str) -> str:
    """A visit's key: a stolen database gives no addresses away."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _allowed(draft: Draft) -> Draft:
    """The draft without what the parent did not allow on disk."""
    case, consent = draft.case, draft.consent
    if not consent.keep_photo:
        case, draft = replace(case, photos=()), replace(draft, turn_photos={})
    if not consent.keep_words:
        case = replace(case, report=replace(case.report, free_text=""))
        opinions = {answer: replace(opinion, words="") for answer, opinion in draft.opinions.items()}
        draft = replace(draft, turns=(), assessment=None, looks=(), earlier=(), turn_photos={}, opinions=opinions)
        draft = replace(draft, editing=None)
    return replace(draft, case=case)


def _encode(draft: Draft) -> bytes:
    return _Stored(draft=draft).model_dump_json().encode()


def _decode(encoded: str | bytes) -> Draft | None:
    """A stored draft, None when an older version wrote it in another shape."""
    try:
        return _Stored.model_validate_json(encoded).draft
    except ValidationError:
        return None
