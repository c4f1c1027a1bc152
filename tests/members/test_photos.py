"""Photos of activities: redrawn without what the camera wrote, limited, shown within the scope, taken off for good."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from members.models import Activity, ActivityPhoto
from members.photos import MOST_PHOTOS
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm

pytestmark = pytest.mark.django_db
GPS_POSITION, GPS_DIRECTORY, MAKE, ORIENTATION = 1, 0x8825, 0x010F, 0x0112


@pytest.fixture
def union() -> Union:
    with acting(SYSTEM):
        union: Union = UnionFactory(parent=UnionFactory(form=UnionForm.SUBDISTRICT))
    return union


@pytest.fixture
def activity(client: Client, union: Union) -> Activity:
    """An activity of a union whose chair is signed in."""
    client.force_login(
        UserFactory(role=Role.CHAIR, role__at=union), backend="django.contrib.auth.backends.ModelBackend"
    )
    with acting(SYSTEM):
        row: Activity = Activity.objects.create(
            union=union, kind="SPORT", title="趣味运动会", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 1)
        )
    return row


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), colour: str = "red", **save: Any) -> bytes:
    kept = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(kept, kind, **save)
    return kept.getvalue()


def from_a_phone() -> bytes:
    """A photo on its side, with maker and place."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "PhoneMaker", 6
    exif.get_ifd(GPS_DIRECTORY)[GPS_POSITION] = "N"
    return picture(size=(3000, 2000), exif=exif)


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 × 60,000."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def add(client: Client, activity: Activity, *contents: bytes, **values: Any) -> Any:
    files = [SimpleUploadedFile(f"photo{number}.jpg", data) for number, data in enumerate(contents, 1)]
    return client.post("/photos/new/", {"activity": activity.pk, "pictures": files, "caption": "拔河"} | values)


def photos() -> list[ActivityPhoto]:
    with acting(SYSTEM):
        return list(ActivityPhoto.objects.order_by("pk"))


def test_only_the_pixels_are_kept(client: Client, activity: Activity) -> None:
    assert add(client, activity, from_a_phone()).status_code == 302
    (row,) = photos()
    kept = Image.open(io.BytesIO(bytes(row.content)))
    # 3000 × 2000 on its side stands upright, its longer side 1600: 1067 × 1600.
    assert (kept.format, kept.size) == ("JPEG", (1067, 1600)) == ("JPEG", (row.width, row.height))
    assert not dict(kept.getexif()) and b"PhoneMaker" not in bytes(row.content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_taken_several_at_once(client: Client, activity: Activity, kind: str) -> None:
    assert add(client, activity, picture(kind), picture(kind, colour="blue")).status_code == 302
    assert [(row.union_id, row.caption) for row in photos()] == [(activity.union_id, "拔河")] * 2
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert all(f"/photos/{row.pk}.jpg" in page for row in photos())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 not a picture",
        picture("GIF"),
        picture("BMP"),
        picture()[:200],
        bomb(),
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ],
    ids=["empty", "PDF", "GIF", "BMP", "cut off", "bomb", "SVG"],
)
def test_anything_else_is_refused_by_name_and_nothing_stored(
    client: Client, activity: Activity, content: bytes
) -> None:
    response = add(client, activity, picture(), content)
    assert response.status_code == 422 and response.context["form"].errors["pictures"]
    assert photos() == []


def test_a_photo_twice_and_one_too_many_are_refused(client: Client, activity: Activity) -> None:
    add(client, activity, picture())
    assert add(client, activity, picture()).status_code == 422
    many = [picture(size=(10, 10 + number)) for number in range(MOST_PHOTOS)]
    assert add(client, activity, *many).status_code == 422
    assert len(photos()) == 1


def test_without_an_activity_the_page_says_where_to_begin(client: Client, activity: Activity) -> None:
    response = client.post("/photos/new/", {"pictures": [SimpleUploadedFile("a.jpg", picture())]})
    assert response.status_code == 422 and photos() == []


def test_the_picture_is_shown_within_the_scope_and_never_guessed_at(
    client: Client, activity: Activity, union: Union
) -> None:
    add(client, activity, picture())
    (row,) = photos()
    response = client.get(f"/photos/{row.pk}.jpg")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in response.headers["Cache-Control"]
    with acting(SYSTEM):
        stranger = UserFactory(role=Role.CHAIR, role__at=UnionFactory(parent=union.parent))
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/photos/{row.pk}.jpg").status_code == 404
    assert add(client, activity, picture(colour="green")).status_code == 422
    assert len(photos()) == 1


def test_one_taken_off_is_shown_to_nobody_and_stays_on_record(client: Client, activity: Activity) -> None:
    add(client, activity, picture())
    (row,) = photos()
    url = f"/photos/{row.pk}/move/REMOVED/"
    assert client.post(url, {"on": "2026-06-01", "removal_reason": ""}).status_code == 422
    assert client.post(url, {"on": "2026-06-01", "removal_reason": "未经本人同意"}).status_code == 302
    assert client.get(f"/photos/{row.pk}.jpg").status_code == 404
    assert f"/photos/{row.pk}.jpg" not in client.get(f"/activities/{activity.pk}/").content.decode()
    (kept,) = photos()
    assert kept.removal_reason == "未经本人同意" and bytes(kept.content)
    # The same photo may come back later.
    assert add(client, activity, picture()).status_code == 302
