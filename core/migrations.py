"""The schema of the database, one numbered function a step, applied in order by sqlite-utils."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("mochicare")

_RESULTS = """
CREATE TABLE diagnosis_results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    diagnosis_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    lang TEXT NOT NULL,
    urgency TEXT NOT NULL,
    severity TEXT NOT NULL,
    rules TEXT NOT NULL,
    conditions TEXT NOT NULL,
    prediction_set TEXT NOT NULL,
    coverage REAL NOT NULL,
    vision TEXT,
    passages TEXT NOT NULL,
    dropped TEXT NOT NULL,
    timings_ms TEXT NOT NULL,
    age_months REAL,
    temperature_c REAL,
    body_sites TEXT NOT NULL,
    symptoms TEXT NOT NULL,
    danger_signs TEXT NOT NULL,
    free_text TEXT
)
"""
_PHOTOS = """
CREATE TABLE diagnosis_photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    result_id INTEGER NOT NULL REFERENCES diagnosis_results(id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL
)
"""
_INSERT_ONLY = """
CREATE TRIGGER diagnosis_results_insert_only BEFORE UPDATE ON diagnosis_results
BEGIN SELECT RAISE(ABORT, 'diagnosis_results is insert only'); END
"""
_OPINIONS = """
CREATE TABLE opinions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    diagnosis_id TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    expires_at TEXT,
    lang TEXT NOT NULL,
    answer TEXT NOT NULL,
    is_good INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    words TEXT
)
"""


@migrations()
def m001_diagnosis_results(db: Database) -> None:
    """Finished assessments: only ever inserted, and deleted when their time is up or the parent asks."""
    for statement in (_RESULTS, _PHOTOS, _INSERT_ONLY):
        db.execute(statement)
    db.execute("CREATE INDEX idx_diagnosis_results_diagnosis_id ON diagnosis_results (diagnosis_id)")


@migrations()
def m002_drafts(db: Database) -> None:
    """Unfinished visits that the parent agreed to keep, under the hash of their address token."""
    db.execute("CREATE TABLE drafts (key TEXT PRIMARY KEY, draft TEXT NOT NULL, expires_at TEXT NOT NULL)")


@migrations()
def m003_corrections(db: Database) -> None:
    """What the parent said had been misunderstood, beside the answer that followed."""
    db.execute("ALTER TABLE diagnosis_results ADD COLUMN corrected TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m005_opinions(db: Database) -> None:
    """What parents think of answers, under the hash of their address token; words only where they allowed words."""
    db.execute(_OPINIONS)
    db.execute("CREATE INDEX idx_opinions_diagnosis_id ON opinions (diagnosis_id)")


@migrations()
def m006_language_model_usage(db: Database) -> None:
    """Requests and tokens of each day and language model: numbers of no visit."""
    db.execute(
        "CREATE TABLE language_model_usage (day TEXT NOT NULL, model TEXT NOT NULL, calls INTEGER NOT NULL, "
        "sent INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (day, model))"
    )
