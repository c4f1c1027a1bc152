"""The forms of the congress, open affairs, suggestions, safety and supervision, and what those of contracts share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.models import (
    Appraisal,
    CongressMeeting,
    CongressProposal,
    Employer,
    GroupFeedback,
    Inspection,
    Meeting,
    OpenAffairsPosting,
    SafetyReturn,
    Suggestion,
    Supervision,
    Union,
    UnionCoverage,
    User,
)
from unions.pages.forms import RecordForm
from unions.pages.lookup import LOOKUPS, Lookup, LookupField
from unions.periods import Quarter
from unions.search import named
from unions.services import congress, safety, suggestions, supervision
from unions.services.cover import home_unions

MOST_SHOWN = 20
MOST_LISTED = 60


def find_employers(user: User, text: str) -> QuerySet[Employer]:
    return Employer.objects.visible_to(user).filter(named(text) | Q(code__startswith=text)).order_by("pinyin")


def find_unions(user: User, text: str) -> QuerySet[Union]:
    return Union.objects.visible_to(user).filter(named(text), ended_on__isnull=True).order_by("pinyin")


LOOKUPS["employer"] = Lookup(Action.VIEW_ORGANISATION, find_employers, str)
LOOKUPS["union"] = Lookup(Action.VIEW_ORGANISATION, find_unions, str)


class LabourForm(RecordForm):
    """Records kept under labour relations: a single employer is chosen already, one of very many is looked up."""

    action = Action.MANAGE_LABOUR

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("employer")
        if field is not None:
            today = timezone.localdate()
            open_ones = Q(closed_on__isnull=True) | Q(closed_on__gt=today) | Q(pk=self.instance.employer_id)
            field.queryset = field.queryset.filter(open_ones)
            only = list(field.queryset[:2])
            if len(only) == 1:
                field.initial = only[0].pk
        for name in ("union", "employer"):
            self.look_up(name)

    def look_up(self, name: str) -> None:
        """A field of very many choices is typed, not scrolled."""
        field: Any = self.fields.get(name)
        if field is None or field.queryset.count() <= MOST_LISTED:
            return
        self.fields[name] = LookupField(
            name, field.queryset, label=field.label, required=field.required, help_text=field.help_text
        )
        self.fields[name].widget.attrs |= {
            "class": "form-control",
            "placeholder": _("Type a part of the name, then choose"),
        }

    @property
    def since(self) -> int | None:
        return self.cleaned_data.get("revision")


def home_union(employer: Employer, day: date) -> int:
    """The union that covers the employer on that day, or the organ that looks after it."""
    return home_unions([employer], day).get(employer.pk, employer.union_id)


def own_employer(union: Union, day: date) -> Employer | None:
    """The union's employer, where it covers exactly one."""
    found = list(union.coverages.on(day).select_related("employer")[:2])
    return found[0].employer if len(found) == 1 else None


def employers_beneath(union: Union, day: date) -> list[Employer]:
    """The employers in business that the union and those beneath it cover on that day."""
    coverages = UnionCoverage.objects.on(day).filter(union__in=Union.objects.subtree_ids(union.pk, day))
    return list(Employer.objects.active_on(day).filter(pk__in=coverages.values("employer")).order_by("code"))


class EmployersForm(LabourForm):
    """A record that names many employers: one a line, so that a column of a table can be pasted in."""

    employers = forms.CharField(
        label=gettext_lazy("Employers"),
        help_text=gettext_lazy(
            "One name or employer code a line; a column of a table can be pasted in. "
            "Empty: the union's own, where it has a single one."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    all_beneath = forms.BooleanField(
        label=gettext_lazy("All employers covered by this union and the unions beneath it"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["all_beneath"]
            links = self.instance.covered.select_related("employer").order_by("employer__code")
            self.initial["employers"] = "\n".join(link.employer.name for link in links)

    def clean_employers(self) -> list[Employer]:
        """The employers named, by name or code. Raises ValidationError that names every line not found, or unclear."""
        lines = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["employers"].splitlines()))))
        rows = list(Employer.objects.visible_to(self.actor).filter(Q(name__in=lines) | Q(code__in=lines)))
        by_line = {line: [row for row in rows if line in (row.name, row.code)] for line in lines}
        self.refuse_lines(_("Not found among your employers: %(names)s."), by_line, lambda found: not found)
        self.refuse_lines(_("Several have this name, use the code: %(names)s."), by_line, lambda found: len(found) > 1)
        return list(dict.fromkeys(found[0] for found in by_line.values()))

    def refuse_lines(self, message: str, by_line: dict[str, list[Employer]], is_wrong: Any) -> None:
        wrong = [line for line, found in by_line.items() if is_wrong(found)]
        if wrong:
            raise ValidationError(message % {"names": _(", ").join(wrong[:MOST_SHOWN])})

    def chosen(self, day: date) -> list[Employer]:
        """The employers typed, with all beneath the union if that is ticked; else the union's only one."""
        typed: list[Employer] = self.cleaned_data["employers"]
        if self.cleaned_data.get("all_beneath"):
            return list(dict.fromkeys([*typed, *employers_beneath(self.instance.union, day)]))
        if typed:
            return typed
        only = own_employer(self.instance.union, day)
        return [only] if only else []


# -- Democratic management -------------------------------------------------------------------------------------------


class CongressForm(EmployersForm):
    class Meta:
        model = CongressMeeting
        fields = (
            *("union", "kind", "scope", "held_on", "delegates", "present", "reports_passed", "resolutions", "note"),
        )

    field_order = ["union", "kind", "scope", "employers", "all_beneath"]

    def save(self, commit: bool = True) -> CongressMeeting:
        row = self.instance
        is_members = row.kind == CongressMeeting.Kind.MEMBERS
        employers = self.cleaned_data["employers"] if is_members else self.chosen(row.held_on)
        return congress.save_meeting(meeting=row, employers=employers, actor=self.actor, since=self.since)


class ProposalForm(LabourForm):
    class Meta:
        model = CongressProposal
        fields = ("meeting", "number", "title", "category", "proposer", "tabled_on", "note")
        help_texts = {
            "number": gettext_lazy("Empty: the next one of the meeting."),
            "tabled_on": gettext_lazy("Empty: the day of the meeting."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        meeting: Any = self.fields["meeting"]
        meeting.queryset = meeting.queryset.select_related("union")
        meeting.disabled = bool(self.instance.pk)

    def _get_validation_exclusions(self) -> set[str]:
        # The service gives the number that is left out.
        excluded = super()._get_validation_exclusions()
        return excluded if self.cleaned_data.get("number") else {*excluded, "number"}

    def save(self, commit: bool = True) -> CongressProposal:
        return congress.save_proposal(proposal=self.instance, actor=self.actor, since=self.since)


class PostingForm(LabourForm):
    class Meta:
        model = OpenAffairsPosting
        fields = ("union", "kind", "employer", "topic", "posted_on", "note")
        help_texts = {"employer": gettext_lazy("Empty: the union's own, where it has a single one.")}

    def save(self, commit: bool = True) -> OpenAffairsPosting:
        row = self.instance
        if row.employer_id is None and row.kind == OpenAffairsPosting.Kind.FACTORY:
            row.employer = own_employer(row.union, row.posted_on)
        return congress.save_posting(posting=row, actor=self.actor, since=self.since)


class AppraisalForm(LabourForm):
    class Meta:
        model = Appraisal
        fields = ("union", "leader", "held_on", *congress.GRADES, "note")

    def save(self, commit: bool = True) -> Appraisal:
        return congress.save_appraisal(appraisal=self.instance, actor=self.actor, since=self.since)


# -- Suggestions, safety, supervision --------------------------------------------------------------------------------


class SuggestionForm(LabourForm):
    class Meta:
        model = Suggestion
        fields = (
            *("union", "employer", "title", "kind", "proposer", "collected_on", "benefit_estimated", "award", "note"),
        )
        help_texts = {"employer": gettext_lazy("Empty: the union's own, where it has a single one.")}

    def save(self, commit: bool = True) -> Suggestion:
        row = self.instance
        if row.employer_id is None:
            row.employer = own_employer(row.union, row.collected_on)
        return suggestions.save_suggestion(suggestion=row, actor=self.actor, since=self.since)


class SafetyForm(LabourForm):
    """Figures of a quarter that ended or runs; the quarter is chosen, not typed."""

    class Meta:
        model = SafetyReturn
        fields = (
            *("employer", "quarter_start", "is_participating", "teams", "participants"),
            *("training_sessions", "training_attendances", "inspections", "notices"),
            *("hazards_carried_in", "hazards_found", "hazards_fixed", "hazards_open"),
            *("drills", "minor_injuries", "serious_injuries", "deaths", "safe_days", "note"),
        )
        help_texts = {
            "hazards_carried_in": gettext_lazy("What the quarter before left open."),
            "hazards_fixed": gettext_lazy("Carried in and found together equal fixed and still open."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["quarter_start"].label
        choices = [(quarter.start.isoformat(), quarter.label) for quarter in recent_quarters(self.instance)]
        self.fields["quarter_start"] = forms.TypedChoiceField(
            label=label,
            choices=choices,
            coerce=date.fromisoformat,
            widget=forms.Select(attrs={"class": "form-select gh-w2"}),
        )
        if self.instance.quarter_start:
            self.initial["quarter_start"] = self.instance.quarter_start.isoformat()

    def save(self, commit: bool = True) -> SafetyReturn:
        row = self.instance
        row.union_id = home_union(row.employer, row.quarter_start)
        return safety.save_safety_return(row=row, actor=self.actor, since=self.since)


def recent_quarters(row: SafetyReturn) -> list[Quarter]:
    """The running quarter and the eleven before it, and the one the row is of."""
    quarters = [Quarter.containing(timezone.localdate())]
    while len(quarters) < 12:
        quarters.append(quarters[-1].previous())
    own = row.quarter_start and Quarter.containing(row.quarter_start)
    return quarters if not own or own in quarters else [*quarters, own]


class InspectionForm(LabourForm):
    class Meta:
        model = Inspection
        fields = ("employer", "inspected_on", "findings", "rectified_on", "note")

    def save(self, commit: bool = True) -> Inspection:
        row = self.instance
        row.union_id = home_union(row.employer, row.inspected_on)
        return safety.save_inspection(inspection=row, actor=self.actor, since=self.since)


class SupervisionForm(LabourForm):
    class Meta:
        model = Supervision
        fields = ("employer", "received_on", "matter", "opinion_on", "recommendation_on", "closed_on", "note")

    def save(self, commit: bool = True) -> Supervision:
        row = self.instance
        row.union_id = home_union(row.employer, row.received_on)
        return supervision.save_supervision(supervision=row, actor=self.actor, since=self.since)


class MeetingForm(LabourForm):
    class Meta:
        model = Meeting
        fields = ("union", "kind", "held_on", "topic", "minutes", "note")

    def save(self, commit: bool = True) -> Meeting:
        return supervision.save_meeting(meeting=self.instance, actor=self.actor, since=self.since)


class FeedbackForm(LabourForm):
    class Meta:
        model = GroupFeedback
        fields = ("group", "month", "category", "matter", "reply", "replied_on", "note")
        help_texts = {"month": gettext_lazy("Any day of the month.")}

    def clean_month(self) -> date:
        return self.cleaned_data["month"].replace(day=1)

    def save(self, commit: bool = True) -> GroupFeedback:
        self.instance.union_id = self.instance.group.union_id
        return supervision.save_feedback(feedback=self.instance, actor=self.actor, since=self.since)
