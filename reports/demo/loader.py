"""Laying the demo: everything in its order, in one transaction, into an empty database or over an earlier demo.

An entry of the audit log marks a demo database. Without it a database that holds unions, people or accounts is
somebody's own, and nothing is touched.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection

from members.models import Person
from reports.demo.accounts import lay_accounts, lay_officers
from reports.demo.activities import lay_activities
from reports.demo.calendar import lay_calendar, lay_periods, lock_periods
from reports.demo.disputes import lay_disputes
from reports.demo.duplicates import lay_duplicates, lay_groups
from reports.demo.filed import lay_filed
from reports.demo.finance import lay_finance
from reports.demo.funds import lay_funds
from reports.demo.labour import lay_labour
from reports.demo.ledger import lay_chart, lay_opening
from reports.demo.levy import lay_levy
from reports.demo.mutual_aid import lay_mutual_aid
from reports.demo.organisation import lay_organisation, lay_outreach
from reports.demo.people import lay_people
from reports.demo.plan import lay_plan
from reports.demo.relief import lay_files, lay_grants
from reports.demo.returns import lay_returns
from reports.demo.rosters import lay_censuses, lay_headcounts, lay_terms
from reports.demo.rounds import lay_rounds
from reports.demo.standing import lay_standing
from reports.demo.timeline import Timeline
from reports.demo.world import World
from unions.acting import SYSTEM, acting
from unions.audit import record
from unions.models import AuditEntry, ClockRule, Employer, Union, User
from unions.periods import HalfYear

ACTION = "load_demo"
SYNTHETIC = "scale_data"
OUR_APPS = ("unions", "members", "finance", "relief", "disputes", "reports")
STEPS: tuple[Callable[[World], None], ...] = (
    lay_calendar,
    lay_periods,
    lay_organisation,
    lay_accounts,
    lay_people,
    lay_officers,
    lay_headcounts,
    lay_returns,
    lay_censuses,
    lay_terms,
    lay_filed,
    lay_chart,
    lay_opening,
    lay_levy,
    lay_finance,
    lay_funds,
    lay_files,
    lay_grants,
    lay_rounds,
    lay_mutual_aid,
    lay_disputes,
    lay_standing,
    lay_labour,
    lay_activities,
    lay_outreach,
    lay_plan,
    lay_groups,
    lay_duplicates,
    lock_periods,
)


class NotADemoError(Exception):
    """The database holds data of its own."""


def load(half: HalfYear) -> bool:
    """Lay the demo into ``half``; False, and nothing changed, if it lies there already.

    Raises NotADemoError if the database holds anything that no demo put there.
    """
    with acting(SYSTEM, reason="load_demo"):
        present = present_half()
        if present == str(half):
            return False
        if present is not None or is_synthetic():
            wipe()
        elif holds_data():
            raise NotADemoError
        world = World(Timeline(half))
        for step in STEPS:
            step(world)
        record(actor=SYSTEM, action=ACTION, target=world.federation, after={"half": str(half)})
    return True


def present_half() -> str | None:
    """The half-year of the demo in this database, or None if there is none."""
    mark = AuditEntry.objects.filter(action=ACTION).first()
    return (mark.after or {}).get("half") if mark else None


def is_synthetic() -> bool:
    """Whether scale_data made what is in this database."""
    return AuditEntry.objects.filter(action=SYNTHETIC).exists()


def holds_data() -> bool:
    return any(model._default_manager.exists() for model in (User, Union, Employer, Person))


def wipe() -> None:
    """Empty all tables of our apps, logs and history copies too; the database's owner alone may.

    The time limits of the law stay: a migration entered them, and no demo lays them again.
    """
    limits = list(ClockRule.objects.all())
    tables = {model._meta.db_table for app in OUR_APPS for model in apps.get_app_config(app).get_models()}
    names = ", ".join(connection.ops.quote_name(name) for name in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    for limit in limits:
        limit.pk = limit.created_by_id = limit.source_return_id = None
    ClockRule.objects.bulk_create(limits)
