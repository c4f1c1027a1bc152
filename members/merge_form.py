"""What is asked when two records are merged: which stays, and which value of each field that differs."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.duplicates import look_for_duplicates
from members.merging import FIELDS, References, merge_persons, relations, undo_merge
from members.models import DuplicatePair, Person, PersonMerge
from unions.access import scope_of
from unions.forms.look import Radios
from unions.models import User
from unions.pages.forms import EventForm, rehearse
from unions.services.effects import Effect
from unions.validators import mask_id

MASKED = ("id_number", "phone", "bank_card")
FIRST, SECOND = "first", "second"


def shown(person: Person, name: str) -> str:
    """A field of a person as a page may show it: numbers masked, choices and dates in words."""
    value = getattr(person, name)
    if name in MASKED:
        number = mask_id(value or "")
        return f"{person.get_id_type_display()} {number}" if name == "id_number" and number else number or "—"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if person._meta.get_field(name).choices:  # type: ignore[union-attr]
        return str(getattr(person, f"get_{name}_display")())
    return "—" if value in (None, "") else (date_format(value, "Y-m-d") if hasattr(value, "year") else str(value))


def differing(pair: DuplicatePair) -> list[str]:
    """The fields in which the two records differ."""
    one, other = pair.first, pair.second
    return [name for name in FIELDS if (getattr(one, name) or "") != (getattr(other, name) or "")]


def caption(name: str) -> Any:
    """What a field is called; of a person, the name is a person's name."""
    if name == "name":
        return _("Name")
    return Person._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class MergeForm(EventForm):
    """Makes one person of the two records of a pair."""

    keep = forms.ChoiceField(label=gettext_lazy("Record that stays"), widget=Radios)
    reason = forms.CharField(label=gettext_lazy("How you know it is one person"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = {FIRST: self.target.first, SECOND: self.target.second}
        keep: Any = self.fields["keep"]
        keep.choices = [(side, f"{row.name} {row.masked_id} {row.union}") for side, row in both.items()]
        keep.initial = SECOND if both[SECOND].has_valid_id and not both[FIRST].has_valid_id else FIRST
        for name in differing(self.target):
            other = FIRST if keep.initial == SECOND else SECOND
            self.fields[name] = forms.ChoiceField(
                label=caption(name),
                choices=[(side, shown(row, name)) for side, row in both.items()],
                initial=keep.initial if getattr(both[keep.initial], name) else other,
                widget=Radios,
            )
        self.order_fields(["keep", *differing(self.target), "reason"])

    def sides(self) -> tuple[Person, Person]:
        """The record that stays, and the one that goes into it."""
        both = (self.target.first, self.target.second)
        return both if self.cleaned_data["keep"] == FIRST else both[::-1]

    def plan(self) -> list[Effect]:
        row = rehearse(self)
        # The rehearsal is taken back, but the objects in memory still say what it did.
        return [*changes_of(row), *moves_of(row, self.actor), *closings_of(row), end_of(row)]

    def run(self) -> PersonMerge:
        kept, merged = self.sides()
        keep = self.cleaned_data["keep"]
        take = [name for name in differing(self.target) if self.cleaned_data[name] != keep]
        return merge_persons(actor=self.actor, kept=kept, merged=merged, take=take, reason=self.cleaned_data["reason"])


def changes_of(row: PersonMerge) -> list[Effect]:
    """The fields of the kept record that get another value, as they were and as they will be."""
    former = json.loads(row.former)
    before, after = (person_like(former[key]) for key in ("kept", "given"))
    found = [
        Effect(caption(n), shown(before, n), shown(after, n)) for n in FIELDS if shown(before, n) != shown(after, n)
    ]
    if before.union_id != after.union_id:
        found.append(Effect(caption("union"), before.union, after.union))
    return found


def fields_changed(before: Person, after: Person) -> list[Effect]:
    told = [(caption(name), shown(before, name), shown(after, name)) for name in FIELDS]
    return [Effect(*one) for one in told if one[1] != one[2]]


def person_like(values: dict[str, Any]) -> Person:
    fields = {field.attname: field for field in Person._meta.concrete_fields}
    return Person(**{name: fields[name].to_python(value) for name, value in values.items()})


def moves_of(row: PersonMerge, actor: User) -> list[Effect]:
    """How many rows of each kind go over to the kept record; those of other offices in one sum."""
    found, elsewhere = [], 0
    for entry in row.moved:
        references = reference(entry["model"], entry["field"])
        number = len(entry["rows"])
        if references.may_be_seen(actor):
            before, after = _("%(number)d with the merged record"), _("%(number)d go to the kept record")
            counted = {"number": number}
            found.append(Effect(named(references.model), before % counted, after % counted))
        else:
            elsewhere += number
    if elsewhere:
        told = ngettext("%(number)d record", "%(number)d records", elsewhere) % {"number": elsewhere}
        found.append(Effect(_("Records of other offices"), told, _("go to the kept record")))
    return found


def reference(label: str, field: str) -> References:
    model: Any = apps.get_model(label)
    return References(model, model._meta.get_field(field))


def closings_of(row: PersonMerge) -> list[Effect]:
    after = _("Recorded twice: stays with the merged record and is not counted")
    return [
        Effect(f"{apps.get_model(entry['model'])._meta.verbose_name}{_(': ')}{entry['name']}", _("Counted"), after)
        for entry in row.closed
    ]


def end_of(row: PersonMerge) -> Effect:
    told = {"name": row.kept.name, "until": row.undo_until}
    return Effect(
        _("Record of %(name)s, %(number)s") % {"name": row.name, "number": row.masked_id},
        _("In the register"),
        _("Merged into %(name)s; can be undone until %(until)s") % told,
    )


class LookForm(EventForm):
    """Looks for duplicates; asks nothing."""

    def plan(self) -> list[Effect]:
        before = DuplicatePair.objects.visible_to(self.actor).filter(state=DuplicatePair.State.OPEN).count()
        return [Effect(_("Pairs to be decided"), before, rehearse(self))]

    def run(self) -> int:
        return look_for_duplicates()


class UndoForm(EventForm):
    """Makes two records of one again."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def plan(self) -> list[Effect]:
        rehearse(self)
        merge = self.target
        rows = sum(len(entry["rows"]) for entry in merge.moved)
        former = json.loads(merge.former)
        given, kept = person_like(former["given"]), person_like(former["kept"])
        back = [
            Effect(caption(n), shown(given, n), shown(kept, n)) for n in FIELDS if shown(given, n) != shown(kept, n)
        ]
        return [
            *back,
            Effect(_("Rows moved"), rows, _("go back to %(name)s") % {"name": merge.name}),
            Effect(_("Rows closed as recorded twice"), len(merge.closed), _("count again")),
            Effect(
                _("Record of %(name)s, %(number)s") % {"name": merge.name, "number": merge.masked_id},
                _("Merged"),
                _("In the register"),
            ),
        ]

    def run(self) -> PersonMerge:
        return undo_merge(merge=self.target, actor=self.actor, reason=self.cleaned_data["reason"])


def held_by(pair: DuplicatePair, actor: User) -> list[tuple[str, int, int]]:
    """How many rows within his scope name either record, kind by kind; those of other offices in one sum."""
    found: list[tuple[str, int, int]] = []
    elsewhere = (0, 0)
    scope = scope_of(actor)
    for references in relations():
        rows = (references.of(person) for person in (pair.first, pair.second))
        seen = (some if scope.unions is None else some.filter(union__in=scope.unions) for some in rows)
        first, second = (some.count() for some in seen)
        if not references.may_be_seen(actor):
            elsewhere = (elsewhere[0] + first, elsewhere[1] + second)
        elif first or second:
            found.append((named(references.model), first, second))
    return found + ([(_("Records of other offices"), *elsewhere)] if any(elsewhere) else [])


def named(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name_plural)
