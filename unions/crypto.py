"""Personal identifiers at rest: AES-GCM ciphertext in the row, an HMAC beside it to find and compare by.

The keys come from the environment. ``FIELD_KEYS`` is ordered: the first encrypts, every one decrypts, so a key is
rotated by putting a new one in front and saving the rows again. The index key is separate and never rotated alone.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from unions.validators import plain_id

NONCE_LENGTH = 12

if TYPE_CHECKING:
    Ciphertext = models.BinaryField[str, str]
else:
    Ciphertext = models.BinaryField


@cache
def ciphers(keys: tuple[str, ...]) -> tuple[AESGCM, ...]:
    return tuple(AESGCM(base64.b64decode(key)) for key in keys)


def encrypt(text: str) -> bytes:
    """Ciphertext under the first key; the nonce is random, so equal texts differ."""
    return seal_bytes(text.encode())


def decrypt(token: bytes) -> str:
    """The text under whichever configured key fits. Raises InvalidTag if none does."""
    return open_bytes(token).decode()


def seal_bytes(content: bytes) -> bytes:
    """The same for bytes, such as a whole file."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + ciphers(tuple(settings.FIELD_KEYS))[0].encrypt(nonce, content, None)


def open_bytes(token: bytes) -> bytes:
    """What was sealed. Raises InvalidTag if no configured key fits."""
    token = bytes(token)
    for cipher in ciphers(tuple(settings.FIELD_KEYS)):
        try:
            return cipher.decrypt(token[:NONCE_LENGTH], token[NONCE_LENGTH:], None)
        except InvalidTag:
            continue
    raise InvalidTag


def blind_index(text: str) -> str:
    """A keyed digest (hex) of a normalised identifier: equal identifiers match, nothing can be read back."""
    return hmac.digest(index_key(settings.BLIND_INDEX_KEY), plain_id(text).encode(), "sha256").hex()


@cache
def index_key(key: str) -> bytes:
    return base64.b64decode(key)


class EncryptedTextField(Ciphertext):
    """Text that is ciphertext in the database. Search goes by a blind index beside it, never by this column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: str | None) -> bytes | None:
        return encrypt(value) if value else None

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if not prepared:
            value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: bytes | None, *_args: object) -> str:
        return decrypt(value) if value else ""

    def to_python(self, value: Any) -> str:
        return value or ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj) or ""

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return forms.CharField(required=not self.blank, label=self.verbose_name, help_text=self.help_text)
