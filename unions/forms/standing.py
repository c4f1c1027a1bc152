"""The forms of assessments, campaigns, honours, selections, pairings, dispatches and visits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.forms.labour import LabourForm
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    Campaign,
    CampaignEnrolment,
    Community,
    Employer,
    Grade,
    SchemeGrade,
)
from unions.pages.forms import EventForm, MoveForm
from unions.services import assessments, awards, campaigns, outreach, pairing, publicity
from unions.services.effects import Effect
from unions.services.open_days import refuse_closed_days
from unions.workflow.enrolments import ENROLMENTS, notice_over

MOST_SHOWN = 20


def locked_fields(form: forms.BaseForm, *names: str) -> None:
    """Fields that stay as they were first recorded."""
    for name in names:
        form.fields[name].disabled = True


class StandingForm(LabourForm):
    """Records of standing: as under labour relations, one employer or union of very many is looked up."""

    action = Action.MANAGE_STANDING


# -- Assessments -----------------------------------------------------------------------------------------------------


class SchemeForm(StandingForm):
    """A scheme with its items, one a line, and the points and subsidy of each class it gives."""

    action = Action.MANAGE_STANDING
    items = forms.CharField(
        label=gettext_lazy("Items and points"),
        help_text=gettext_lazy("One item a line, its points at the end; together 100. A table can be pasted in."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )

    class Meta:
        model = AssessmentScheme
        fields = ("code", "name", "year", "level", "source", "closes_on", "note")

    field_order = ["code", "name", "year", "level", "source", "closes_on", "items"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {row.grade: row for row in self.instance.grades.all()} if self.instance.pk else {}
        if self.instance.pk:
            lines = (f"{item.name}\t{item.weight.normalize():f}" for item in self.instance.items.all())
            self.initial["items"] = "\n".join(lines)
        for grade in Grade:
            self.add_grade(grade, stored.get(grade))
        self.order_fields([*self.field_order, *(name for name in self.fields if "_of_" in name), "note"])

    def add_grade(self, grade: Grade, stored: SchemeGrade | None) -> None:
        least = forms.DecimalField(
            label=_("“%(grade)s” from (points)") % {"grade": grade.label},
            help_text=_("Empty: the scheme does not give this class."),
            required=False,
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=1,
            initial=stored and stored.least_points,
        )
        subsidy = forms.DecimalField(
            label=_("Subsidy for “%(grade)s” (yuan)") % {"grade": grade.label},
            required=False,
            min_value=0,
            max_digits=14,
            decimal_places=2,
            initial=stored and stored.subsidy,
        )
        for name, field in (("least", least), ("subsidy", subsidy)):
            field.widget.attrs["class"] = "form-control gh-w1"
            self.fields[f"{name}_of_{grade}"] = field

    def clean_items(self) -> list[AssessmentItem]:
        lines = [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]
        found = [read_item(number, line) for number, line in enumerate(lines, 1)]
        unread = [str(number) for number, item in enumerate(found, 1) if item is None]
        if unread:
            raise ValidationError(_("Line %(numbers)s has no points at its end.") % {"numbers": _(", ").join(unread)})
        items = [item for item in found if item]
        assessments.refuse_wrong_points(items)
        return items

    def grades(self) -> list[SchemeGrade]:
        return [
            SchemeGrade(grade=grade, least_points=least, subsidy=self.cleaned_data.get(f"subsidy_of_{grade}"))
            for grade in Grade.values
            if (least := self.cleaned_data.get(f"least_of_{grade}")) is not None
        ]

    def save(self, commit: bool = True) -> AssessmentScheme:
        return assessments.save_scheme(
            scheme=self.instance,
            items=self.cleaned_data["items"],
            grades=self.grades(),
            actor=self.actor,
            since=self.cleaned_data.get("revision"),
        )


def read_item(number: int, line: str) -> AssessmentItem | None:
    """An item out of a line such as “组织机构健全 20”; None without points at its end."""
    name, _separator, points = line.replace("\t", " ").rstrip("分").rstrip().rpartition(" ")
    try:
        weight = Decimal(points)
    except InvalidOperation:
        return None
    return (
        AssessmentItem(number=number, name=name.strip()[:120], weight=weight) if name and weight.is_finite() else None
    )


class ApplicationForm(StandingForm):
    """A union's application under a scheme. Later only the note, and the day until the self-assessment, change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            locked_fields(self, "scheme", "union")
            if self.instance.status != Assessment.Status.APPLIED:
                locked_fields(self, "applied_on")
        else:
            today = timezone.localdate()
            self.fields["applied_on"].initial = today
            open_now = Q(closes_on__isnull=True) | Q(closes_on__gte=today)
            self.fields["scheme"].queryset = self.fields["scheme"].queryset.filter(open_now)  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Assessment:
        row = self.instance
        if row.pk:
            assessments.refuse_day(row.scheme, row.union, row.applied_on)
            return super().save(commit)
        return assessments.apply(scheme=row.scheme, union=row.union, actor=self.actor, on=row.applied_on, note=row.note)


class ScoreForm(MoveForm):
    """The score of every item, by the union itself or as found on site."""

    side, has_own = "self_score", False

    class Meta:
        model = Assessment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(self.instance.scheme.items.all())
        self.given = {score.item_id: score for score in self.instance.scores.all()}
        for item in self.items:
            self.fields[f"score_{item.pk}"] = self.score_field(item)

    def score_field(self, item: AssessmentItem) -> forms.DecimalField:
        stored = self.given.get(item.pk)
        field = forms.DecimalField(
            label=item.name,
            max_digits=5,
            decimal_places=1,
            min_value=0,
            max_value=item.weight,
            initial=stored and getattr(stored, self.side),
        )
        field.widget.attrs |= {"class": "form-control gh-w1", "aria-label": item.name, "inputmode": "decimal"}
        return field

    def lines(self) -> list[dict[str, Any]]:
        """Each item with its points, the union's own score and the field for the score asked for."""
        return [
            {"item": item, "own": self.given.get(item.pk), "field": self[f"score_{item.pk}"]} for item in self.items
        ]

    def others(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith("score_")]

    def scores(self) -> dict[int, Decimal | None]:
        return {item.pk: self.cleaned_data[f"score_{item.pk}"] for item in self.items}

    def make(self) -> Any:
        return assessments.self_assess(
            assessment=self.instance, scores=self.scores(), actor=self.actor, on=self.cleaned_data["on"]
        )


class SiteScoreForm(ScoreForm):
    side, has_own = "score", True

    class Meta(ScoreForm.Meta):
        fields = ("checked_by",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked_by"].required = True

    def make(self) -> Any:
        return assessments.check_on_site(
            assessment=self.instance,
            scores=self.scores(),
            checked_by=self.cleaned_data["checked_by"],
            actor=self.actor,
            on=self.cleaned_data["on"],
        )


class GiveClassForm(MoveForm):
    """The document that gives the class; the class itself follows from the points."""

    document_no = forms.CharField(label=gettext_lazy("Document number"), max_length=60)

    class Meta:
        model = Assessment
        fields: tuple[str, ...] = ()

    def make(self) -> Any:
        assessments.give_class(
            assessment=self.instance,
            document_no=self.cleaned_data["document_no"],
            actor=self.actor,
            on=self.cleaned_data["on"],
        )
        return self.instance


class ModelClassForm(StandingForm):
    """A class given outside the portal, such as the district's. What was given stays; its document may be put right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document_no"].required = True
        if self.instance.pk:
            locked_fields(self, "union", "year", "level", "grade", "subsidy")

    def save(self, commit: bool = True) -> Any:
        refuse_closed_days(self.instance, "awarded_on")
        return super().save(commit)


# -- Campaigns -------------------------------------------------------------------------------------------------------


class CampaignForm(StandingForm):
    def save(self, commit: bool = True) -> Campaign:
        return campaigns.save_campaign(
            campaign=self.instance, actor=self.actor, since=self.cleaned_data.get("revision")
        )


class EnrolmentForm(StandingForm):
    """One entry in a campaign. Who entered stays; a wrong entry is refused, not rewritten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            locked_fields(self, "campaign", "union", "employer", "team", "applied_on")
        else:
            self.fields["applied_on"].initial = timezone.localdate()

    def save(self, commit: bool = True) -> CampaignEnrolment:
        row = self.instance
        if row.pk:
            return super().save(commit)
        return campaigns.enrol(
            campaign=row.campaign,
            union=row.union,
            employer=row.employer,
            team=row.team,
            actor=self.actor,
            on=row.applied_on,
            note=row.note,
        )


class EnrolManyForm(EventForm):
    """Enters many employers in a campaign: those named line by line, or all of a community from a size on."""

    applied_on = forms.DateField(label=gettext_lazy("applied on"), initial=timezone.localdate)
    employers = forms.CharField(
        label=gettext_lazy("Employers"),
        help_text=gettext_lazy("One name or employer code a line; a column of a table can be pasted in."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    community = forms.ModelChoiceField(
        label=gettext_lazy("or all organised employers of the community"),
        queryset=Community.objects.all(),
        required=False,
    )
    least = forms.IntegerField(
        label=gettext_lazy("with at least so many employees"), required=False, min_value=1, max_value=100_000
    )

    def clean_employers(self) -> list[Employer]:
        """The employers named, by name or code. Raises ValidationError that names every line not found."""
        lines = [line.strip() for line in self.cleaned_data["employers"].splitlines() if line.strip()]
        found = Employer.objects.visible_to(self.actor).filter(Q(name__in=lines) | Q(code__in=lines))
        known = {key: row for row in found for key in (row.name, row.code)}
        unknown = [line for line in dict.fromkeys(lines) if line not in known]
        if unknown:
            raise ValidationError(
                _("Not found among your employers: %(names)s.") % {"names": _(", ").join(unknown[:MOST_SHOWN])}
            )
        return list(dict.fromkeys(known[line] for line in lines))

    def chosen(self) -> list[Employer]:
        """Those named, else the community's that are organised on the day, large enough and not in the campaign."""
        data = self.cleaned_data
        if data["employers"]:
            return data["employers"]
        if not data["community"] and not data["least"]:
            raise ValidationError({"employers": _("Name employers, or choose a community or a size.")})
        day = data["applied_on"]
        rows = Employer.objects.visible_to(self.actor).active_on(day).with_employees_on(day)
        rows = rows.filter(campaigns.covered_on(day)).exclude(enrolments__campaign=self.target)
        if data["community"]:
            rows = rows.filter(community=data["community"])
        if data["least"]:
            rows = rows.filter(employees__gte=data["least"])
        if not (found := list(rows[:501])):
            raise ValidationError({"community": _("No organised employer fits that is not in the campaign already.")})
        if len(found) > 500:
            raise ValidationError({"least": _("More than 500 employers fit; choose fewer at a time.")})
        return found

    def plan(self) -> list[Effect]:
        found = self.chosen()
        campaigns.refuse_any(self.target, found, self.actor, self.cleaned_data["applied_on"])
        number = Effect(
            _("Entries in the campaign"),
            self.target.enrolments.count(),
            self.target.enrolments.count() + len(found),
        )
        shown = [Effect(row.name, "", _("Applied for")) for row in found[:MOST_SHOWN]]
        left = len(found) - len(shown)
        return [number, *shown, *([Effect(_("and %(n)d more") % {"n": left}, "", _("Applied for"))] if left else [])]

    def run(self) -> Campaign:
        campaigns.enrol_many(
            campaign=self.target,
            employers=self.chosen(),
            actor=self.actor,
            on=self.cleaned_data["applied_on"],
        )
        return self.target


class GrantManyForm(EventForm):
    """Grants the title to every entry whose public notice is over, under one document."""

    on = forms.DateField(label=gettext_lazy("granted on"), initial=timezone.localdate)
    document_no = forms.CharField(label=gettext_lazy("document number"), max_length=60)

    def ready(self) -> list[CampaignEnrolment]:
        rows = CampaignEnrolment.objects.visible_to(self.actor).filter(
            campaign=self.target, status=CampaignEnrolment.Status.PUBLIC_NOTICE
        )
        found = [
            row for row in rows.select_related("employer", "union") if not notice_over(row, self.cleaned_data["on"])
        ]
        if not found:
            raise ValidationError({"on": _("No entry has its public notice behind it on that day.")})
        return found

    def plan(self) -> list[Effect]:
        granted = CampaignEnrolment.Status.GRANTED.label
        return [Effect(row, row.get_status_display(), granted) for row in self.ready()]

    def run(self) -> Campaign:
        facts = {"document_no": self.cleaned_data["document_no"]}
        for row in self.ready():
            ENROLMENTS.move(
                row=row,
                to=CampaignEnrolment.Status.GRANTED,
                actor=self.actor,
                on=self.cleaned_data["on"],
                facts=facts,
            )
        return self.target


# -- Honours, selections, pairings -----------------------------------------------------------------------------------


class AwardForm(StandingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].label = _("Recipient")
        self.fields["granted_on"].label = _("Honour granted on")

    def save(self, commit: bool = True) -> Any:
        return awards.save_award(award=self.instance, actor=self.actor, since=self.cleaned_data.get("revision"))


class SelectionForm(StandingForm):
    def save(self, commit: bool = True) -> Any:
        return awards.save_selection(selection=self.instance, actor=self.actor, since=self.cleaned_data.get("revision"))


class NominationForm(StandingForm):
    """Puts somebody forward in a round the actor may see. Who is nominated where stays; the note may change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["selection"].queryset = awards.open_to(self.actor)  # type: ignore[attr-defined]
        if self.instance.pk:
            locked_fields(self, "selection", "union", "nominee", "nominated_on")
        else:
            self.fields["nominated_on"].initial = timezone.localdate()

    def save(self, commit: bool = True) -> Any:
        row = self.instance
        if row.pk:
            return super().save(commit)
        return awards.nominate(
            selection=row.selection,
            union=row.union,
            nominee=row.nominee,
            actor=self.actor,
            on=row.nominated_on,
            note=row.note,
        )


class PairMemberForm(StandingForm):
    """A party of a pairing. Who it is stays; a wrong party is recorded anew under another pairing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            locked_fields(self, "agreement", "union", "employer", "outside_party")

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            return super().save(commit)
        return pairing.add_member(member=self.instance, actor=self.actor)


class PairActivityForm(StandingForm):
    def save(self, commit: bool = True) -> Any:
        return pairing.record_activity(
            activity=self.instance, actor=self.actor, since=self.cleaned_data.get("revision")
        )


class StartedForm(StandingForm):
    """Something that holds from a day on; its end is recorded by its own move."""

    def save(self, commit: bool = True) -> Any:
        refuse_closed_days(self.instance, "start")
        return super().save(commit)


# -- Publicity and visits --------------------------------------------------------------------------------------------


class DispatchForm(StandingForm):
    def save(self, commit: bool = True) -> Any:
        return publicity.save_dispatch(
            dispatch=self.instance, actor=self.actor, since=self.cleaned_data.get("revision")
        )


class VisitForm(StandingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        captions = {"purpose": _("Purpose"), "result": _("Result"), "outcome": _("Outcome in words")}
        for name, caption in captions.items():
            self.fields[name].label = caption

    def save(self, commit: bool = True) -> Any:
        return outreach.save_visit(visit=self.instance, actor=self.actor, since=self.cleaned_data.get("revision"))
