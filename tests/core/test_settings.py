"""Settings come from a mapping, are checked once, and never show the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsInvalid
from core.settings import Settings

KEY = "sk-never-shown-1234"


def test_nothing_set_means_no_language_model():
    """An empty mapping gives defaults that need no key and no network."""
    settings = Settings.from_mapping({})
    assert not settings.uses_language_model
    assert settings.first_words_s < 3.0
    assert settings == Settings()


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_a_key_or_an_address_turns_the_language_model_on(name: str):
    """Either one is enough; a blank one is not."""
    value = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"}[name]
    assert Settings.from_mapping({name: value}).uses_language_model
    assert not Settings.from_mapping({name: "  "}).uses_language_model


def test_the_key_never_shows():
    """Neither repr nor a fault message holds the key."""
    assert KEY not in repr(Settings.from_mapping({"OPENAI_API_KEY": KEY}))
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_mapping({"OPENAI_API_KEY": f"{KEY}\n{KEY}", "MOCHICARE_THREADS": "many"})
    assert KEY not in str(caught.value)
    assert len(caught.value.args) == 2


def test_the_callers_folder_is_the_default_for_data(tmp_path: Path):
    """A read-only project folder is no obstacle: the caller names a folder, and the variable wins over it."""
    assert Settings.from_mapping({}, default_data_dir=tmp_path).data_dir == tmp_path
    chosen = Settings.from_mapping({"MOCHICARE_DATA": str(tmp_path / "mine")}, default_data_dir=tmp_path)
    assert chosen.data_dir == tmp_path / "mine"


def test_every_value_is_read():
    """Each variable lands in its field, in its type."""
    settings = Settings.from_mapping(
        {
            "OPENAI_BASE_URL": "http://localhost:8000/v1/",
            "OPENAI_MODEL": "qwen",
            "MOCHICARE_LLM_IMAGES": "no",
            "MOCHICARE_LLM_FIRST_WORDS_S": "1.5",
            "MOCHICARE_LLM_STALL_S": "4",
            "MOCHICARE_LLM_REPLY_S": "20",
            "MOCHICARE_LLM_MAX_TOKENS": "300",
            "MOCHICARE_LLM_TEMPERATURE": "0",
            "MOCHICARE_LLM_TOP_P": "0.9",
            "MOCHICARE_LLM_FREQUENCY_PENALTY": "0.5",
            "MOCHICARE_LLM_PRESENCE_PENALTY": "-0.5",
            "MOCHICARE_LLM_RETRIES": "2",
            "MOCHICARE_LLM_VISIT_TOKENS": "20000",
            "MOCHICARE_LLM_PRICE_IN": "0.4",
            "MOCHICARE_LLM_PRICE_OUT": "1.6",
            "MOCHICARE_THREADS": "1",
        }
    )
    assert settings.openai_base_url == "http://localhost:8000/v1"
    assert (settings.openai_model, settings.sees_images, settings.first_words_s) == ("qwen", False, 1.5)
    assert (settings.stall_s, settings.reply_s, settings.max_tokens) == (4.0, 20.0, 300)
    assert (settings.temperature, settings.torch_threads) == (0.0, 1)
    assert (settings.top_p, settings.frequency_penalty, settings.presence_penalty) == (0.9, 0.5, -0.5)
    assert (settings.retries, settings.visit_tokens) == (2, 20_000)
    assert (settings.price_in, settings.price_out) == (0.4, 1.6)
    assert Settings.from_mapping({"MOCHICARE_LLM_TEMPERATURE": "off"}).temperature is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "localhost:8000"),
        ("OPENAI_BASE_URL", "file:///etc/passwd"),
        ("OPENAI_BASE_URL", "http://"),
        ("OPENAI_BASE_URL", "http://[::1"),
        ("OPENAI_BASE_URL", "https://me:secret@example.org/v1"),
        ("OPENAI_API_KEY", "열쇠"),
        ("MOCHICARE_LLM_IMAGES", "maybe"),
        ("MOCHICARE_LLM_FIRST_WORDS_S", "0"),
        ("MOCHICARE_LLM_FIRST_WORDS_S", "nan"),
        ("MOCHICARE_LLM_REPLY_S", "inf"),
        ("MOCHICARE_LLM_MAX_TOKENS", "1.5"),
        ("MOCHICARE_LLM_MAX_TOKENS", "-1"),
        ("MOCHICARE_LLM_TEMPERATURE", "hot"),
        ("MOCHICARE_LLM_TOP_P", "1.1"),
        ("MOCHICARE_LLM_FREQUENCY_PENALTY", "-2.5"),
        ("MOCHICARE_LLM_PRESENCE_PENALTY", "3"),
        ("MOCHICARE_LLM_RETRIES", "4"),
        ("MOCHICARE_LLM_VISIT_TOKENS", "0"),
        ("MOCHICARE_LLM_PRICE_IN", "-1"),
        ("MOCHICARE_LLM_PRICE_OUT", "free"),
        ("MOCHICARE_THREADS", "0"),
        ("MOCHICARE_DATA", "a\0b"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str):
    """The fault names the variable, so that an operator can mend it."""
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_mapping({name: value})


@pytest.mark.parametrize(
    ("text", "address"),
    [("localhost:8000", "http://localhost:8000"), ("https://chroma.example:443/", "https://chroma.example:443")],
)
def test_chroma_server_is_an_address_or_a_host(text: str, address: str) -> None:
    """Both ways of naming a server are understood."""
    assert Settings.from_mapping({"CHROMA_HOST": text}).chroma_host == address
