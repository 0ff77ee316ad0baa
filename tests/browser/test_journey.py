"""A parent with a phone, from the photo to a follow-up answer, in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.screen import PATIENCE_MS, drag, heading, look, middle, settled, tap, until, width
from tests.skin import skin_jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
FIRST, SECOND = "아이 피부를 보여 주세요", "아이 상태를 알려 주세요"
WORDS = "어제 저녁부터 생겼어요. $5 <script>alert(1)</script> **굵게** 😀"


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone of 390 × 844 in Korean, with the app open."""
    context = browser.new_context(**PHONE, locale="ko-KR")
    page = context.new_page()
    page.goto(address)
    heading(page, FIRST)
    yield page
    context.close()


def give_photo(page: Page, tmp_path: Path) -> None:
    """Chooses a photo and waits for its square."""
    path = tmp_path / "rash.jpg"
    path.write_bytes(skin_jpeg())
    page.locator('input[type="file"]').first.set_input_files(path)
    page.get_by_alt_text("피부 사진 1").wait_for(timeout=PATIENCE_MS)
    page.locator(".ReactCrop__crop-selection").wait_for(timeout=PATIENCE_MS)
    settled(page)


def square_shown(page: Page) -> str | None:
    """Address of the small picture, which changes with its pixels."""
    return page.get_by_alt_text("피부 사진 1").get_attribute("src")


def test_parent_gets_from_a_photo_to_a_follow_up_answer(phone: Page, tmp_path: Path, screenshots: Path) -> None:
    """Photo, crop by touch, symptoms, danger signs, words, answer, chip, own question, refresh: all on one phone."""
    look(phone, screenshots, "1-photo-empty")
    give_photo(phone, tmp_path)
    crop_by_touch(phone)
    look(phone, screenshots, "2-photo-cropped")
    tap(phone, "다음: 증상 알려 주기")
    heading(phone, SECOND)
    tell_symptoms(phone)
    look(phone, screenshots, "3-symptoms")
    phone.get_by_role("button", name="결과 보기").scroll_into_view_if_needed()
    look(phone, screenshots, "4-consent")
    read_answer(phone, screenshots)
    ask_twice(phone, screenshots)
    phone.reload()
    phone.get_by_text("목욕은 해도 되나요?").wait_for(timeout=PATIENCE_MS)
    settled(phone)
    look(phone, screenshots, "9-after-refresh")
    tap(phone, "2 증상")
    heading(phone, SECOND)
    expect(phone.get_by_label("개월")).to_have_value("9")
    expect(phone.get_by_label("하시고 싶은 말을 편하게 적어 주세요")).to_have_value(WORDS)


def crop_by_touch(phone: Page) -> None:
    """Pulls a corner of the square inwards; the small picture follows."""
    before = square_shown(phone)
    corner = phone.locator(".ReactCrop__drag-handle.ord-se")
    corner.scroll_into_view_if_needed()
    x, y = middle(corner)
    drag(phone, (x - 2, y - 2), (x - 110, y - 110))
    expect(phone.get_by_alt_text("피부 사진 1")).not_to_have_attribute("src", before or "", timeout=PATIENCE_MS)


def read_answer(phone: Page, screenshots: Path) -> None:
    """Asks for the answer; the banner is there before its text, and still in sight when all has come."""
    phone.get_by_role("button", name="결과 보기").tap()
    banner = phone.locator(".st-key-urgency").get_by_test_id("stAlert").first
    banner.wait_for(timeout=PATIENCE_MS)
    look(phone, screenshots, "5-urgency")
    expect(phone.get_by_role("heading", name="이런 질환일 수 있어요")).to_be_visible(timeout=PATIENCE_MS)
    settled(phone)
    assert middle(banner)[1] < PHONE["viewport"]["height"] / 2
    look(phone, screenshots, "6-answer")


def tell_symptoms(phone: Page) -> None:
    """Fills in the symptom step."""
    phone.get_by_label("개월").fill("9")
    phone.get_by_label("체온(°C)").fill("38.4")
    phone.get_by_label("체온(°C)").blur()
    settled(phone)
    tap(phone, "나머지는 모두 아니요")
    tap(phone, "얼굴")
    tap(phone, "물집")
    phone.get_by_label("하시고 싶은 말을 편하게 적어 주세요").fill(WORDS)
    phone.get_by_label("하시고 싶은 말을 편하게 적어 주세요").blur()
    settled(phone)


def ask_twice(phone: Page, screenshots: Path) -> None:
    """Taps a chip, then types a question."""
    chip = phone.locator(".st-key-suggestions button").first
    asked = chip.inner_text().splitlines()[-1]
    chip.scroll_into_view_if_needed()
    look(phone, screenshots, "7-suggestions")
    chip.tap()
    expect(phone.locator(".st-key-turn-0").get_by_text(asked)).to_be_visible(timeout=PATIENCE_MS)
    phone.locator(".st-key-turn-1").wait_for(timeout=PATIENCE_MS)
    settled(phone)
    box = phone.get_by_test_id("stChatInputTextArea")
    box.fill("목욕은 해도 되나요?")
    box.press("Enter")
    phone.locator(".st-key-turn-3").wait_for(timeout=PATIENCE_MS)
    settled(phone)
    assert 0 < middle(phone.locator(".st-key-turn-2"))[1] < PHONE["viewport"]["height"] / 3
    look(phone, screenshots, "8-conversation")


def test_words_of_a_parent_run_no_script(phone: Page) -> None:
    """A tag typed in the chat is shown, not run."""
    phone.on("dialog", lambda dialog: pytest.fail(dialog.message))
    tap(phone, "3 상담")
    box = phone.get_by_test_id("stChatInputTextArea")
    box.fill("<script>alert(1)</script> <img src=x onerror=alert(1)> $x$")
    box.press("Enter")
    expect(phone.get_by_text("<script>alert(1)</script>")).to_be_visible(timeout=PATIENCE_MS)
    settled(phone)


def test_square_moves_by_keyboard_and_by_slider(phone: Page, tmp_path: Path) -> None:
    """Without a finger on the photo the square can still be chosen, and the two ways agree."""
    give_photo(phone, tmp_path)
    start = square_shown(phone)
    selection = phone.locator(".ReactCrop__crop-selection")
    selection.focus()
    for _ in range(20):
        phone.keyboard.press("ArrowDown")
    expect(phone.get_by_alt_text("피부 사진 1")).not_to_have_attribute("src", start or "", timeout=PATIENCE_MS)
    settled(phone)
    phone.get_by_text("끌지 않고 맞추기").tap()
    settled(phone)
    size = phone.locator('input[type="range"]').first
    size.focus()
    for _ in range(30):
        phone.keyboard.press("ArrowLeft")
    until(phone, lambda: width(selection) == pytest.approx(0.7 * width(phone.locator(".ReactCrop")), rel=0.03))


def test_first_request_may_go_to_any_page(browser: Browser, address: str) -> None:
    """A link to the symptom step opens it, in its frame."""
    page = browser.new_page(locale="ko-KR")
    page.goto(f"{address}/symptoms")
    heading(page, SECOND)
    expect(page.get_by_role("button", name="1 사진")).to_be_visible(timeout=PATIENCE_MS)
    page.close()


def test_two_tabs_do_not_meet(browser: Browser, address: str) -> None:
    """Two tabs at the bare address get two tokens."""
    context = browser.new_context(locale="ko-KR")
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        page.goto(address)
        heading(page, FIRST)
    assert pages[0].url != pages[1].url
    context.close()


@pytest.mark.parametrize("step", ["1 사진", "2 증상", "3 상담"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_step_has_a_barrier(browser: Browser, address: str, step: str, theme: str) -> None:
    """Axe finds no serious or critical fault on any step in either theme, and the page names its language."""
    context = browser.new_context(**PHONE, locale="ko-KR", color_scheme=theme)
    page = context.new_page()
    page.goto(address)
    heading(page, FIRST)
    tap(page, step)
    faults = Axe().run(page).response["violations"]
    assert [
        (fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in {"serious", "critical"}
    ] == []
    assert page.evaluate("document.documentElement.lang") == "ko"
    context.close()


def test_desktop_in_english(browser: Browser, address: str, screenshots: Path) -> None:
    """On a wide screen an English browser goes through without a photo and gets its numbers."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(address)
    heading(page, "Show us the skin")
    look(page, screenshots, "desktop-1-photo")
    tap(page, "Go on without a photo")
    heading(page, "Tell us what you see")
    page.get_by_label("Temperature").fill("39.5")
    page.get_by_label("Temperature").blur()
    settled(page)
    look(page, screenshots, "desktop-2-symptoms")
    tap(page, "See what to do")
    page.locator(".st-key-urgency").get_by_test_id("stAlert").first.wait_for(timeout=PATIENCE_MS)
    settled(page)
    look(page, screenshots, "desktop-3-answer")
    context.close()


def test_answer_can_be_copied(browser: Browser, address: str) -> None:
    """One tap puts the whole answer with its sources on the clipboard, as plain text, and says so."""
    context = browser.new_context(**PHONE, locale="ko-KR", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    heading(page, FIRST)
    tap(page, "2 증상")
    tap(page, "물집")
    tap(page, "결과 보기")
    page.locator(".st-key-actions-assessment").wait_for(timeout=PATIENCE_MS)
    settled(page)
    tap(page, "복사하기")
    expect(page.get_by_role("button", name="복사했어요")).to_be_visible(timeout=PATIENCE_MS)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "출처" in copied
    assert "https://" in copied
    assert "**" not in copied
    context.close()
