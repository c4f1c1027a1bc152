"""What relief adds to shared pages: the hardship files of a union, by number; names stay in the file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relief.models import HardshipFile
from unions.access import Action
from unions.models import Union, User
from unions.pages.columns import Column, Table, columns
from unions.pages.contributions import Happening, facet, happening

MANY = 200


@facet("hardship", gettext_lazy("Hardship files"), Action.VIEW_RELIEF, order=95)
def hardship(union: Union, user: User, day: date) -> Table:
    rows = HardshipFile.objects.visible_to(user).filter(union=union).order_by("-opened_on", "-pk")
    return Table(
        (
            Column("file_no", _("File number")),
            *columns(HardshipFile, "category", "status", "opened_on", "exited_on"),
        ),
        rows[:MANY],
        empty=_("No hardship file is kept at this union."),
    )


@happening(Action.VIEW_RELIEF)
def files_opened(union: Union, user: User) -> Iterable[Happening]:
    for row in HardshipFile.objects.visible_to(user).filter(union=union, opened_on__isnull=False):
        assert row.opened_on  # filtered
        yield Happening(row.opened_on, _("Hardship file opened"), row.file_no)
