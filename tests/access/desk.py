"""Accounts, search, inbox, saved views, undo: everybody's own."""

from tests.access.rows import EVERYONE, OFFICERS_AND_STEWARD, Row

ROWS: dict[str, Row] = {
    "password": Row(EVERYONE),
    "second-step": Row(EVERYONE),
    "sign-in": Row(EVERYONE, status=302, is_public=True),
    "sign-out": Row(EVERYONE, method="post", status=302, is_public=True),
    "set_language": Row(EVERYONE, method="post", status=302, is_public=True),
    "search": Row(EVERYONE),
    "suggest": Row(OFFICERS_AND_STEWARD, ("person",)),
    "inbox": Row(EVERYONE),
    "read-all": Row(EVERYONE, method="post", status=302),
    "inbox-mail": Row(EVERYONE, method="post", status=302),
    "save-view": Row(EVERYONE, method="post", status=302),
    # Another's notice, view or change is none: whoever asks, there is nothing there.
    "notice": Row(EVERYONE, (10**9,), method="post", status=404),
    "forget-view": Row(EVERYONE, (10**9,), method="post", status=404),
    "undo": Row(EVERYONE, (10**9,), method="post", status=404),
}
