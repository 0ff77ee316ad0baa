"""Streams an answer from an OpenAI-compatible language model through LangChain, one checked sentence at a time."""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.errors import LanguageModelFailed
from core.prompts import MAX_WORDS, Brief, Message, Speaker, build_messages, build_sign_messages
from core.reply_checks import check_sentence, plain_sentence, split_sentences, with_support
from core.settings import OPENAI_URL, Settings
from core.spending import Record, Spending, Usage, estimate_tokens
from core.support import SupportCheck

if TYPE_CHECKING:
    import httpx2
    from langchain_core.messages import BaseMessage
    from langchain_openai import ChatOpenAI

MAX_DROPPED = 8
"""Sentences refused in one reply before it is given up."""
_READING_SHARE = 0.6  # of the time until the first sentence is due
_CHARACTERS_A_TOKEN = 6
_WORDS_OVER = 1.4  # a reply somewhat longer than asked for is still let through
_FINISHED = frozenset({"stop", "end_turn", "eos"})
_KEY_REFUSED = frozenset({401, 403, 429})
_TOO_BUSY, _BROKEN = 429, 500
_NAME = re.compile(r"[a-z0-9_]+")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A piece of text from the server."""

    text: str


@dataclass(frozen=True, slots=True)
class _End:
    """The stream's end."""

    reason: str | None
    """What the server gave as its reason; None when the connection just ended."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """What went wrong while talking to the server."""

    error: Exception


class LanguageModel:
    """Writes answers from a brief; holds no conversation, so one serves every visit."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        support: SupportCheck | None = None,
        record: Record | None = None,
    ) -> None:
        """Loads LangChain and readies the connection; talks to no server yet.

        Args:
            settings: `uses_language_model` must be true.
            clock: seconds, monotonic.
            support: compares sentences with their passages; None compares words and numbers alone.
            record: keeps how many tokens were used; None keeps no count.
        """
        import langchain_openai  # noqa: F401, PLC0415 (its second of loading must not fall into the first reply)

        logging.getLogger("openai").setLevel(logging.WARNING)  # OPENAI_LOG=debug would write parents' words to the log
        self._settings = settings
        self._clock = clock
        self._spending = Spending(settings.visit_tokens, record)
        self._support = support or SupportCheck(None)
        self._sees_images = settings.sees_images
        self._ssl = ssl.create_default_context()

    def stream_reply(self, brief: Brief, on_drop: Callable[[str], None] | None = None) -> Iterator[str]:
        """Sentences that passed every check, each with its passage numbers, as they come.

        Closing the iterator ends the connection at once.

        Args:
            brief: what to write from.
            on_drop: told why a sentence was refused, such as `language_model:dose`.

        Raises:
            LanguageModelFailed: before the first sentence, or after some that are good and stand: `unreachable`,
                `refused`, `slow`, `garbage`, `cut_off`, `too_long`, `nothing_usable` or `budget`.
        """
        reply = _Reply(brief, self._settings, self._clock, self._support, on_drop or (lambda _: None))
        tries = self._settings.retries
        while True:
            self._spending.check(brief.visit)
            messages = build_messages(brief if self._sees_images else replace(brief, photo_uri=None))
            call = self._call(messages, reply)
            try:
                yield from reply.sentences(call)
            except _ImageRefused:
                _log.info("the language model takes no photos")
                self._sees_images = False
            except LanguageModelFailed as error:
                if reply.said or not tries or reply.left() <= 0 or not _is_passing(error):
                    raise
                tries -= 1
            else:
                return
            finally:
                self._spending.add(brief.visit, call.usage)

    def find_signs(self, words: str, signs: Mapping[str, str], visit: str = "") -> tuple[str, ...]:
        """Names of the signs that the words tell of, as the model sees it; names it makes up are left out.

        Args:
            words: as the parent typed them.
            signs: name → what it means, in English.
            visit: whose tokens are counted.

        Raises:
            LanguageModelFailed: as `stream_reply` does before its first sentence.
        """
        self._spending.check(visit)
        patience = _READING_SHARE * self._settings.first_words_s
        until = self._clock() + patience
        call = _Call(self._settings, self._ssl, build_sign_messages(words, signs), patience)
        said = ""
        try:
            while True:
                try:
                    item = call.items.get(timeout=max(until - self._clock(), 0.0))
                except queue.Empty:
                    raise LanguageModelFailed("slow") from None
                if isinstance(item, _Failure):
                    raise LanguageModelFailed(_reason(item.error)) from item.error
                if isinstance(item, _End):
                    break
                said += item.text
        finally:
            call.close()
            self._spending.add(visit, call.usage)
        named = set(_NAME.findall(said))
        return tuple(name for name in signs if name in named)

    def _call(self, messages: Sequence[Message], reply: _Reply) -> _Call:
        return _Call(self._settings, self._ssl, messages, max(reply.left(), 0.05))


class _ImageRefused(Exception):
    """The server turned a request with a photo down."""


@dataclass(slots=True)
class _Reply:
    """One reply under way: its deadlines and what was said."""

    brief: Brief
    settings: Settings
    clock: Callable[[], float]
    support: SupportCheck
    on_drop: Callable[[str], None]
    started: float = field(init=False)
    last: float = field(init=False)
    said: list[str] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        """Starts the clock."""
        self.started = self.last = self.clock()

    def left(self) -> float:
        """Seconds until the next sentence is due."""
        patience = self.settings.stall_s if self.said else self.settings.first_words_s - self.brief.waited_s
        return min(self.last + patience, self.started + self.settings.reply_s) - self.clock()

    def sentences(self, call: _Call) -> Iterator[str]:
        """The good sentences of one call; raises as `stream_reply` does, or _ImageRefused."""
        try:
            buffer = ""
            end = None
            while end is None:
                item = self._next(call)
                if isinstance(item, _Chunk):
                    buffer += item.text
                else:
                    end = item
                whole = list(split_sentences(buffer))
                for sentence, _ in whole:
                    yield from self._checked(sentence)
                buffer = buffer[whole[-1][1] :] if whole else buffer
            if end.reason not in _FINISHED:
                raise LanguageModelFailed("cut_off")
            yield from self._checked(plain_sentence(buffer))
            if not self.said:
                raise LanguageModelFailed("nothing_usable")
        finally:
            call.close()

    def _next(self, call: _Call) -> _Chunk | _End:
        """What the server says next, in time."""
        try:
            item = call.items.get(timeout=max(self.left(), 0.0))
        except queue.Empty:
            raise LanguageModelFailed("slow") from None
        if self.left() <= 0:
            raise LanguageModelFailed("slow")
        if isinstance(item, _Failure):
            if call.has_image and not self.said and _may_be_the_image(item.error):
                raise _ImageRefused from item.error
            raise LanguageModelFailed(_reason(item.error)) from item.error
        return item

    def _checked(self, sentence: str) -> Iterator[str]:
        """The sentence, if it may be shown and was not said before."""
        if not sentence:
            return
        fault = "repeated" if sentence in self.said else check_sentence(sentence, self.brief)
        shown = None if fault else with_support(sentence, self.brief, self.support)
        if shown is None:
            self.refused += 1
            self.on_drop(f"language_model:{fault or 'unsupported'}")
            if self.refused > MAX_DROPPED:
                raise LanguageModelFailed("nothing_usable")
            return
        if sum(len(text.split()) for text in (*self.said, sentence)) > MAX_WORDS * _WORDS_OVER:
            raise LanguageModelFailed("too_long")
        self.said.append(sentence)
        yield shown
        self.last = self.clock()  # the time a reader takes is not the server's


class _Call:
    """One request, read by a thread of its own, so that a silent server can be left at any moment."""

    def __init__(
        self, settings: Settings, context: ssl.SSLContext, messages: Sequence[Message], connect_s: float
    ) -> None:
        self.items: queue.SimpleQueue[_Chunk | _End | _Failure] = queue.SimpleQueue()
        self.has_image = any(message.image_uri for message in messages)
        self._settings = settings
        self._messages = messages
        self._written = 0
        self._is_closed = threading.Event()
        self._sockets: list[socket.socket] = []
        self._guard = threading.Lock()
        self._client = _http_client(context, connect_s, settings.reply_s, self._watch)
        self._worker = threading.Thread(target=self._read, name="language-model", daemon=True)
        self._worker.start()

    @property
    def usage(self) -> Usage:
        """What was asked and answered so far."""
        sent = sum(estimate_tokens(message.text) for message in self._messages)
        return Usage(model=self._settings.openai_model, calls=1, sent=sent, received=self._written)

    def close(self) -> None:
        """Ends the connection, which wakes the thread wherever it waits."""
        with self._guard:
            self._is_closed.set()
            for connected in self._sockets:
                with contextlib.suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Remembers each socket as it is opened; the values are httpcore's own."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = info["return_value"].get_extra_info("socket")
            with self._guard:
                self._sockets.append(opened)
            if self._is_closed.is_set():
                self.close()

    def _read(self) -> None:
        """Puts all that comes into the queue and always ends with an end or a failure."""
        try:
            self.items.put(self._stream())
        except Exception as error:  # noqa: BLE001 (a thread hands every failure over to the one that waits)
            self.items.put(_Failure(error))
        finally:
            self._client.close()

    def _stream(self) -> _End:
        from langsmith import tracing_context  # noqa: PLC0415 (keeps `import core` cheap)

        size, most = 0, self._settings.max_tokens * _CHARACTERS_A_TOKEN
        # No variable of the environment may send a parent's words to a tracing service.
        with tracing_context(enabled=False):
            for chunk in _chat_model(self._settings, self._client).stream([_as_langchain(m) for m in self._messages]):
                text = str(chunk.text)
                if text:
                    self._written += estimate_tokens(text)
                    self.items.put(_Chunk(text))
                if reason := chunk.response_metadata.get("finish_reason"):
                    return _End(str(reason))
                size += len(text)
                if size > most or self._is_closed.is_set():
                    return _End("length")
        return _End(None)


def _http_client(
    context: ssl.SSLContext, connect_s: float, read_s: float, watch: Callable[[str, Mapping[str, Any]], None]
) -> httpx2.Client:
    """A client for one request, whose sockets can be watched."""
    import httpx2  # noqa: PLC0415 (keeps `import core` cheap)

    def trace(request: httpx2.Request) -> None:
        request.extensions["trace"] = watch

    return httpx2.Client(
        verify=context,
        timeout=httpx2.Timeout(read_s, connect=connect_s),
        event_hooks={"request": [trace]},
        limits=httpx2.Limits(max_keepalive_connections=0),
    )


def _chat_model(settings: Settings, client: httpx2.Client) -> ChatOpenAI:
    """LangChain's model; every value that it would otherwise take from the environment is given."""
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 (keeps `import core` cheap)
    from pydantic import SecretStr  # noqa: PLC0415

    # Servers other than OpenAI's often know only the older name of the limit.
    limit: dict[str, Any] = {"max_completion_tokens": settings.max_tokens}
    if settings.openai_base_url is not None:
        limit = {"extra_body": {"max_tokens": settings.max_tokens}}
    return ChatOpenAI(
        model=settings.openai_model,
        api_key=SecretStr(settings.openai_api_key or "none"),
        base_url=settings.openai_base_url or OPENAI_URL,
        openai_proxy=None,
        temperature=settings.temperature,
        top_p=settings.top_p,
        frequency_penalty=settings.frequency_penalty,
        presence_penalty=settings.presence_penalty,
        max_retries=0,
        stream_usage=False,
        use_responses_api=False,
        output_version="v0",
        http_client=client,
        cache=False,
        verbose=False,
        **limit,
    )


def _as_langchain(message: Message) -> BaseMessage:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage  # noqa: PLC0415

    if message.speaker is Speaker.SYSTEM:
        return SystemMessage(message.text)
    if message.speaker is Speaker.ASSISTANT:
        return AIMessage(message.text)
    if message.image_uri is None:
        return HumanMessage(message.text)
    picture = {"type": "image_url", "image_url": {"url": message.image_uri, "detail": "low"}}
    return HumanMessage([{"type": "text", "text": message.text}, picture])


def _may_be_the_image(error: Exception) -> bool:
    """True when the server answered with an error that a request without the photo might not meet."""
    status = getattr(error, "status_code", None)
    return isinstance(status, int) and status not in _KEY_REFUSED


def _is_passing(error: LanguageModelFailed) -> bool:
    """True for a failure that may be gone a moment later: nobody answers, too busy, broken inside."""
    status = getattr(error.__cause__, "status_code", None)
    return error.args[0] == "unreachable" or status == _TOO_BUSY or (isinstance(status, int) and status >= _BROKEN)


def _reason(error: Exception) -> str:
    """The failure in one word."""
    import openai  # noqa: PLC0415 (keeps `import core` cheap)

    if isinstance(error, openai.APITimeoutError):
        return "slow"
    if isinstance(error, openai.APIConnectionError):
        return "unreachable"
    return "refused" if isinstance(error, openai.APIStatusError) else "garbage"
