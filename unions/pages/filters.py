"""What many lists share: filters by a choice or a known record, a state as its badge, a move for many rows."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from unions.models import Community, Union
from unions.pages.bulk import BulkAction
from unions.pages.columns import Badge, Column
from unions.pages.listing import Filters
from unions.periods import FIRST_YEAR, LAST_YEAR
from unions.workflow.base import Workflow


def one_of(label: Any, choices: Any, field: str = "", **more: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        field_name=field or None, label=label, choices=choices, empty_label=_("All"), **more
    )


def every(label: Any, model: Any, field: str = "") -> django_filters.ModelChoiceFilter:
    """A filter by a record that everybody knows, such as a community."""
    return django_filters.ModelChoiceFilter(
        field_name=field or None, label=label, queryset=model.objects.all(), empty_label=_("All")
    )


def named(label: Any, field: str) -> django_filters.CharFilter:
    """A filter by a part of a name."""
    return django_filters.CharFilter(field_name=field, label=label, lookup_expr="icontains")


def in_year(field: str) -> django_filters.NumberFilter:
    return django_filters.NumberFilter(
        field_name=field, lookup_expr="year", label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )


def is_set(label: Any, field: str) -> django_filters.BooleanFilter:
    """Whether a field holds something: adopted, ended, issued."""
    return django_filters.BooleanFilter(field_name=field, lookup_expr="isnull", exclude=True, label=label)


def state(workflow: Workflow, sort: str = "") -> Column:
    """The column of a record's state, as its badge."""
    return Column("state", _("Status"), lambda row: Badge(workflow.caption_of(row), workflow.look_of(row)), sort=sort)


def moving(workflow: Workflow, to: str) -> BulkAction:
    """A move of a workflow for many ticked rows, as of today."""
    move = next(move for move in workflow.moves if move.to == to)
    return BulkAction(
        to.lower(), move.caption, move.action, lambda row, actor: workflow.move(row=row, to=to, actor=actor)
    )


class UnionFilters(Filters):
    """What a list of facts about unions can be narrowed by: the union's name and its community."""

    union = django_filters.CharFilter(label=_("Union"), method="of_unions_named")
    community = every(_("Community"), Community, "union__community")

    def of_unions_named(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """By the unions themselves: of them the planner knows how many rows they have, of a name nothing."""
        return rows.filter(union__in=list(Union.objects.filter(name__icontains=text).values_list("pk", flat=True)))
