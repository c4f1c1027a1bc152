"""Photos of activities: taken in, made small, freed of what the camera wrote into them, and taken off again.

Only the pixels are kept: a new JPEG is drawn from them, so neither the place nor the device of the photo goes on.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from members.models import Activity, ActivityPhoto
from unions.access import Action, may
from unions.audit import record
from unions.models import User

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 82
MOST_PHOTOS = 12


def redrawn(data: bytes) -> tuple[bytes, int, int]:
    """The picture as a JPEG of at most 1600 pixels a side, its width and height.

    Raises ValidationError for what is no JPEG, PNG or WebP picture, too large, or damaged.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    try:
        # The size stands in the file's head: a picture that would fill the memory is refused before it is unpacked.
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("The picture has more than 40 million pixels: make it smaller first."))
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return drawn(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise ValidationError(_("This is no JPEG, PNG or WebP picture.")) from None
    except (OSError, SyntaxError, ValueError, EOFError, ArithmeticError):
        raise ValidationError(_("The picture is damaged and cannot be read.")) from None


def drawn(opened: Image.Image) -> tuple[bytes, int, int]:
    """The pixels alone, upright, on white where they were transparent."""
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = Image.new("RGB", upright.size, "white")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        picture.paste(layer, mask=layer.getchannel("A"))
    else:
        picture.paste(upright.convert("RGB"))
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue(), picture.width, picture.height


@transaction.atomic
def add_photos(
    *, activity: Activity, pictures: Sequence[UploadedFile], caption: str, actor: User
) -> list[ActivityPhoto]:
    """Put photos on the page of an activity, all of them or none.

    Raises ValidationError at ``pictures``, naming each file that cannot be taken and why; PermissionDenied outside the
    actor's office.
    """
    if not may(actor, Action.MANAGE_MEMBERS, activity):
        raise PermissionDenied(_("Your office does not record this for this union."))
    there = Activity.objects.select_for_update().get(pk=activity.pk).photos.filter(removed_on__isnull=True).count()
    if there + len(pictures) > MOST_PHOTOS:
        raise ValidationError(
            {
                "files": _("An activity has at most %(most)d photos; %(there)d are there.")
                % {"most": MOST_PHOTOS, "there": there}
            }
        )
    rows, refused = [], []
    for file in pictures:
        try:
            rows.append(photo_of(activity, file, caption, actor))
        except ValidationError as error:
            refused.append(f"{file.name}{_(': ')}{' '.join(error.messages)}")
    if refused:
        raise ValidationError({"pictures": refused})
    return rows


def photo_of(activity: Activity, file: UploadedFile, caption: str, actor: User) -> ActivityPhoto:
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    content, width, height = redrawn(file.read())
    row = ActivityPhoto(
        activity=activity,
        union=activity.union,
        caption=caption,
        content=content,
        width=width,
        height=height,
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=actor,
    )
    row.full_clean()
    row.save()
    record(actor=actor, action="members.add_photo", target=activity, after={"photo": row.pk, "sha256": row.sha256})
    return row


def shown_of(activity: Activity, user: User) -> Any:
    """The photos that stand on the activity's page, without their bytes."""
    rows = ActivityPhoto.objects.visible_to(user).filter(activity=activity, removed_on__isnull=True)
    return rows.defer("content").order_by("pk")
