"""What goes on in enterprises beside the report's figures: contracts under way, proposals, checks, appraisals, visits.

No figure of the report is moved by these rows: they fill the pages on which staff work.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reports.demo.timeline import some_weekday
from reports.demo.world import Firm, World, lay
from unions.clocks import due_day, rule_on
from unions.models import (
    Appraisal,
    CollectiveContract,
    CongressMeeting,
    CongressProposal,
    ContractEmployer,
    ContractReview,
    Deadline,
    GroupFeedback,
    Inspection,
    OpenAffairsPosting,
    Supervision,
    UnionGroup,
)

TITLES = (
    ("改善夜班用餐", "生活福利", "行政部", "六月起夜班供应热餐，增设微波炉四台。"),
    ("增设电动车充电棚", "生活福利", "后勤部", "南门车棚已列入下半年改造，年底前完成。"),
    ("高温岗位轮换作业", "劳动保护", "生产部", "三十五度以上每两小时轮换一次，已写入班组制度。"),
    ("技能等级与工资挂钩", "劳动报酬", "人力资源部", "列入明年工资集体协商议题。"),
    ("延长哺乳室开放时间", "女职工权益", "工会", "开放时间延长到二十一点。"),
    ("新员工安全培训加一天", "安全生产", "安环部", "培训由一天改为两天，考试合格上岗。"),
)
STAGES = ("COLLECTED", "EXAMINED", "ASSIGNED", "REPLIED", "REPLIED", "IMPLEMENTED")
MATTERS = ("通勤班车晚点", "更衣柜不足", "加班工资核对", "宿舍热水", "子女暑期托管")
COMPLAINTS = ("连续加班超过法定时数", "试用期未缴社会保险", "高温津贴未按月发放")


def lay_workplace(world: World) -> None:
    firms = [firm for firm in world.covered() if firm.home.is_single and firm.staff >= 40]
    lay_under_way(world, firms[:5])
    lay_reviews(world)
    lay_proposals(world)
    lay_appraisals(world)
    lay_comments(world)
    lay_visits(world, firms[5:17])
    lay_feedback(world)


def lay_under_way(world: World, firms: list[Firm]) -> None:
    """Contracts on health and safety between the request and the filing, the first one waiting for its answer."""
    end = world.timeline.end
    steps: tuple[dict[str, Any], ...] = (
        {"requested_on": -9},
        {"requested_on": -30, "answered_on": -24},
        {"requested_on": -60, "answered_on": -52, "congress_on": -12},
        {"requested_on": -80, "answered_on": -74, "congress_on": -30, "signed_on": -5},
        {"requested_on": -90, "answered_on": -84, "congress_on": -40, "signed_on": -16, "filed_on": -9},
    )
    states = ("REQUESTED", "BARGAINING", "PASSED", "SIGNED", "FILED")
    for firm, days, state in zip(firms, steps, states, strict=False):
        dates: dict[str, Any] = {name: end + timedelta(days=offset) for name, offset in days.items()}
        if "congress_on" in days:
            dates |= {"votes_total": 45, "votes_present": 43, "votes_for": 40}
        if "signed_on" in days:
            dates["expires_on"] = end + timedelta(days=700)
        row = CollectiveContract.objects.create(
            union=firm.union,
            title=f"{firm.name}劳动安全卫生专项集体合同",
            kind="SAFETY",
            status=state,
            staff_side=5,
            employer_side=4,
            employees_covered=firm.staff,
            **dates,
        )
        ContractEmployer.objects.create(union=firm.union, contract=row, employer=firm.row)
        for code, started, met in (
            ("CONTRACT_ANSWER", "requested_on", "answered_on"),
            ("CONTRACT_FILING", "signed_on", "filed_on"),
        ):
            if started in dates:
                lay_clock(row, code, dates[started], dates.get(met))


def lay_clock(row: Any, code: str, started_on: Any, met_on: Any) -> None:
    rule = rule_on(code, started_on)
    if rule is not None:
        Deadline.objects.create(
            union_id=row.union_id,
            rule=rule,
            target_type=row._meta.label_lower,
            target_id=row.pk,
            matter=f"{rule.name}：{row}"[:160],
            started_on=started_on,
            due_on=due_day(rule, started_on),
            met_on=met_on,
        )


def lay_reviews(world: World) -> None:
    """The yearly check of some of the contracts in force."""
    rng, end = world.rng("reviews"), world.timeline.end
    rows = CollectiveContract.objects.filter(kind="COMPREHENSIVE", effective_on__lt=world.timeline.day(-2))
    lay(
        ContractReview(
            union_id=row.union_id,
            contract=row,
            reviewed_on=(day := some_weekday(rng, world.timeline.start, end - timedelta(days=30))),
            result="工资按月足额发放，劳动保护用品已配齐；年休假安排需改进。",
            reported_on=day + timedelta(days=20),
        )
        for row in rows.order_by("pk")[:24]
    )


def lay_proposals(world: World) -> None:
    """Three or so proposals at each of this half's congresses of single enterprises, at every stage of their life."""
    rng, names = world.rng("proposals"), world.rng("proposers")
    meetings = CongressMeeting.objects.filter(scope="ENTERPRISE", held_on__gte=world.timeline.start).order_by("pk")
    rows = []
    for meeting in meetings[:12]:
        for number in range(1, rng.randint(3, 5)):
            title, category, handler, reply = TITLES[rng.randrange(len(TITLES))]
            days = [meeting.held_on + timedelta(days=offset) for offset in (0, 4, 6, 16, 18, 21)]
            stage = rng.randrange(len(STAGES))
            is_judged = stage >= 4
            rows.append(
                CongressProposal(
                    union_id=meeting.union_id,
                    meeting=meeting,
                    number=number,
                    title=title,
                    category=category,
                    proposer=names.choice("张王李赵陈周吴郑") + names.choice("敏伟芳强军丽涛静"),
                    status=STAGES[stage],
                    tabled_on=days[0],
                    examined_on=days[1] if stage >= 1 else None,
                    assigned_on=days[2] if stage >= 2 else None,
                    handler=handler if stage >= 2 else "",
                    replied_on=days[3] if stage >= 3 else None,
                    reply=reply if stage >= 3 else "",
                    opinion_on=days[4] if is_judged else None,
                    is_satisfied=True if is_judged else None,
                    implemented_on=days[5] if stage == 5 else None,
                )
            )
    lay(rows)


def lay_appraisals(world: World) -> None:
    """Leaders voted on at this half's congresses; no more votes than delegates present."""
    meetings = CongressMeeting.objects.filter(scope="ENTERPRISE", held_on__gte=world.timeline.start).order_by("pk")
    lay(
        Appraisal(
            union_id=meeting.union_id,
            held_on=meeting.held_on,
            leader=leader,
            excellent=(meeting.present or 0) * 7 // 10,
            competent=(meeting.present or 0) // 5,
            basic=(meeting.present or 0) // 20,
        )
        for meeting, leader in zip(meetings[:8], ("总经理", "副总经理", "厂长", "行政总监") * 2, strict=False)
    )


def lay_comments(world: World) -> None:
    """Comments on postings of the half's last weeks: two answered in time, one still to be answered."""
    rows = OpenAffairsPosting.objects.filter(posted_on__lt=world.timeline.last_day - timedelta(days=12))
    for place, row in enumerate(rows.order_by("-posted_on", "pk")[:3]):
        row.commented_on = row.posted_on + timedelta(days=3)
        row.comment = "希望列出明细到班组"
        if place:
            row.replied_on, row.reply = row.commented_on + timedelta(days=8), "明细已在公开栏补贴，可到工会查阅。"
        row.save(update_fields=["commented_on", "comment", "replied_on", "reply"])
        lay_clock(row, "COMMENT_ANSWER", row.commented_on, row.replied_on)


def lay_visits(world: World, firms: list[Firm]) -> None:
    """Joint inspections and labour-law supervision in the half."""
    rng, timeline = world.rng("inspections"), world.timeline
    rows = []
    for firm in firms:
        day, found = some_weekday(rng, timeline.start, timeline.end - timedelta(days=20)), rng.randint(0, 4)
        mended = day + timedelta(days=9) if found and rng.random() < 0.7 else None
        rows.append(
            Inspection(union=firm.union, employer=firm.row, inspected_on=day, findings=found, rectified_on=mended)
        )
    lay(rows)
    lay(
        Supervision(
            union=firm.union,
            employer=firm.row,
            received_on=(day := timeline.day(2 + place, 8)),
            matter=matter,
            opinion_on=day + timedelta(days=6) if place else None,
            recommendation_on=day + timedelta(days=25) if place == 2 else None,
            closed_on=day + timedelta(days=30) if place == 1 else None,
        )
        for place, (firm, matter) in enumerate(zip(firms, COMPLAINTS, strict=False))
    )


def lay_feedback(world: World) -> None:
    """What union groups brought up in the half's months; most of it answered."""
    rng = world.rng("feedback")
    groups = list(UnionGroup.objects.order_by("pk")[:6])
    lay(
        GroupFeedback(
            union_id=group.union_id,
            group=group,
            month=(month := world.timeline.day(1 + number)),
            category=("HARDSHIP", "CONCERN", "SUGGESTION")[(place + number) % 3],
            matter=rng.choice(MATTERS),
            reply="已与行政协调，月底前解决。" if number < 5 else "",
            replied_on=month + timedelta(days=24) if number < 5 else None,
        )
        for place, group in enumerate(groups)
        for number in range(6)
    )
