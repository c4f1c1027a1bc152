"""The demo accounts: one for every role, several where a role is held by many. All share one password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from reports.demo.world import Body, World, lay
from unions.access import Role
from unions.models import Office, Officer, Union, User

PASSWORD = "Gonghui-2026-demo"  # noqa: S105  printed by demo_accounts, for invented data only
SINCE = date(2005, 1, 1)


@dataclass(frozen=True)
class Account:
    """Who signs in with which role; ``place`` is a community, ``rank`` a union by size."""

    username: str
    name: str
    role: Role
    place: int | None = None
    rank: int | None = None


ACCOUNTS = (
    Account("zhuxi", "沈立群", Role.FEDERATION_CHAIR),
    Account("fuzhuxi", "励海燕", Role.FEDERATION_CHAIR),
    Account("zuzhi", "周敏", Role.ORGANISATION),
    Account("bangfu", "忻佩芬", Role.RELIEF),
    Account("weiquan", "方国平", Role.RIGHTS),
    Account("caiwu", "竺慧", Role.FINANCE),
    Account("wenti", "顾佳怡", Role.CULTURE),
    Account("jingshen", "应光辉", Role.AUDITOR),
    Account("quzong", "戚文博", Role.REVIEWER),
    Account("shuju", "陆喆", Role.STEWARD),
    Account("shequ1", "张秀兰", Role.COMMUNITY, place=0),
    Account("shequ2", "乐建军", Role.COMMUNITY, place=1),
    Account("shequ3", "鲍堃", Role.COMMUNITY, place=2),
    Account("qiye1", "", Role.CHAIR, rank=0),
    Account("qiye2", "", Role.CHAIR, rank=8),
    Account("qiye3", "", Role.CHAIR, rank=30),
    Account("qiye4", "", Role.CHAIR, rank=90),
)


def lay_accounts(world: World) -> None:
    """Users and their offices, held since long before and open-ended."""
    # One hash for all: a hash each would cost more than all the people of the demo.
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        world.users[account.username] = User(
            username=account.username,
            name=account.name or account.username,
            password=password,
            is_staff=account.role == Role.STEWARD,
        )
    lay(world.users.values())
    lay(
        Office(union=seat(world, account), user=world.users[account.username], role=account.role, start=SINCE)
        for account in ACCOUNTS
    )


def by_size(world: World) -> list[Body]:
    return sorted((body for body in world.standing() if body.is_single), key=lambda body: (-body.staff, body.code))


def seat(world: World, account: Account) -> Union:
    if account.place is not None:
        return world.hubs[account.place]
    return by_size(world)[account.rank].row if account.rank is not None else world.federation


def lay_officers(world: World) -> None:
    """A chair for every union, from among its members; the chairs with an account lend it their name."""
    rows = [Officer(union=world.federation, name="沈立群", post="CHAIR", is_full_time=True, start=SINCE)]
    rows += [
        Officer(union=hub, name=name, post="CHAIR", is_full_time=True, start=hub.founded_on)
        for hub, name in zip(world.hubs, hub_chairs(), strict=True)
    ]
    for body in world.bodies:
        choose_chair(world, body)
        rows.append(Officer(union=body.row, name=body.chair, post="CHAIR", start=body.founded_on, end=body.ended_on))
        if body.staff >= 25 and not body.ended_on and (members := body.active_on(world.timeline.last_day)):
            name = members[-1].person.name
            rows.append(Officer(union=body.row, name=name, post="AUDIT_HEAD", start=body.founded_on))
    lay(rows)
    for account in ACCOUNTS:
        if account.rank is not None:
            user = world.users[account.username]
            user.name = by_size(world)[account.rank].chair
            user.save(update_fields=["name"])


def hub_chairs() -> tuple[str, ...]:
    return ("张秀兰", "乐建军", "鲍堃", "董永福", "郑丽", "缪国强", "夏侯敏", "钟海波")


def choose_chair(world: World, body: Body) -> None:
    """The member of longest standing who is still there; of an ended union whoever was last."""
    members = body.active_on(world.timeline.last_day) or body.memberships
    chosen = min(members, key=lambda row: (row.joined_on, row.person_id))
    body.chair_person, body.chair = chosen.person, chosen.person.name[:30]


def listed() -> list[tuple[str, str, str, str]]:
    """Name, role, sign-in name and password of every demo account that exists in the database."""
    users = {user.username: user for user in User.objects.filter(username__in=[one.username for one in ACCOUNTS])}
    return [
        (users[one.username].name, str(one.role.label), one.username, PASSWORD)
        for one in ACCOUNTS
        if one.username in users
    ]
