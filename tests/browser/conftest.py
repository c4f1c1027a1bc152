"""A real Chromium against the real server: what a person sees, at a desk and on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import Union, User

AXE = (Path(__file__).parent / "axe-core-4.14.1/axe.min.js").read_text()
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
# Without these the browser spends its start looking for hosts that a closed network has not.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "gonghui-test"
# Milliseconds. A busy machine is slow: only a story that was promised something in vain waits this long.
PATIENCE = 60_000
# make slow: a browser this many times slower, in which a story that does not wait for its page fails.
SLOWER = int(os.environ.get("SLOWER", "1"))


@pytest.fixture(scope="session", autouse=True)
def beside_the_event_loop() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; the tests' own queries beside it are ordinary ones."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, f"None of {', '.join(BROWSERS)} is installed: ./bootstrap.sh test installs one."
    return {"executable_path": path, "args": QUIET}


@pytest.fixture(params=SIZES)
def browser_context_args(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"viewport": SIZES[request.param], "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def page(page: Page) -> Page:
    """The browser's page, patient with a busy machine, slowed down where that is asked for."""
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    if SLOWER > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[Role, Union], User]:
    """Sign in through the form, as a new holder of an office or as whom it made before; who was there has gone."""

    def enter(role: Role, union: Union, again: User | None = None) -> User:
        user = again or UserFactory(role=role, role__at=union)
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/sign-in/")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{live_server.url}/")
        return user

    return enter


def serious_findings(page: Page) -> list[str]:
    """What axe-core holds against the page, of the two gravest kinds."""
    page.evaluate(AXE)  # a script tag would be refused by the content security policy, as it should
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{issue['id']}: {issue['nodes'][0]['html'][:120]}"
        for issue in found["violations"]
        if issue["impact"] in ("serious", "critical")
    ]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
