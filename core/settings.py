"""What an operator may set, read once from a mapping such as the environment; nothing here reads the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from core.errors import SettingsInvalid

OPENAI_URL = "https://api.openai.com/v1"
_DATA_DIR = Path(__file__).resolve().parents[1] / "var"
_TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_MAX_SECONDS, _MAX_TOKENS, _MAX_TEMPERATURE, _MAX_THREADS = 600.0, 8_192, 2.0, 256
_MAX_RETRIES, _MAX_VISIT_TOKENS, _MAX_PRICE = 3, 10_000_000, 1e9
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs from one deployment to the next."""

    data_dir: Path = _DATA_DIR
    """Folder of the database and the index (`MOCHICARE_DATA`)."""
    openai_api_key: str | None = field(default=None, repr=False)
    """Key of the language model's server (`OPENAI_API_KEY`); None when there is none."""
    openai_base_url: str | None = None
    """Address of an OpenAI-compatible server (`OPENAI_BASE_URL`); None for OpenAI itself."""
    openai_model: str = "gpt-4.1-mini"
    """Name of the language model (`OPENAI_MODEL`)."""
    sees_images: bool = True
    """False keeps photos from the language model (`MOCHICARE_LLM_IMAGES`)."""
    first_words_s: float = 2.5
    """Seconds within which the language model's first good sentence must come (`MOCHICARE_LLM_FIRST_WORDS_S`).

    Its reading of the parent's words, which comes first, is counted in and may take three fifths of them. Under 3 s, so
    that the composed answer that stands in is there within 3 s.
    """
    stall_s: float = 6.0
    """Seconds that a later sentence may take (`MOCHICARE_LLM_STALL_S`)."""
    reply_s: float = 40.0
    """Seconds that a whole reply may take (`MOCHICARE_LLM_REPLY_S`)."""
    max_tokens: int = 700
    """Longest reply, in tokens, 1–8,192 (`MOCHICARE_LLM_MAX_TOKENS`)."""
    temperature: float | None = 0.2
    """Sampling temperature, 0–2 (`MOCHICARE_LLM_TEMPERATURE`); None, set by `off`, leaves it to the server."""
    top_p: float | None = None
    """Share of probability that is sampled from, 0–1 (`MOCHICARE_LLM_TOP_P`); None leaves it to the server."""
    frequency_penalty: float | None = None
    """Against words said often, -2 to 2 (`MOCHICARE_LLM_FREQUENCY_PENALTY`); None leaves it to the server."""
    presence_penalty: float | None = None
    """Against words said at all, -2 to 2 (`MOCHICARE_LLM_PRESENCE_PENALTY`); None leaves it to the server."""
    retries: int = 0
    """Times a call that failed before its first words is tried again, 0–3, in the time that is left
    (`MOCHICARE_LLM_RETRIES`)."""
    visit_tokens: int | None = None
    """Tokens that one visit may use before the composer answers (`MOCHICARE_LLM_VISIT_TOKENS`); None is no limit."""
    price_in: float | None = None
    """What a million tokens sent cost, in any currency (`MOCHICARE_LLM_PRICE_IN`); None when not told."""
    price_out: float | None = None
    """The same for a million tokens received (`MOCHICARE_LLM_PRICE_OUT`)."""
    chroma_host: str | None = None
    """Address of a Chroma server (`CHROMA_HOST`); None keeps the index in `data_dir`."""
    torch_threads: int = 2
    """Processor threads of each model, at least 1 (`MOCHICARE_THREADS`)."""

    @property
    def uses_language_model(self) -> bool:
        """True when a key or an address is set; otherwise answers are composed from the articles alone."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str], *, default_data_dir: Path = _DATA_DIR) -> Settings:
        """The settings in a mapping; names it does not know are left alone, blank values count as not set.

        Args:
            mapping: variable name → value, as in the environment.
            default_data_dir: where data goes when `MOCHICARE_DATA` is not set; must be writable.

        Raises:
            SettingsInvalid: one argument a fault, each naming the variable and never a secret.
        """
        default = cls(data_dir=default_data_dir)
        read = _Reader({name: value.strip() for name, value in mapping.items() if value.strip()})
        settings = cls(
            data_dir=read.get("MOCHICARE_DATA", _folder, default.data_dir),
            openai_api_key=read.get("OPENAI_API_KEY", _key, None),
            openai_base_url=read.get("OPENAI_BASE_URL", _address, None),
            openai_model=read.get("OPENAI_MODEL", str, default.openai_model),
            sees_images=read.get("MOCHICARE_LLM_IMAGES", _truth, default.sees_images),
            first_words_s=read.get("MOCHICARE_LLM_FIRST_WORDS_S", _seconds, default.first_words_s),
            stall_s=read.get("MOCHICARE_LLM_STALL_S", _seconds, default.stall_s),
            reply_s=read.get("MOCHICARE_LLM_REPLY_S", _seconds, default.reply_s),
            max_tokens=read.get("MOCHICARE_LLM_MAX_TOKENS", _whole(_MAX_TOKENS), default.max_tokens),
            temperature=read.get("MOCHICARE_LLM_TEMPERATURE", _temperature, default.temperature),
            top_p=read.get("MOCHICARE_LLM_TOP_P", _between(0.0, 1.0), None),
            frequency_penalty=read.get("MOCHICARE_LLM_FREQUENCY_PENALTY", _between(-2.0, 2.0), None),
            presence_penalty=read.get("MOCHICARE_LLM_PRESENCE_PENALTY", _between(-2.0, 2.0), None),
            retries=read.get("MOCHICARE_LLM_RETRIES", _whole(_MAX_RETRIES, 0), default.retries),
            visit_tokens=read.get("MOCHICARE_LLM_VISIT_TOKENS", _whole(_MAX_VISIT_TOKENS), None),
            price_in=read.get("MOCHICARE_LLM_PRICE_IN", _between(0.0, _MAX_PRICE), None),
            price_out=read.get("MOCHICARE_LLM_PRICE_OUT", _between(0.0, _MAX_PRICE), None),
            chroma_host=read.get("CHROMA_HOST", _server, None),
            torch_threads=read.get("MOCHICARE_THREADS", _whole(_MAX_THREADS), default.torch_threads),
        )
        if read.faults:
            raise SettingsInvalid(*read.faults)
        return settings


class _Reader:
    """Reads values one by one and remembers what was wrong."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = mapping
        self.faults: list[str] = []

    def get(self, name: str, convert: Callable[[str], Value], default: Value) -> Value:
        """The converted value, or the default when it is not set or wrong."""
        text = self._mapping.get(name)
        if text is None:
            return default
        try:
            return convert(text)
        except ValueError as error:
            self.faults.append(f"{name}: {error}")
            return default


def _folder(text: str) -> Path:
    if "\0" in text:
        raise ValueError("must be the path of a folder")
    return Path(text).expanduser().absolute()


def _key(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be one line of plain characters without spaces")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as http://localhost:11434/v1")
    if parts.username or parts.password:
        raise ValueError("must not hold a name or password: set OPENAI_API_KEY")
    return text.rstrip("/")


def _server(text: str) -> str:
    return _address(text if "//" in text else f"http://{text}")


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError(f"must be one of {', '.join(_TRUTH)}")
    return _TRUTH[text.lower()]


def _seconds(text: str) -> float:
    return _within(_number(text), 0.05, _MAX_SECONDS)


def _temperature(text: str) -> float | None:
    return None if text.lower() == "off" else _within(_number(text), 0.0, _MAX_TEMPERATURE)


def _between(lowest: float, highest: float) -> Callable[[str], float]:
    return lambda text: _within(_number(text), lowest, highest)


def _whole(highest: int, lowest: int = 1) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isdecimal():
            raise ValueError(f"must be a whole number, not {text[:20]!r}")
        return int(_within(int(text), lowest, highest))

    return convert


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"must be a number, not {text[:20]!r}") from error


def _within(value: float, lowest: float, highest: float) -> float:
    if not lowest <= value <= highest:  # also refuses nan
        raise ValueError(f"must lie between {lowest:g} and {highest:g}")
    return value
