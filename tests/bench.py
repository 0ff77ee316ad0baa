"""Speed and memory of the real app: `python tests/bench.py` prints n, median and p95 of each figure.

Nothing is counted before everything has been used once, except the start of the server, which is cold by nature (the
operating system may still hold its files).
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.assembly import build_assistant  # noqa: E402 (the path comes first)
from core.photo import prepare_photo  # noqa: E402
from core.photo_types import RawUpload  # noqa: E402
from core.settings import Settings  # noqa: E402
from core.types import Case, Lang, SymptomReport  # noqa: E402
from tests.skin import skin_jpeg  # noqa: E402

REPORT = SymptomReport(
    age_months=30,
    temperature_c=38.3,
    body_sites=("torso", "scalp"),
    symptoms=("itchy_rash", "fluid_filled_blisters"),
    free_text="어제부터 물집이 생기고 가려워해요. 목욕시켜도 되나요?",
)
STOPWATCH = """() => {
  window.seen = {};
  addEventListener("pointerdown", () => { seen.click = performance.now(); }, true);
  new MutationObserver(() => {
    if (!seen.banner && document.querySelector(".st-key-urgency")) seen.banner = performance.now();
    if (!seen.text && document.querySelector("h3[id^=what-it-could]")) seen.text = performance.now();
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Times in the page itself, so that the driver's own waiting does not count."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def show(name: str, values: Sequence[float], unit: str) -> None:
    """Prints one figure."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(
        f"{name:<52} n={len(values):<3} median={statistics.median(values):8.1f} {unit}  p95={p95:8.1f} {unit}",
        flush=True,
    )


def in_process(runs: int, data_dir: Path) -> None:
    """One photo with symptoms to a whole assessment, without browser and language model."""
    assistant = build_assistant(
        Settings(data_dir=data_dir), models_dir=ROOT / "models", kb_dir=ROOT / "kb", clock=time.perf_counter
    )
    begun = time.perf_counter()
    assistant.warm_up()
    show("warm-up, with the index built", [time.perf_counter() - begun], "s ")
    upload = RawUpload(name="skin.jpg", data=skin_jpeg(width=4000, height=3000))
    preparing, first, whole = [], [], []
    for number in range(runs + 1):
        begun = time.perf_counter()
        photo = prepare_photo(upload)
        prepared = time.perf_counter()
        said = None
        for event in assistant.assess(Case(id="bench", lang=Lang.KO, report=REPORT, photos=(photo,))):
            if said is None and isinstance(event, str):
                said = time.perf_counter()
        ended = time.perf_counter()
        if number:
            preparing.append((prepared - begun) * 1e3)
            first.append(((said or ended) - prepared) * 1e3)
            whole.append((ended - begun) * 1e3)
    show("a 12-megapixel photo prepared", preparing, "ms")
    show("first words of an assessment with photo", first, "ms")
    show("photo to whole assessment", whole, "ms")


@contextmanager
def server(data_dir: Path) -> Iterator[tuple[int, str, float]]:
    """A fresh server: its process id, its address, and when it was started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless=true",
        "--server.address=localhost",
    ]
    environment = {**os.environ, "MOCHICARE_DATA": str(data_dir)}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid, f"http://localhost:{port}", begun
    finally:
        process.terminate()
        process.wait(20)


def open_when_up(page: Page, address: str) -> None:
    """Opens the page as soon as the server answers, and waits for the first button."""
    while True:
        try:
            page.goto(address)
            break
        except Exception:  # noqa: BLE001 (refused until the server is up)
            page.wait_for_timeout(100)
    page.get_by_role("button", name="Go on without a photo").wait_for(timeout=60_000)


def visit(page: Page, address: str, photo: bytes) -> tuple[float, float]:
    """Milliseconds from the button to the banner, and to the first possible condition."""
    open_when_up(page, address)
    page.locator("input[type=file]").first.set_input_files(
        {"name": "skin.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    page.locator(".ReactCrop__crop-selection").wait_for(timeout=60_000)
    page.wait_for_timeout(1_500)  # the cropper reports its square once, which draws the page again
    page.get_by_role("button", name="Next: symptoms").click()
    go = page.get_by_role("button", name="See what to do")
    go.wait_for(timeout=60_000)
    page.wait_for_timeout(500)  # the page has come to rest, as for a parent who reads it
    page.evaluate(STOPWATCH)
    go.click()
    page.get_by_role("heading", name="What it could be").first.wait_for(timeout=60_000)
    return page.evaluate("[seen.banner - seen.click, seen.text - seen.click]")


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def in_browser(runs: int, data_dir: Path) -> None:
    """Server start to first page, button to banner, and memory, in a real Chromium."""
    photo = skin_jpeg(width=1600, height=1200)
    starts, banners, texts, memory = [], [], [], []
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        for number in range(3):
            with server(data_dir) as (pid, address, begun):
                page = browser.new_page(locale="en-GB", viewport={"width": 390, "height": 844})
                open_when_up(page, address)
                starts.append(time.perf_counter() - begun)
                page.close()
                for visit_number in range(runs if number == 0 else 0):
                    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
                    banner, text = visit(context.new_page(), address, photo)
                    context.close()
                    if visit_number:
                        banners.append(banner)
                        texts.append(text)
                    memory += [resident_mb(pid)] if visit_number in {0, runs - 1} else []
        browser.close()
    show("server started to first page", starts, "s ")
    show("button to urgency banner", banners, "ms")
    show("button to possible conditions", texts, "ms")
    show("resident memory after the first assessment", memory[:1], "MB")
    show(f"resident memory after {runs} visits with a photo", memory[-1:], "MB")


def main() -> None:
    """Runs both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        in_process(options.runs, Path(folder))
        in_browser(max(options.runs // 2, 3), Path(folder))


if __name__ == "__main__":
    main()
