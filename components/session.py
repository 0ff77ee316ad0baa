"""One parent's visit: the only file that touches `st.session_state`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

import streamlit as st

from core.types import (
    Answer,
    Assessment,
    Case,
    Consent,
    Draft,
    Lang,
    LesionPhoto,
    Question,
    Reply,
    Role,
    SymptomReport,
    Turn,
    Urgency,
    UrgencyDecision,
)

PAGES = ("pages/photo.py", "pages/symptoms.py", "pages/chat.py", "pages/knowledge.py", "pages/about.py")
"""Every page, the first one first."""
MAX_PHOTOS = 3
TOKEN_BYTES = 24
_CASE = "case"
_STATE = "visit"
Value = TypeVar("Value")


@dataclass(slots=True)
class Keys:
    """Names of widgets; a renewed name makes Streamlit draw the widget afresh from the visit."""

    prefix: str
    """Differs between visits and languages."""
    ages: dict[str, int] = field(default_factory=dict)
    """Widget → how often it was renewed."""
    starts: dict[str, object] = field(default_factory=dict)
    """Key → what the widget was first drawn with."""
    lasts: dict[str, object] = field(default_factory=dict)
    """Key → what the widget last held."""
    is_stale: bool = False
    """True when a widget that is already on screen was renewed in this run."""

    def __call__(self, name: str) -> str:
        """The widget's key in this run."""
        return f"{name}.{self.prefix}.{self.ages.get(name, 0)}"

    def start(self, name: str, value: Value) -> Value:
        """What the widget was first drawn with under its present key: `value`, when that is now."""
        return cast("Value", self.starts.setdefault(self(name), value))

    def last(self, name: str, value: Value) -> Value:
        """What the widget last held under its present key: `value`, when nothing was noted yet."""
        return cast("Value", self.lasts.get(self(name), value))

    def note(self, name: str, value: object) -> None:
        """Remembers what the widget holds now."""
        self.lasts[self(name)] = value

    def renew(self, *names: str) -> None:
        """Forgets what these widgets hold on screen."""
        for name in names:
            self.starts.pop(self(name), None)
            self.lasts.pop(self(name), None)
            self.ages[name] = self.ages.get(name, 0) + 1
            self.is_stale = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A photo that cannot be used."""

    name: str
    """File name as sent."""
    message: str
    """Catalogue key of the reason, with what to do."""


@dataclass(slots=True, kw_only=True, repr=False)
class Visit:
    """One parent's unfinished visit; the working copy of a draft. It never prints itself: logs hold no child."""

    token: str
    """Unguessable name of the visit in the address."""
    lang: Lang
    """Language of everything on screen."""
    country: str | None = None
    """Country id of `kb/countries.toml`, None until guessed."""
    keys: Keys
    """Names of this visit's widgets."""
    report: SymptomReport = field(default_factory=SymptomReport)
    """What was told."""
    has_thermometer: bool = True
    """False when the parent said that there is none."""
    photos: tuple[LesionPhoto, ...] = ()
    """Up to three, newest last."""
    edited_photo: int = 0
    """Place of the photo that is being cropped."""
    refusals: tuple[Refusal, ...] = ()
    """Photos that were just refused on the photo page."""
    chat_refusals: tuple[Refusal, ...] = ()
    """Photos that were just refused in the conversation."""
    consent: Consent = field(default_factory=Consent)
    """What may be kept on disk."""
    assessment: Assessment | None = None
    """The answer to what was told, None when that has changed since."""
    turns: tuple[Turn, ...] = ()
    """The conversation, oldest first."""
    turn_photos: dict[int, tuple[LesionPhoto, ...]] = field(default_factory=dict)
    """Place of a turn → photos sent with it."""
    floor: Urgency = Urgency.SELF_CARE
    """The most urgent level that the conversation asked for."""
    assessing: str | None = None
    """What was streamed of an assessment that has not ended."""
    replying: str | None = None
    """What was streamed of a reply that has not ended."""
    saved: Draft | None = None
    """The draft as it was last kept."""

    @property
    def case(self) -> Case:
        """What one assessment starts from."""
        return Case(id="visit", lang=self.lang, report=self.report, photos=self.photos, country=self.country)

    @property
    def draft(self) -> Draft:
        """All that a refresh must not lose."""
        return Draft(
            case=self.case, consent=self.consent, assessment=self.assessment, turns=self.turns, floor=self.floor
        )

    @property
    def question(self) -> Question:
        """The parent's last message with all that was said before it."""
        return Question(
            id="visit",
            lang=self.lang,
            text=self.turns[-1].text,
            case=self.case,
            context_conditions=self.assessment.prediction_set if self.assessment else (),
            history=self.turns[:-1],
            floor=self.urgency,
            has_new_photo=len(self.turns) - 1 in self.turn_photos,
        )

    @property
    def urgency(self) -> Urgency:
        """The most urgent level said and still standing."""
        given = self.assessment.decision.urgency if self.assessment else Urgency.SELF_CARE
        return max(given, self.floor, key=lambda level: level.rank)

    @property
    def awaits_reply(self) -> bool:
        """True when the parent's message is the last one."""
        return bool(self.turns) and self.turns[-1].role is Role.PARENT

    @property
    def needs_assessment(self) -> bool:
        """True when there is no answer to what was told, in this language, and none was stopped."""
        return self.assessing is None and (self.assessment is None or self.assessment.lang is not self.lang)

    def tell(self, report: SymptomReport) -> None:
        """Takes a changed report; the answer to the old one no longer stands."""
        if report != self.report:
            self.report, self.assessment, self.assessing = report, None, None

    def show(self, photos: tuple[LesionPhoto, ...]) -> None:
        """Takes changed photos; the answer to the old ones no longer stands."""
        if photos != self.photos:
            self.photos, self.assessment, self.assessing = photos[:MAX_PHOTOS], None, None

    def move(self, country: str) -> None:
        """Takes another country; an answer with other numbers no longer stands."""
        if country != self.country:
            self.country, self.assessment, self.assessing = country, None, None

    def take_back(self, corrected: tuple[str, ...]) -> bool:
        """Takes back what was misunderstood: the only way in which how soon to act can fall. True when that is new."""
        if corrected == self.report.corrected:
            return False
        self.tell(replace(self.report, corrected=corrected))
        self.floor = Urgency.SELF_CARE
        return True

    def answer_sign(self, sign: str, answer: Answer) -> None:
        """Takes an answer to a danger-sign question that was given outside the form."""
        self.tell(replace(self.report, danger_signs={**self.report.danger_signs, sign: answer}))
        self.keys.renew(f"danger.{sign}")

    def speak(self, lang: Lang) -> None:
        """Changes the language; the conversation stays as it was said."""
        self.lang, self.assessing, self.keys = lang, None, _new_keys(lang)

    def say(self, text: str, photos: tuple[LesionPhoto, ...] = ()) -> None:
        """Adds the parent's message; its photos join the case, the newest three stay."""
        if photos:
            self.turn_photos[len(self.turns)] = photos
            self.photos = (*self.photos, *photos)[-MAX_PHOTOS:]
        self.turns = (*self.turns, Turn(role=Role.PARENT, text=text))

    def hear(self, reply: Reply) -> None:
        """Adds the assistant's answer."""
        citations = tuple(passage.id for passage in reply.passages)
        self.turns = (*self.turns, Turn(role=Role.ASSISTANT, text=reply.text, citations=citations))
        self.replying = None

    def answer_with(self, assessment: Assessment | None) -> None:
        """Takes a finished answer to what was told."""
        self.assessment, self.assessing = assessment, None

    def heed(self, decision: UrgencyDecision) -> bool:
        """Raises the urgency to what the conversation asks for; it never falls. True when it rose."""
        if decision.urgency.rank <= self.urgency.rank:
            return False
        self.floor = decision.urgency
        if self.assessment is not None:
            self.assessment = replace(self.assessment, decision=decision)
        return True

    def keep_assessing(self, text: str) -> None:
        """Keeps what was streamed of the assessment so far."""
        self.assessing = text

    def keep_replying(self, text: str) -> None:
        """Keeps what was streamed of the reply so far."""
        self.replying = text

    def fold(self, stopped: Callable[[str], str]) -> None:
        """Takes what was streamed of a stopped reply into the conversation, marked by `stopped`."""
        if self.replying is not None and self.awaits_reply:
            self.turns = (*self.turns, Turn(role=Role.ASSISTANT, text=stopped(self.replying)))
        self.replying = None

    def unsaved(self) -> Draft | None:
        """The draft when it differs from the one last kept; None also while nothing was told."""
        draft = self.draft
        before = self.saved or Draft(case=Case(id=draft.case.id, lang=self.lang, report=SymptomReport()))
        return None if draft == before else draft


def visit() -> Visit:
    """This tab's visit.

    A server that has just started, and whose first caller asks for a page other than the first, runs that page without
    its frame, because a folder is named `pages`. Declaring the navigation turns that off; then the page is run again.
    """
    if _STATE not in st.session_state:
        st.navigation([st.Page(path) for path in PAGES], position="hidden")
        st.rerun()
    return cast("Visit", st.session_state[_STATE])


def open_visit(load: Callable[[str], Draft | None], lang: Lang) -> Visit:
    """This tab's visit: the one on screen, the one that the address names, or a new one.

    A token that was never given out is not taken over: whoever made it up could read along.
    """
    if _STATE not in st.session_state:
        token = st.query_params.get(_CASE)
        draft = load(token) if token else None
        st.session_state[_STATE] = resume_visit(token, draft) if token and draft else new_visit(lang)
    this = visit()
    this.keys.is_stale = False
    if st.query_params.get(_CASE) != this.token:
        st.query_params[_CASE] = this.token
    return this


def start_over() -> None:
    """Puts a new, empty visit in the place of this one."""
    st.session_state[_STATE] = new_visit(visit().lang)


def new_visit(lang: Lang) -> Visit:
    """An empty visit under a fresh token."""
    return Visit(token=secrets.token_urlsafe(TOKEN_BYTES), lang=lang, keys=_new_keys(lang))


def resume_visit(token: str, draft: Draft) -> Visit:
    """The visit as its draft kept it."""
    case = draft.case
    return Visit(
        token=token,
        lang=case.lang,
        country=case.country,
        keys=_new_keys(case.lang),
        report=case.report,
        has_thermometer=not case.report.feels_hot,
        photos=case.photos,
        consent=draft.consent,
        assessment=draft.assessment,
        turns=draft.turns,
        floor=draft.floor,
        saved=draft,
    )


def settle() -> None:
    """Runs the page again when a widget that is already drawn was renewed."""
    if visit().keys.is_stale:
        st.rerun()


def _new_keys(lang: Lang) -> Keys:
    return Keys(prefix=f"{lang.value}-{secrets.token_hex(3)}")
