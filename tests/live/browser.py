"""One signed-in browser: cookies, forms and files, the seconds each answer took, and nothing drawn."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import quote, urlencode

from reports.demo.accounts import PASSWORD

LONGEST_ANSWER = 120
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """``status`` 0: the connection broke before an answer came."""

    status: int
    text: str
    seconds: float

    @property
    def is_broken(self) -> bool:
        return self.status == 0 or self.status >= 500


class Unmoved(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer; following it would be a second request."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


class Browser:
    def __init__(self, address: str, username: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), Unmoved)
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"username": username, "password": PASSWORD})
        assert answer.status == 302, f"{username} cannot sign in: {answer.status}"

    def get(self, path: str) -> Answer:
        return self.ask(urllib.request.Request(self.address + quote(path, safe="/?=&")))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self.ask(self.form(path, urlencode(fields).encode(), FORM))

    def upload(self, path: str, fields: dict[str, str], name: str, content: bytes) -> Answer:
        """The form with a file in its field ``file``."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.ask(self.form(path, body, f"multipart/form-data; boundary={edge}"))

    def form(self, path: str, body: bytes, kind: str) -> urllib.request.Request:
        request = urllib.request.Request(self.address + path, data=body, method="POST")
        request.add_header("Content-Type", kind)
        request.add_header(
            "X-CSRFToken", next((one.value or "" for one in self.cookies if one.name == "csrftoken"), "")
        )
        return request

    def ask(self, request: urllib.request.Request) -> Answer:
        began = time.perf_counter()
        status, text = 0, ""
        try:
            with self.opener.open(request, timeout=LONGEST_ANSWER) as reply:
                status, text = reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read().decode(errors="replace")
        except (OSError, HTTPException) as broken:
            text = str(broken)
        return Answer(status, text, time.perf_counter() - began)
