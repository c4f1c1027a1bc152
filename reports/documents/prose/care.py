"""Section CARE: hardship relief, visits of the season, mutual aid, services."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

RELIEF = Passage(
    Text("困难帮扶", "Hardship relief"),
    (
        (
            Line(
                "建立内部帮困基金的企业已有{CARE-01}|，组建率{CARE-02}|，百人以上企业覆盖率{CARE-04}|，"
                "基金总额{CARE-03}|，{trend CARE-03}",
                "{CARE-01} {CARE-01?employer has/employers have} a hardship fund|, a rate of {CARE-02}|, {CARE-04} "
                "among those with 100 staff or more|; the funds hold {CARE-03}|, {trend CARE-03}",
            ),
            Line(
                "企业基金发放救助款物{CARE-08}|，惠及职工{CARE-09}",
                "In the {half} the funds paid {CARE-08}|, helping {CARE-09} {CARE-09?person/persons}",
            ),
        ),
        (
            Line(
                "坚持动态管理、应帮尽帮，新建困难职工档案{CARE-05}|，脱困、解困销档{CARE-06b}|，"
                "期末在册{CARE-06}|，其中{split CARE-06}",
                "{CARE-05} hardship {CARE-05?file was/files were} opened in the {half}|, {CARE-06b} closed out of "
                "hardship|; {CARE-06} stand on the register|: {split CARE-06}",
                Text("{half}没有新增困难职工", "No hardship file was opened in the {half}"),
            ),
            Line(
                "街道总工会发放困难救助金{CARE-07}|，{trend CARE-07}",
                "The federation paid {CARE-07} of hardship relief|, {trend CARE-07}",
                Text("{half}没有发放困难救助金", "The federation paid no hardship relief in the {half}"),
            ),
        ),
    ),
)
SEASON = Passage(
    Text("走访慰问", "Visits of the season"),
    (
        (
            Line(
                "元旦春节期间走访慰问{CARE-10}|，{trend CARE-10}|，其中{split CARE-10}|；送去慰问款物{CARE-11}|，"
                "人均{CARE-12}",
                "Around New Year and the Spring Festival {CARE-10} persons were visited|, {trend CARE-10}|: "
                "{split CARE-10}|; cash and goods came to {CARE-11}|, {CARE-12} a head",
            ),
            Line(
                "为{CARE-15}企业的一线职工送清凉|，{trend CARE-15}|，惠及{CARE-16}|，慰问款物{CARE-17}",
                "In the heat {CARE-15} {CARE-15?employer was/employers were} visited|, {trend CARE-15}|, "
                "reaching {CARE-16} workers|, with {CARE-17} in cash and goods",
            ),
            Line(
                "助学资助困难职工子女{CARE-13}|，其中{split CARE-13}|，发放助学金{CARE-14}|，{trend CARE-14}",
                "Tuition aid went to {CARE-13} {CARE-13?student/students}|: {split CARE-13}|; it came to {CARE-14}|, "
                "{trend CARE-14}",
            ),
        ),
    ),
)
MUTUAL_AID = Passage(
    Text("互助保障", "Mutual aid"),
    (
        (
            Line(
                "期末职工医疗互助参保{CARE-18}|，{trend CARE-18}|，{goal CARE-18}|；其中在职{CARE-19}、"
                "退休{CARE-20}、女职工安康{CARE-21}、特种重病{CARE-22}",
                "Mutual aid has {CARE-18} enrolments in force|, {trend CARE-18}|, {goal CARE-18}|: {CARE-19} in "
                "service, {CARE-20} retired, {CARE-21} in the women’s plan and {CARE-22} for critical illness",
            ),
            Line(
                "参保单位{CARE-23}|，其中全员参保{CARE-24}|，去重后参保职工{CARE-22b}",
                "{CARE-23} {CARE-23?union is/unions are} insured|, {CARE-24} of them in full|, with {CARE-22b} persons "
                "counted once",
            ),
            Line(
                "“强保障、促和谐”活动有{CARE-26}企业参加|，完成年度任务的{CARE-27}",
                "{CARE-26} {CARE-26?employer is/employers are} in the drive for protection and harmony|, {CARE-27} of "
                "the year’s task",
            ),
        ),
    ),
)
SERVICES = Passage(
    Text("普惠服务", "Services"),
    (
        (
            Line(
                "推广5.1服务卡，采集会员信息{CARE-28}|，{goal CARE-28}|，制卡{CARE-29}|；累计采集{CARE-30}、"
                "制卡{CARE-31}|，新签特约商户{CARE-32}",
                "For the 5.1 service card {CARE-28} members’ data were collected|, {goal CARE-28}|, and {CARE-29} "
                "cards issued|; in all {CARE-30} are collected and {CARE-31} issued|, and {CARE-32} "
                "{CARE-32?merchant/merchants} joined",
                Text("{half}没有新采集服务卡信息", "No card data were collected in the {half}"),
            ),
            Line(
                "设在企业的职工服务站（点）{CARE-33}|，设在社区的{CARE-33.community}",
                "There are {CARE-33} service stations and points at employers|, {CARE-33.community} in communities",
            ),
            Line(
                "组织职工健康体检{CARE-34}|，其中工会主席{CARE-34.chairs}|；"
                "安排优秀职工疗休养{CARE-35}|，{trend CARE-35}",
                "{CARE-34} {CARE-34?person/persons} had health checks|, {CARE-34.chairs} of them union chairs|; "
                "{CARE-35} went on recuperation|, {trend CARE-35}",
                loose=True,
            ),
            Line(
                "举办职工子女假期班、夏令营，参加{CARE-36}",
                "Children’s classes and camps drew {CARE-36} attendances",
            ),
        ),
    ),
)
PASSAGES = (RELIEF, SEASON, MUTUAL_AID, SERVICES)
