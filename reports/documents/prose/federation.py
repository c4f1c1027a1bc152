"""Section SELF: levy and dues, finance and audit, dispatches and conduct."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

LEVY = Passage(
    Text("经费收缴和财务经审", "Levy, dues and audit"),
    (
        (
            Line(
                "25人以上企业工会{SELF-01}计提工会经费{SELF-02}|，{trend SELF-02}|，{goal SELF-02}|，"
                "上缴区总工会{SELF-03}",
                "In the levy collected in the period {SELF-01} unions of 25 and more accrued {SELF-02}|, "
                "{trend SELF-02}|, {goal SELF-02}|; {SELF-03} went to the district",
                Text("本期没有收缴工会经费", "No levy was collected in the period"),
            ),
            Line(
                "25人以下企业工会上解街道总工会{SELF-04}|，{trend SELF-04}",
                "Unions below 25 remitted {SELF-04} to the sub-district|, {trend SELF-04}",
            ),
            Line(
                "申请免（缓）缴的企业{SELF-06}|，批准{SELF-06.approved}",
                "{SELF-06} {SELF-06?union/unions} applied for exemption or deferral|; {SELF-06.approved} "
                "{SELF-06.approved?was/were} approved",
            ),
            Line(
                "经费收缴率{SELF-05}|，{goal SELF-05}|，会费收缴率{SELF-07}|，会费收入{SELF-07b}",
                "The levy collection rate is {SELF-05}|, {goal SELF-05}|, that of dues {SELF-07}|; dues came to "
                "{SELF-07b}",
                loose=True,
            ),
        ),
        (
            Line(
                "派员参加财务人员培训的工会{SELF-08}|，{trend SELF-08}|，{goal SELF-08}",
                "{SELF-08} {SELF-08?union/unions} sent someone to treasurers’ training|, {trend SELF-08}|, "
                "{goal SELF-08}",
            ),
            Line(
                "审结基层工会经费审计{SELF-09}|，{goal SELF-09}|，到期审计问题整改率{SELF-10}",
                "{SELF-09} {SELF-09?audit was/audits were} closed|, {goal SELF-09}|; {SELF-10} of the findings due "
                "were put right",
                Text("{half}没有审结的审计项目", "No audit was closed in the {half}"),
            ),
        ),
    ),
)
CONDUCT = Passage(
    Text("队伍和作风", "Officers and conduct"),
    (
        (
            Line(
                "走访调研企业{SELF-12}|，与基层结对共建{SELF-13}|，开展共建活动{SELF-13.activities}",
                "{SELF-12} employers were visited|, {SELF-13} {SELF-13?pairing runs/pairings run}|, with "
                "{SELF-13.activities} joint {SELF-13.activities?activity/activities}",
                loose=True,
            ),
            Line(
                "培训工会干部和财务人员{SELF-14}|，获得区级及以上荣誉{SELF-15}|，区总工会考核得分{SELF-17}",
                "Training for officers and treasurers drew {SELF-14} attendances|, {SELF-15} "
                "{SELF-15?honour was/honours were} received|, the district’s score is {SELF-17}",
                loose=True,
            ),
            Line(
                "各级媒体录用信息{SELF-11}|，{trend SELF-11}|，{goal SELF-11}|，其中{split SELF-11}",
                "{SELF-11} {SELF-11?dispatch was/dispatches were} adopted|, {trend SELF-11}|, {goal SELF-11}|: "
                "{split SELF-11}",
                Text("{half}没有信息被上级媒体录用", "No dispatch was adopted in the {half}"),
            ),
        ),
    ),
)
PASSAGES = (LEVY, CONDUCT)
