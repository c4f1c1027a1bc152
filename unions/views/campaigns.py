"""Pages of campaigns: how far they have come, who entered, many entries at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unions.access import can, scope_of
from unions.forms import standing as forms
from unions.models import (
    Campaign,
    CampaignEnrolment,
    User,
)
from unions.pages.columns import Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, every, moving, named, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import EventView
from unions.services import campaigns
from unions.views.standing import APPLY, FEW, MANAGE, SEE, captioned
from unions.workflow.enrolments import ENROLMENTS as ENROLLING


class CampaignFilters(Filters):
    name = named(_("name"), "name")
    year = django_filters.NumberFilter(label=_("Year"))
    kind = one_of(_("Kind"), Campaign.Kind)


GONE = (CampaignEnrolment.Status.REJECTED, CampaignEnrolment.Status.REVOKED)


def campaign_rows(user: User) -> QuerySet[Any]:
    mine = Q(enrolments__in=CampaignEnrolment.objects.visible_to(user))
    return Campaign.objects.visible_to(user).annotate(
        applied=Count("enrolments", filter=mine & ~Q(enrolments__status__in=GONE)),
        granted=Count("enrolments", filter=mine & Q(enrolments__status=CampaignEnrolment.Status.GRANTED)),
        aim=F("target") if scope_of(user).unions is None else Value(None, IntegerField()),
    )


GRANTED_ON = captioned(CampaignEnrolment, "granted_on", _("Title granted on"))


def percent(value: Any) -> str | None:
    return None if value is None else f"{value}%"


def campaign_context(row: Campaign, user: User) -> dict[str, Any]:
    """The completion with both bases, and each state with its share of the entries and its own list."""
    found = campaigns.completion(row, CampaignEnrolment.objects.visible_to(user))
    if scope_of(user).unions is not None:
        # The target is the whole federation's: a part of the entries says nothing of it.
        found = replace(found, target=None)
    entered = sum(found.by_state.values())
    base = reverse("enrolments")
    return {
        "completion": found,
        "shares": [
            {
                "caption": status.label,
                "number": found.by_state[status],
                "of": entered,
                "url": f"{base}?campaign={row.pk}&status={status.value}",
            }
            for status in CampaignEnrolment.Status
        ],
        "entered": entered,
        "entries_url": f"{base}?campaign={row.pk}",
        "may_enrol": can(user, APPLY),
        "may_grant": can(user, MANAGE) and found.by_state[CampaignEnrolment.Status.PUBLIC_NOTICE] > 0,
    }


def campaign_tables(row: Campaign, user: User) -> list[tuple[Any, Table]]:
    rows = enrolments(user).filter(campaign=row).order_by("-applied_on", "-pk")[:FEW]
    shown = (
        Column("entrant", _("Entrant"), lambda one: Link(entrant(one), url_of(one))),
        column(CampaignEnrolment, "union"),
        state(ENROLLING),
        column(CampaignEnrolment, "applied_on"),
        GRANTED_ON,
    )
    more = Link(_("All entries"), f"{reverse('enrolments')}?campaign={row.pk}")
    return [(_("Latest entries"), Table(shown, rows, more=more, empty=_("Nobody has entered yet.")))]


CAMPAIGNS = Kind(
    model=Campaign,
    manage=MANAGE,
    form=record_form(
        Campaign, MANAGE, "code", "name", "kind", "year", "level", "target", "note", base=forms.CampaignForm
    ),
    facts=(*columns(Campaign, "code", "kind"), *columns(Campaign, "year", "level", "target")),
    context=campaign_context,
    tables=campaign_tables,
    extra="unions/standing/_campaign.html",
    register=Register(
        slug="campaigns",
        title=_("Campaigns"),
        lead=_("Drives with entrants and a target; applied and granted are two figures."),
        see=SEE,
        rows=campaign_rows,
        columns=(
            *columns(Campaign, "name", "kind", "year", "level", "target"),
            Column("applied", _("Applied"), sort="applied", is_number=True),
            Column("granted", _("Granted"), sort="granted", is_number=True),
            Column(
                "reached",
                _("Applied ÷ target"),
                lambda row: percent(campaigns.share(row.applied, row.aim)),
                is_number=True,
            ),
        ),
        sort="-year",
        filters=CampaignFilters,
        actions=(PageAction(_("New campaign"), "campaigns-new", MANAGE),),
        url_of=url_of,
        note=_("Refused and revoked entries are left out. The target is the whole federation's."),
        manage=MANAGE,
        editable=("target",),
        empty=_("Enter the first campaign with its target; then employers can be entered, many at once."),
    ),
)


class EnrolmentFilters(UnionFilters):
    campaign = every(_("Campaign"), Campaign)
    employer = named(_("Employer"), "employer__name")
    status = one_of(_("Status"), CampaignEnrolment.Status)


def enrolments(user: User) -> QuerySet[Any]:
    return CampaignEnrolment.objects.visible_to(user).select_related("union", "employer", "campaign")


def entrant(row: CampaignEnrolment) -> str:
    return str(row.employer or row.team or row.union)


def enrolment_stages(row: CampaignEnrolment, _user: User) -> dict[str, Any]:
    """The steps to the title with the days they were reached; where it was refused or revoked, that comes last."""
    status = CampaignEnrolment.Status
    reached = [
        (status.APPLIED, row.applied_on),
        (status.RECOMMENDED, row.recommended_on),
        (status.UNDER_REVIEW, row.reviewed_on),
        (status.PUBLIC_NOTICE, row.notice_from),
        (status.GRANTED, row.granted_on),
    ]
    gone = row.rejected_on or row.revoked_on
    here = max((place for place, (_state, day) in enumerate(reached) if day), default=0)
    stages: list[dict[str, Any]] = [
        {"caption": state.label, "day": day, "is_done": day is not None, "is_next": place == here + 1 and not gone}
        for place, (state, day) in enumerate(reached)
    ]
    if gone:
        stages.append({"caption": row.get_status_display(), "day": gone, "is_back": True})
    return {"stages": stages}


ENROLMENTS = Kind(
    model=CampaignEnrolment,
    manage=APPLY,
    workflow=ENROLLING,
    form=record_form(
        CampaignEnrolment,
        APPLY,
        *("campaign", "union", "employer", "team", "applied_on", "note"),
        base=forms.EnrolmentForm,
    ),
    facts=(*columns(CampaignEnrolment, "campaign", "union", "employer", "team", "is_demonstration", "document_no"),),
    context=enrolment_stages,
    extra="unions/standing/_stages.html",
    new_hint=_("A union, one of its employers, or a team enters; many employers at once from the campaign's page."),
    register=Register(
        slug="enrolments",
        title=_("Campaign entries"),
        lead=_("Who applied, was recommended and was granted the title; each step keeps its own day."),
        see=SEE,
        rows=enrolments,
        columns=(
            Column("entrant", _("Entrant"), entrant, sort="employer__name"),
            column(CampaignEnrolment, "campaign", sort="campaign__name"),
            column(CampaignEnrolment, "union", sort="union__code"),
            state(ENROLLING, "status"),
            *columns(CampaignEnrolment, "applied_on", "recommended_on"),
            GRANTED_ON,
            column(CampaignEnrolment, "is_demonstration"),
            column(CampaignEnrolment, "document_no", shown=False),
        ),
        sort="-applied_on",
        filters=EnrolmentFilters,
        views=(
            StandardView(_("All")),
            *(StandardView(status.label, f"status={status.value}") for status in CampaignEnrolment.Status),
        ),
        bulk=tuple(
            moving(ENROLLING, to)
            for to in (
                CampaignEnrolment.Status.RECOMMENDED,
                CampaignEnrolment.Status.UNDER_REVIEW,
                CampaignEnrolment.Status.PUBLIC_NOTICE,
            )
        ),
        actions=(PageAction(_("Enter a campaign"), "enrolments-new", APPLY),),
        url_of=url_of,
        manage=APPLY,
        empty=_("Nobody has entered a campaign yet. Enter employers from the campaign's page."),
    ),
)


class CampaignEventView(EventView):
    """Something that happens to many entries of a campaign at once."""

    def get_target(self) -> Campaign:
        return get_object_or_404(Campaign.objects.visible_to(self.user), pk=self.kwargs["pk"])

    def next_url(self, row: Campaign) -> str:
        return reverse("campaigns-detail", args=[row.pk])


class EnrolManyView(CampaignEventView):
    action = APPLY
    form_class = forms.EnrolManyForm
    heading = _("Enter many employers")
    lead = _("Each enters through the union that covers it on the day. One that cannot enter stops all and is named.")
    submit = _("Enter them")


class GrantManyView(CampaignEventView):
    action = MANAGE
    form_class = forms.GrantManyForm
    heading = _("Grant the title to many")
    lead = _("Every entry whose public notice is over by the day, under one document.")
    submit = _("Grant the titles")
