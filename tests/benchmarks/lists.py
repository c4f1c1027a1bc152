"""The members list at scale: keyset pages against Django's Paginator, names by infix against a scan, whole pages.

    make bench MEMBERS=1000000

Measures the synthetic federation that ``scale_data`` laid. Every figure is a ratio of two measurements of one run; the
floors are what the list must keep.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from members.models import Person
from members.querysets import persons_named
from members.views.people import persons
from unions.models import User
from unions.pages.keyset import page_of

ROUNDS = 5
SIZE = 50
INFIX = "璟玥"
BARE = Template(
    "<table>{% for row in rows %}<tr><td>{{ row.name }}<td>{{ row.sex }}<td>{{ row.masked_id }}<td>{{ row.union }}"
    "<td>{{ row.open_membership.membership.employer }}{% endfor %}</table>"
)
# What the list must keep, as ratios within one run.
LEAST_GAIN, MOST_DRIFT, MOST_OF_SCAN = 12.0, 2.0, 0.01


def timed(function: Callable[[], Any]) -> float:
    """The median of some rounds, in milliseconds, after one that is thrown away."""
    function()
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        function()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def keyset(rows: Any, after: int | None = None) -> float:
    return timed(lambda: page_of(rows.all(), sort="pinyin", size=SIZE, after=after).rows)


def paged(rows: Any, number: int) -> float:
    return timed(lambda: list(Paginator(rows.order_by("pinyin", "pk"), SIZE).page(number).object_list))


def infix(wanted: Q) -> float:
    """Everybody whose name holds two characters."""
    return timed(lambda: list(Person.objects.filter(wanted).values_list("pk", flat=True)))


def infixes() -> tuple[float, float]:
    """One person of a rare name, found by the index and by reading everybody."""
    with transaction.atomic():
        person = Person.objects.order_by("pk")[0]
        person.name = f"欧阳{INFIX}"
        person.save()
        found = infix(persons_named(INFIX)), infix(Q(name__icontains=INFIX))
        transaction.set_rollback(True)
    return found


def whole_page(client: Client, url: str) -> float:
    def ask() -> None:
        assert client.get(url).status_code == 200

    return timed(ask)


def bare_view(request: HttpRequest) -> HttpResponse:
    """The first fifty people and nothing else: what Django itself takes for such a page."""
    rows = persons(request.user).order_by("pinyin", "pk")[:SIZE]  # type: ignore[arg-type]
    return HttpResponse(BARE.render(Context({"rows": rows})))


def bare_page(user: User) -> float:
    request = RequestFactory().get("/")
    request.user = user
    return timed(lambda: bare_view(request))


def measure() -> None:
    user = User.objects.get(username="zuzhi")
    rows = persons(user)
    count = rows.count()
    last = Person.objects.order_by("-pinyin", "-pk")[SIZE : SIZE + 1].get().pk
    first_page, last_page = keyset(rows), keyset(rows, last)
    by_number = paged(rows, count // SIZE)
    bare = timed(lambda: list(rows.order_by("pinyin", "pk")[:SIZE]))
    by_index, by_scan = infixes()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{count} people, median of {ROUNDS}")
    print(f"keyset: first page {first_page:.1f} ms, last page {last_page:.1f} ms, bare query {bare:.1f} ms")
    print(f"Paginator, last page: {by_number:.1f} ms")
    report("Paginator ÷ keyset, last page", by_number / last_page, LEAST_GAIN, at_least=True)
    report("keyset last page ÷ first page", last_page / first_page, MOST_DRIFT, at_least=False)
    report("infix by index ÷ by scan", by_index / by_scan, MOST_OF_SCAN, at_least=False)
    print(f"a bare view of the first page: {bare_page(user):.0f} ms")
    union = Person.objects.order_by("pk")[0].union.name
    for query in ("", "?q=玉兰", "?q=王", f"?union={union}", "?union=合成", f"?after={last}"):
        print(f"whole page /members/{query}: {whole_page(client, f'/members/{query}'):.0f} ms")


def report(what: str, ratio: float, floor: float, *, at_least: bool) -> None:
    is_kept = ratio >= floor if at_least else ratio <= floor
    print(f"{what}: {ratio:.3g} ({'≥' if at_least else '≤'} {floor:g} {'kept' if is_kept else 'MISSED'})")
