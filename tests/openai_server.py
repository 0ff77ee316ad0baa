"""A real server of the OpenAI protocol on loopback that answers by script: well, slowly, badly or not at all."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def texts(self) -> str:
        """All text of all messages."""
        parts = []
        for message in self.body["messages"]:
            content = message["content"]
            parts += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
        return "\n".join(parts)

    @property
    def images(self) -> list[str]:
        """Addresses of all pictures."""
        contents = [m["content"] for m in self.body["messages"] if not isinstance(m["content"], str)]
        return [part["image_url"]["url"] for content in contents for part in content if part["type"] == "image_url"]


Script = Callable[["Exchange"], None]


@dataclass(slots=True)
class OpenAIServer:
    """The server; `script` says what it does with each request and may be changed between them."""

    script: Script
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set it to let slow scripts go on; set at the end in any case."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client went away while a script waited for that."""
    base_url: str = ""


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: OpenAIServer, received: Received) -> None:
        self._handler = handler
        self.server = server
        self.received = received

    def answer(self, status: int, content_type: str, data: bytes) -> None:
        """A whole answer."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", content_type)
        self._handler.send_header("Content-Length", str(len(data)))
        self._handler.end_headers()
        self._handler.wfile.write(data)

    def start(self, promised: int | None = None) -> None:
        """The head of a stream, which may promise a length in bytes."""
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        if promised is not None:
            self._handler.send_header("Content-Length", str(promised))
        self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        """Bytes of a stream."""
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def piece(self, text: str | None, finish_reason: str | None = None) -> None:
        """One event of a stream."""
        delta = {} if text is None else {"role": "assistant", "content": text}
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
        self.raw(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def end(self, finish_reason: str = "stop") -> None:
        """The proper end of a stream."""
        self.piece(None, finish_reason)
        self.raw(b"data: [DONE]\n\n")

    def wait(self) -> None:
        """Waits until the test lets go."""
        self.server.released.wait(PATIENCE_S)

    def wait_until_left(self) -> None:
        """Waits until the client has closed the connection."""
        self._handler.connection.settimeout(PATIENCE_S)
        with contextlib.suppress(ConnectionError):
            if self._handler.connection.recv(1):
                return
        self.server.left.set()


def says(*sentences: str, finish_reason: str = "stop", piece: int = 7) -> Script:
    """Streams these sentences in small pieces; answers whole to a request without `stream`."""
    text = " ".join(sentences)

    def script(exchange: Exchange) -> None:
        if not exchange.received.body.get("stream"):
            choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": text}}
            body = {"id": "x", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
            exchange.answer(200, "application/json", json.dumps(body).encode())
            return
        exchange.start()
        for start in range(0, len(text), piece):
            exchange.piece(text[start : start + piece])
        exchange.end(finish_reason)

    return script


def quotes(*more: str, end: str = "") -> Script:
    """Says the first sentence of the first passage that it was given, then more; "none" when it was given none."""

    def script(exchange: Exchange) -> None:
        given = re.search(r"<passages>\n\[1\] \(.*?\) (.*?[.!?])(?=\s)", exchange.received.texts)
        said = (f"{given[1]} [1]", *more) if given else ("none",)
        (breaks_off(*said, end) if end and given else says(*said))(exchange)

    return script


def says_after(seconds: float, script: Script) -> Script:
    """Lets so many seconds go by, or until the test lets go, before another script answers."""

    def answer(exchange: Exchange) -> None:
        exchange.server.released.wait(seconds)
        script(exchange)

    return answer


def says_then_waits(*sentences: str) -> Script:
    """Streams these sentences, then nothing until the test lets go or the client leaves."""

    def script(exchange: Exchange) -> None:
        exchange.start()
        exchange.piece(" ".join(sentences) + " ")
        exchange.wait_until_left()

    return script


def is_silent(exchange: Exchange) -> None:
    """Takes the request and says nothing, not even a head, until the test lets go."""
    exchange.wait()


def keeps_alive(exchange: Exchange) -> None:
    """Sends comments that keep the connection open and no word of an answer, until the client leaves."""
    exchange.start()
    while not exchange.server.released.wait(0.01):
        exchange.raw(b": keepalive\n\n")


def babbles(text: str) -> Script:
    """Streams the same text over and over until the client leaves."""

    def script(exchange: Exchange) -> None:
        exchange.start()
        while not exchange.server.released.is_set():
            exchange.piece(text)

    return script


def breaks_off(*sentences: str, promised: int | None = None) -> Script:
    """Closes the connection after these words, with neither reason nor end, perhaps short of what it promised."""

    def script(exchange: Exchange) -> None:
        exchange.start(promised)
        exchange.piece(" ".join(sentences))

    return script


def answers(status: int, content_type: str, data: bytes) -> Script:
    """A whole answer that is no stream: an error, a web page, noise."""

    def script(exchange: Exchange) -> None:
        exchange.answer(status, content_type, data)

    return script


def fails(status: int) -> Script:
    """An error of the protocol."""
    return answers(status, "application/json", json.dumps({"error": {"message": "no", "type": "scripted"}}).encode())


def streams(data: bytes) -> Script:
    """A stream of these bytes."""

    def script(exchange: Exchange) -> None:
        exchange.start()
        exchange.raw(data)

    return script


def takes_no_images(script: Script, status: int = 400) -> Script:
    """Turns requests with a picture down and leaves the others to another script."""

    def refuse_or_pass(exchange: Exchange) -> None:
        (fails(status) if exchange.received.images else script)(exchange)

    return refuse_or_pass


def _handler(state: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    """A handler that lets the state's script answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            received = Received(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body))
            state.received.append(received)
            if self.path != "/v1/chat/completions":
                self.send_error(404)
                return
            try:
                state.script(Exchange(self, state, received))
            except ConnectionError:
                state.left.set()

        def log_message(self, *_: object) -> None:
            """Silence."""

    return Handler


@contextlib.contextmanager
def openai_server(script: Script) -> Iterator[OpenAIServer]:
    """The server, listening on a free port of loopback until the block ends."""
    state = OpenAIServer(script)

    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    state.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
