"""The pages of one record: shown with its history, made, changed, moved on, and one field edited in its list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from unions.access import Action, may
from unions.mixins import ActionMixin
from unions.models import User
from unions.pages.consequences import HeldError, carry_out, is_watched
from unions.pages.forms import EventForm, RecordForm, add_refusal, move_form, rehearse
from unions.pages.kinds import Kind
from unions.services.records import changes


class KindMixin(ActionMixin):
    """A page about one record of a kind, within the user's scope."""

    kind: Kind = None  # type: ignore[assignment]  # set by the route
    kwargs: dict[str, Any]

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = get_object_or_404(visible(self.kind.model, self.user), pk=self.kwargs["pk"])
        return self._row


def visible(model: Any, user: User) -> Any:
    """Records within the user's scope, but for those about somebody whom row-level security hides from him."""
    named = [field.name for field in model._meta.concrete_fields if field.is_relation]
    return model.objects.visible_to(user).select_related(*named)


class DetailView(KindMixin, TemplateView):
    """A record: its facts and state, what can be done next, its tables, and who changed it when."""

    template_name = "unions/record.html"

    @property
    def action(self) -> Action:  # type: ignore[override]
        return self.kind.register.see

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind, row, user = self.kind, self.row, self.user
        shown = {
            "kind": kind,
            "row": row,
            "list_url": reverse(kind.slug),
            "badge": kind.badge(row),
            "facts": [(column.caption, column.of(row)) for column in kind.shown_facts()],
            "steps": kind.workflow.steps(row, user) if kind.workflow else [],
            "tables": kind.tables(row, user) if kind.tables else [],
            "changes": changes(row)[:20],
            "edit_url": reverse(f"{kind.slug}-edit", args=[row.pk]) if self.may_edit() else "",
        }
        more = kind.context(row, user) if kind.context else {}
        return super().get_context_data(**kwargs) | shown | more

    def may_edit(self) -> bool:
        return self.kind.may_edit and may(self.user, self.kind.manage, self.row)


class RecordFormView(KindMixin, FormView):
    """What making, changing and moving a record have in common."""

    template_name = "unions/record_form.html"

    @property
    def action(self) -> Action:  # type: ignore[override]
        return self.kind.manage

    def check(self) -> None:
        """A record in sight may still not be the actor's to change; one he makes must have a place he may fill."""
        row = self.row if "pk" in self.kwargs else self.kind.model()
        if ("pk" in self.kwargs or not hasattr(row, "union_id")) and not may(self.user, self.kind.manage, row):
            raise PermissionDenied

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.user}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            row = carry_out(lambda: self.done(form), actor=self.user, posted=self.request.POST)
        except (ValidationError, PermissionDenied) as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        except HeldError as held:
            return self.held_back(form, held)
        return self.answer(row)

    def answer(self, row: Any) -> HttpResponse:
        messages.success(self.request, self.told(row))
        return redirect(self.kind.url(row))

    def held_back(self, form: Any, held: HeldError) -> HttpResponse:
        """Nothing was stored: the page again, as it was typed, with the issued figures it would change."""
        self.__dict__.pop("_row", None)
        return self.render_to_response(self.get_context_data(form=form, held=held), status=409)

    def done(self, form: Any) -> Any:
        return form.save()

    def told(self, row: Any) -> str:
        return _("Saved: %(row)s.") % {"row": row}

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NewView(RecordFormView):
    """Makes a record; fields can be filled in beforehand by the address (``?union=3``)."""

    def get_form_class(self) -> type[RecordForm]:
        return self.kind.form

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET[name] for name in self.kind.form.base_fields if name in self.request.GET}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("New: %(kind)s") % {"kind": self.kind.caption}
        return super().get_context_data(**kwargs) | {
            "heading": heading,
            "lead": self.kind.new_hint,
            "back_url": reverse(self.kind.slug),
            "back": self.kind.register.title,
        }


class EditView(RecordFormView):
    """Changes a record; refuses to write over what somebody else changed meanwhile."""

    def get_form_class(self) -> type[RecordForm]:
        return self.kind.form

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.row}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "heading": _("Edit: %(row)s") % {"row": self.row},
            "back_url": self.kind.url(self.row),
            "back": str(self.row),
        }


class MoveView(RecordFormView):
    """Asks what a move of the workflow needs, and makes it."""

    @property
    def action(self) -> Action:  # type: ignore[override]
        # Who may make the move is said by the workflow; here, who may see the record at all.
        return self.kind.register.see

    @property
    def move(self) -> Any:
        """The move from the record's present state; None if somebody else has moved it on meanwhile."""
        return self.workflow.find(self.row, self.kwargs["to"])

    @property
    def workflow(self) -> Any:
        assert self.kind.workflow is not None  # the route exists for kinds with a workflow only
        return self.kind.workflow

    def check(self) -> None:
        moves = [self.move] if self.move else [move for move in self.workflow.moves if move.to == self.kwargs["to"]]
        if not moves:
            raise Http404
        if not any(may(self.user, move.action, self.row) for move in moves):
            raise PermissionDenied

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.move else self.too_late()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.move else self.too_late()

    def too_late(self) -> HttpResponse:
        """The record is in another state than the page it was asked on said: shown as it is now."""
        now = self.workflow.caption_of(self.row)
        messages.error(
            self.request,
            _("%(row)s is “%(state)s” by now: this step is not open any more.") % {"row": self.row, "state": now},
        )
        return redirect(self.kind.url(self.row))

    def get_form_class(self) -> Any:
        return move_form(self.kind.model, self.move.asks, self.move.may_ask)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.row}

    def done(self, form: Any) -> Any:
        facts = {name: form.cleaned_data.get(name) for name in (*self.move.asks, *self.move.may_ask)}
        return self.workflow.move(
            row=self.row, to=self.move.to, actor=self.user, on=form.cleaned_data["on"], facts=facts
        )

    def told(self, row: Any) -> str:
        return _("%(row)s: now “%(state)s”.") % {"row": row, "state": self.workflow.caption_of(row)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "heading": _("%(move)s: %(row)s") % {"move": self.move.caption, "row": self.row},
            "lead": self.move.hint,
            "submit": self.move.caption,
            "back_url": self.kind.url(self.row),
            "back": str(self.row),
        }


class CellView(RecordFormView):
    """One field edited where it stands in the list; answers with the cell."""

    template_name = "unions/_cell_form.html"

    def get_form_class(self) -> Any:
        name = self.kwargs["field"]
        if name not in self.kind.register.editable:
            raise Http404
        base = type("CellForm", (RecordForm,), {"action": self.kind.manage})
        return modelform_factory(self.kind.model, form=base, fields=(name,))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.row}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kind": self.kind, "row": self.row, "name": self.kwargs["field"]}

    def answer(self, row: Any) -> HttpResponse:
        column = next(c for c in self.kind.register.columns if c.key == self.kwargs["field"])
        shown = {"column": column, "value": column.of(row), "slug": self.kind.slug, "pk": row.pk, "may_edit": True}
        return render(self.request, "unions/_cell.html", shown)

    # htmx swaps answers of success only.

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def held_back(self, form: Any, held: HeldError) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, held=held))


class EventView(ActionMixin, FormView):
    """An event: asks what the rule demands, shows what it will change, and does it when that is confirmed."""

    template_name = "unions/event.html"
    heading: Any = ""
    lead: Any = ""
    submit: Any = ""

    def get_target(self) -> Any:
        """The record the event happens to, within the user's scope; None if the event makes one."""
        return None

    def check(self) -> None:
        self.target = self.get_target()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.user, "target": self.target}

    def form_valid(self, form: EventForm) -> HttpResponse:
        is_confirmed = "confirm" in self.request.POST
        try:
            if not is_confirmed:
                return self.planned(form)
            row = carry_out(form.run, actor=self.user, posted=self.request.POST)
        except (ValidationError, PermissionDenied) as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        except HeldError as held:
            return self.render_to_response(self.get_context_data(form=form, held=held), status=409)
        messages.success(self.request, self.told(row))
        return redirect(self.next_url(row))

    def planned(self, form: EventForm) -> HttpResponse:
        """What the event will change, and which issued figures; nothing is stored yet."""
        effects = form.plan()
        if form.consequences is None and is_watched():
            rehearse(form)
        held = HeldError(form.consequences, {}) if form.consequences else None
        return self.render_to_response(self.get_context_data(form=form, effects=effects, held=held))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def told(self, row: Any) -> str:
        return _("Recorded: %(row)s.") % {"row": row}

    def next_url(self, row: Any) -> str:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        target = self.target
        return super().get_context_data(**kwargs) | {
            "heading": self.heading,
            "lead": self.lead,
            "submit": self.submit or self.heading,
            "target": target,
            "back_url": self.next_url(target) if target is not None else "",
            "back": str(target) if target is not None else "",
        }
