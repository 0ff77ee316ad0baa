"""Step 1: photos."""

from __future__ import annotations

import pytest

from core.errors import NotAnImage
from core.messages import translate
from core.types import Lang
from tests.pages.screen import go, press, title, upload, visit_of, widget


def test_first_page_speaks_korean_and_shows_three_steps(open_app) -> None:
    """A Korean browser sees the photo step, the three steps and what the app is not."""
    at = open_app()
    assert not at.exception
    assert title(at) == "아이 피부를 보여 주세요"
    assert {"1 사진", "2 증상", "3 상담"} <= {button.label for button in at.button}
    assert "진단이 아니에요" in at.caption[-1].value


def test_photo_is_kept_at_once(open_app, skin_photo) -> None:
    """An uploaded photo is prepared, and still there after two page switches, though the uploader was emptied."""
    at = upload(open_app(), ("rash.jpg", skin_photo))
    assert not at.exception
    assert len(visit_of(at).photos) == 1
    at = go(at, 2)
    at = go(at, 1)
    assert len(visit_of(at).photos) == 1
    assert not at.file_uploader[0].value


def test_refusal_says_why_and_retake_clears_it(open_app) -> None:
    """A text file named .jpg is refused in words; the retake button takes the refusal away."""
    at = upload(open_app(), ("note.jpg", b"hello"))
    assert at.error[0].value.startswith(translate(Lang.KO, NotAnImage.user_message))
    at = press(at, "다시 찍기")
    assert not at.error
    assert visit_of(at).photos == ()


def test_file_name_is_shown_as_it_is(open_app) -> None:
    """Markdown and formulas in a file's name do nothing."""
    at = upload(open_app(), ("**$x$** <b>.jpg", b"hello"))
    assert at.error[0].value.endswith(r"\*\*\$x\$\*\* \<b\>\.jpg")


def test_way_without_a_photo_is_open(open_app) -> None:
    """The one clear button leads on with no photo at all."""
    at = press(open_app(), "사진 없이 계속하기")
    assert title(at) == "아이 상태를 알려 주세요"


def test_fourth_photo_is_told_and_not_taken(open_app, skin_photo) -> None:
    """Three photos stay, and the parent reads why the fourth is missing."""
    at = upload(open_app(), *((f"{place}.jpg", skin_photo) for place in range(4)))
    assert len(visit_of(at).photos) == 3
    assert "3장까지" in at.error[0].value
    assert not at.file_uploader


def test_photo_can_be_taken_out(open_app, skin_photo) -> None:
    """Removing one of two leaves the other."""
    at = upload(open_app(), ("a.jpg", skin_photo), ("b.jpg", skin_photo))
    at = press(at, "빼기")
    assert len(visit_of(at).photos) == 1


def test_square_can_be_set_without_dragging(open_app, skin_photo) -> None:
    """The sliders cut another square, the button brings the middle back, and the original stays."""
    at = upload(open_app(), ("a.jpg", skin_photo))
    first = visit_of(at).photos[0]
    widget(at.slider, "crop.size.0").set_value(60).run()
    smaller = visit_of(at).photos[0]
    assert smaller.crop.width == pytest.approx(0.6, abs=0.01)
    assert smaller.square_png != first.square_png
    assert smaller.original_jpeg == first.original_jpeg
    at = press(at, "가운데로")
    assert visit_of(at).photos[0].crop == first.crop


def test_camera_asks_for_nothing_until_it_is_wanted(open_app, skin_photo) -> None:
    """The camera appears with its switch, and a shot is kept like an upload."""
    at = open_app()
    assert not at.camera_input
    widget(at.toggle, "photo.camera_on").set_value(True).run()
    at.camera_input[0].set_value(("shot.jpg", skin_photo, "image/jpeg"))
    at.run()
    assert len(visit_of(at).photos) == 1
    assert not at.camera_input
