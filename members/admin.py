"""People, membership and activities in data administration."""

from django.utils.translation import gettext_lazy as _

from members.models import (
    Activity,
    ActivityParticipation,
    ActivityPhoto,
    ActivitySeries,
    Contest,
    ContestEntry,
    DuplicatePair,
    HealthCheck,
    JobPlacement,
    Membership,
    MembershipConflict,
    MembershipTransfer,
    Merchant,
    Person,
    PersonMerge,
    Recuperation,
    ServiceCard,
    SpecialGroup,
)
from members.steward import MEMBERSHIP_ACTIONS, PERSON_ACTIONS
from members.workflow import MEMBERSHIP
from unions.administration import register
from unions.administration.filters import in_half_year, lacking

register(
    Person,
    show=("name", "sex", "birth_date", "id_type", "id_last4", "union"),
    find=("name", "id_last4", "pinyin", "initials"),
    narrow=("sex", "id_type", "is_migrant", lacking(_("ID number"), "id_last4", text=True)),
    steward_actions=PERSON_ACTIONS,
    by_event=("union",),
)
register(
    Membership,
    show=("person", "union", "employer", "state", "joined_on", "left_on"),
    find=("person__name", "card_no"),
    narrow=(
        *("status", "worker_type", lacking(_("Employer"), "employer"), lacking(_("Card number"), "card_no", text=True)),
        *(in_half_year(_("Joined in"), "joined_on"), in_half_year(_("Left in"), "left_on")),
    ),
    days="joined_on",
    state=MEMBERSHIP,
    steward_actions=MEMBERSHIP_ACTIONS,
    by_event=("union", "person", "status"),
)
register(
    MembershipTransfer,
    show=("name", "union", "to_union", "status", "requested_on", "decided_on"),
    find=("name", "union__name", "to_union__name"),
    narrow=("status",),
    days="requested_on",
    # Both sides decide on it, on its page.
    is_append_only=True,
)
register(
    MembershipConflict,
    show=("name", "union", "opened_on", "settlement", "settled_on"),
    find=("name", "union__name"),
    narrow=("settlement",),
    days="opened_on",
    is_append_only=True,
)
register(
    ServiceCard,
    show=("person", "union", "info_collected_on", "issued_on", "card_no"),
    find=("person__name", "card_no"),
    narrow=(lacking(_("Card issued"), "issued_on"), in_half_year(_("Collected in"), "info_collected_on")),
    days="info_collected_on",
)
register(
    SpecialGroup,
    show=("person", "kind", "union", "start", "end"),
    find=("person__name",),
    narrow=("kind",),
    days="start",
)
register(
    DuplicatePair,
    show=("first", "second", "state", "decided_on", "reason"),
    find=("first__name", "second__name"),
    narrow=("state",),
    is_append_only=True,
)
register(
    PersonMerge,
    show=("name", "masked_id", "kept", "union", "merged_on", "undone_on"),
    find=("name", "kept__name"),
    days="merged_on",
    is_append_only=True,
)
register(Merchant, show=("name", "trade", "contract_from", "contract_to", "discount"), find=("name",))
register(ActivitySeries, show=("code", "name", "start", "end"), find=("name",))
register(
    Activity,
    show=("title", "kind", "union", "level", "starts_on", "sessions", "attendances", "is_estimate"),
    find=("title", "union__name"),
    narrow=(
        *("kind", "audience", "level", "is_on_site", "is_estimate", in_half_year(_("Held in"), "starts_on")),
        lacking(_("Attendances"), "attendances"),
    ),
    days="starts_on",
)
register(
    ActivityPhoto,
    show=("__str__", "activity", "union", "created_at", "removed_on"),
    find=("activity__title", "caption"),
    # A photo comes in through the page of its activity alone, where it is re-encoded.
    is_append_only=True,
)
register(
    ActivityParticipation,
    show=("activity", "union", "employer", "person", "attendances"),
    find=("activity__title", "union__name", "person__name"),
)
register(
    Contest,
    show=("title", "type", "level", "starts_on", "teams", "contestants", "rank"),
    find=("title",),
    narrow=("type", "level"),
    days="starts_on",
)
register(
    ContestEntry,
    show=("contest", "employer", "person", "contestants", "place"),
    find=("contest__title", "employer__name"),
)
register(
    HealthCheck,
    show=("person", "union", "round", "checked_on", "is_chair"),
    find=("person__name", "round"),
    narrow=("is_chair",),
    days="checked_on",
)
register(
    Recuperation,
    show=("person", "union", "place", "starts_on", "days"),
    find=("person__name", "place"),
    days="starts_on",
)
register(
    JobPlacement,
    show=("kind", "worker_group", "persons", "person", "employer", "placed_on"),
    find=("person__name", "employer__name"),
    narrow=("kind", "worker_group"),
    days="placed_on",
)
