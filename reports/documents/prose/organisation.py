"""Section ORG: founding, re-election, membership, standardisation."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

FOUNDING = Passage(
    Text("组建和换届", "Founding and re-election"),
    (
        (
            Line(
                "{half}新建基层工会{ORG-05}|，{trend ORG-05}|，{goal ORG-05}|；新覆盖企业{ORG-06}",
                "In the {half} the federation founded {ORG-05} primary {ORG-05?union/unions}|, {trend ORG-05}|, "
                "{goal ORG-05}|; they cover {ORG-06} {ORG-06?employer/employers}",
                Text("{half}没有新建基层工会", "No primary union was founded in the {half}"),
            ),
            Line(
                "上门走访未建会企业{ORG-23}，宣传政策，动员建会",
                "Staff made {ORG-23} {ORG-23?visit/visits} to employers without a union",
            ),
            Line(
                "期末全街道有基层工会{ORG-01}|，{trend ORG-01}|，其中单独建会{ORG-02}、联合和社区（村）工会{ORG-03}|，"
                "覆盖用人单位{ORG-04}",
                "On {day} there were {ORG-01} primary unions|, {trend ORG-01}|, {ORG-02} of one employer and {ORG-03} "
                "joint or community unions|, covering {ORG-04} employers",
            ),
            Line(
                "25人以上用人单位建会率为{ORG-07}|，{trend ORG-07}|，{goal ORG-07}|；按全部用人单位计算为{ORG-07.B}",
                "The founding rate among employers with 25 staff or more is {ORG-07}|, {trend ORG-07}|, {goal ORG-07}"
                "|; among all employers it is {ORG-07.B}",
            ),
        ),
        (
            Line(
                "加强对届满工会的提醒和指导，完成换届{ORG-13}|，{trend ORG-13}|，{goal ORG-13}",
                "{ORG-13} {ORG-13?committee was/committees were} re-elected|, {trend ORG-13}|, {goal ORG-13}",
                Text("{half}没有工会完成换届", "No committee was re-elected in the {half}"),
            ),
            Line(
                "本期任期届满的工会{ORG-12}|，按期换届率{ORG-14}",
                "{ORG-12} {ORG-12?term/terms} ended in the period|; {ORG-14} were renewed on time",
            ),
            Line(
                "{names raised}升格为社区总工会",
                "{names raised} {ORG-18?was/were} raised to community federations",
            ),
            Line(
                "按程序办理工会注销{ORG-15}|、更名{ORG-16}|、转出{ORG-17}|、转入{ORG-17.in}",
                "{ORG-15} {ORG-15?union was/unions were} dissolved|, {ORG-16} renamed|, {ORG-17} transferred out|, "
                "{ORG-17.in} transferred in",
            ),
        ),
    ),
)
MEMBERS = Passage(
    Text("会员发展和规范化建设", "Membership and standards"),
    (
        (
            Line(
                "期末实名在册会员{ORG-09}|，{trend ORG-09}|，入会率{ORG-11}",
                "At the end of the period the rolls name {ORG-09} members|, {trend ORG-09}|; the membership rate is "
                "{ORG-11}|, {goal ORG-09}",
            ),
            Line(
                "{half}新发展会员{ORG-10}|，{goal ORG-10}|，另有保留会籍{ORG-09.retained}",
                "{ORG-10} members were admitted in the {half}|, {goal ORG-10}|; {ORG-09.retained} more keep a retained "
                "membership",
                Text("{half}没有新发展会员", "No member was admitted in the {half}"),
            ),
        ),
        (
            Line(
                "开展基层工会规范化建设考核，评出{split ORG-19}|，共{ORG-19}|，{trend ORG-19}|，{goal ORG-19}",
                "After assessment {ORG-19} {ORG-19?union was/unions were} given a class|: {split ORG-19}|, "
                "{trend ORG-19}|, {goal ORG-19}",
            ),
            Line(
                "“六有”达标率{ORG-20}|，工会法人资格登记率{ORG-21}|，经审、女职工组织组建率{ORG-22}",
                "{ORG-20} of the unions have all of the “six haves”|, {ORG-21} hold a valid legal-person certificate|, "
                "{ORG-22} have both audit and women’s organs",
                loose=True,
            ),
        ),
    ),
)
PASSAGES = (FOUNDING, MEMBERS)
