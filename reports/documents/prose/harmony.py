"""Section HARM: bargaining and democratic management, disputes, harmonious enterprises."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

BARGAINING = Passage(
    Text("集体协商和民主管理", "Bargaining and democratic management"),
    (
        (
            Line(
                "签订区域（行业）集体合同、工资协议{HARM-01}|（{names contracts}）|，{trend HARM-01}|，{goal HARM-01}",
                "{HARM-01} regional or industry {HARM-01?agreement was/agreements were} signed|, {trend HARM-01}|, "
                "{goal HARM-01}",
                Text(
                    "{half}没有新签区域（行业）集体合同", "No regional or industry agreement was signed in the {half}"
                ),
            ),
            Line(
                "已建会用人单位集体合同签订率{HARM-02}|，{trend HARM-02}|，工资专项集体合同签订率{HARM-03}|，"
                "女职工专项合同签订率{HARM-04}",
                "Of organised employers {HARM-02} are under a collective contract|, {trend HARM-02}|, {HARM-03} under "
                "a wage agreement|, {HARM-04} under a women’s contract",
                loose=True,
            ),
            Line(
                "职代会建制率（含区域）{HARM-05}|，厂务公开建制率{HARM-06}|，填报单位劳动合同签订率{HARM-24}",
                "{HARM-05} have an employees’ congress, own or regional|, {HARM-06} publish their affairs|; of the "
                "employees of those reporting {HARM-24} have a labour contract",
                loose=True,
            ),
        ),
    ),
)
DISPUTES = Passage(
    Text("争议调处与和谐创建", "Disputes and harmony"),
    (
        (
            Line(
                "健全三级调解网络，企业劳动争议调解组织达到{HARM-07}|，{goal HARM-07}|，在任调解员{HARM-08}|、"
                "劳动争议预警员{HARM-09}",
                "{HARM-07} mediation bodies stand in enterprises|, {goal HARM-07}|, with {HARM-08} mediators| and "
                "{HARM-09} early-warning officers",
            ),
            Line(
                "{half}接待职工来访{HARM-10}|，{trend HARM-10}",
                "{HARM-10} {HARM-10?visit was/visits were} received in the {half}|, {trend HARM-10}",
                Text("{half}没有接到职工来访", "No visit was received in the {half}"),
            ),
            Line("报告群体性预警{HARM-23}", "{HARM-23} collective {HARM-23?alert was/alerts were} reported"),
        ),
        (
            Line(
                "受理劳动争议{HARM-11}|，成功调处{HARM-12}|，其中{split HARM-13}|，涉及职工{HARM-16}|，"
                "涉案金额{HARM-17}|，达成协议金额{HARM-17.agreed}",
                "{HARM-11} {HARM-11?dispute was/disputes were} accepted|, {HARM-12} settled|: {split HARM-13}|; they "
                "concerned {HARM-16} workers| and {HARM-17} claimed|, {HARM-17.agreed} agreed",
                Text("{half}没有受理劳动争议案件", "No labour dispute was accepted in the {half}"),
            ),
            Line(
                "调处率{HARM-14}|，调解成功率{HARM-15}|，{trend HARM-15}|，{goal HARM-15}|，按期办结率{HARM-18}",
                "The handling rate is {HARM-14}|, the success rate {HARM-15}|, {trend HARM-15}|, {goal HARM-15}|; "
                "{HARM-18} were closed on time",
                loose=True,
            ),
            Line(
                "为职工追回工资等款项{HARM-22}|，退回委托调解案件{HARM-19}",
                "{HARM-22} of wages and the like were recovered|, {HARM-19} entrusted {HARM-19?case/cases} given back",
                loose=True,
            ),
        ),
        (
            Line(
                "深化和谐企业创建，申报企业{HARM-20}|，达标{HARM-20.passed}|，重点示范单位{HARM-21}",
                "{HARM-20} {HARM-20?enterprise/enterprises} applied as harmonious enterprises in the {half}|, "
                "{HARM-20.passed} passed|; {HARM-21} are demonstration units",
                loose=True,
            ),
        ),
    ),
)
PASSAGES = (BARGAINING, DISPUTES)
