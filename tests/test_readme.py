"""README's promises about commands, settings and files."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)[:2]
START_LIMIT_S = 8.0


def section(title: str) -> str:
    """The text under a heading of the second level."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_first_screen_holds_the_two_commands() -> None:
    """Starting and testing are one command each, within the first 40 lines."""
    assert COMMANDS == ["sh .ci/start", "sh .ci/test"]
    assert all(f"\n{command}\n" in "\n".join(README.splitlines()[:40]) for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_sound_script(command: str) -> None:
    """Each command names a POSIX shell script that can be parsed."""
    assert subprocess.run(["sh", "-n", *command.split()[1:]], cwd=ROOT, check=False).returncode == 0


def test_continuous_integration_runs_the_test_command() -> None:
    """`.ci/run` does nothing but go to the repository and run README's second command."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    doing = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert doing == [f"exec {COMMANDS[1]}"]


@pytest.fixture
def started() -> Iterator[str]:
    """The address of the app as README's first command starts it."""
    stamp = ROOT / ".venv" / "installed" / "requirements.txt"
    if not stamp.is_file() or stamp.read_bytes() != (ROOT / "requirements.txt").read_bytes():
        pytest.skip("this .venv was not made by `sh .ci/test`")
    with socket.create_server(("localhost", 0)) as probe:
        port = probe.getsockname()[1]
    command = [*COMMANDS[0].split(), "--server.port", str(port), "--server.headless", "true"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        yield next(line.split()[-1] for line in process.stdout if "URL:" in line)
        process.terminate()
        process.communicate(timeout=START_LIMIT_S)


@pytest.mark.timeout(START_LIMIT_S * 4)
def test_the_start_command_serves_the_app(started: str) -> None:
    """The first command answers on localhost."""
    for path in ("/", "/_stcore/health"):
        with urllib.request.urlopen(f"{started}{path}", timeout=START_LIMIT_S) as answer:
            assert answer.status == 200


def test_the_commands_without_a_browser_are_told() -> None:
    """README lists the subcommands that `python -m core` has."""
    run = subprocess.run([sys.executable, "-m", "core", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    offered = re.search(r"\{([a-z,]+)\}", run.stdout)[1].split(",")
    assert set(re.search(r"python -m core ([a-z |]+)`", README)[1].split(" | ")) == set(offered)


def test_every_setting_is_told() -> None:
    """The configuration table names the settings that `core/settings.py` reads, no more and no fewer."""
    read = set(re.findall(r'get\(\s*"([A-Z_]+)"', (ROOT / "core" / "settings.py").read_text(encoding="utf-8")))
    told = {
        name
        for row in section("Configuration").splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    }
    assert read == told


def test_every_link_to_a_file_leads_somewhere() -> None:
    """Links and pictures that point into the repository exist."""
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
