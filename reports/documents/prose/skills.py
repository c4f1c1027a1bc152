"""Section SKL: emulation, training, suggestions and titles, employment."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

CONTESTS = Passage(
    Text("竞赛和培训", "Contests and training"),
    (
        (
            Line(
                "围绕生产经营开展劳动竞赛，参赛企业{SKL-01}|，{trend SKL-01}|，{goal SKL-01}",
                "{SKL-01} employers took part in labour emulation|, {trend SKL-01}|, {goal SKL-01}",
                Text("{half}没有组织劳动竞赛", "No emulation campaign was held in the {half}"),
            ),
            Line(
                "举办{names skills contests}共{SKL-02}|，参赛{SKL-03}|，{goal SKL-02}",
                "{SKL-02} skills {SKL-02?contest was/contests were} held|, with {SKL-03} contestants|, {goal SKL-02}",
                Text("{half}没有举办技能比武", "No skills contest was held in the {half}"),
            ),
            Line(
                "“安康杯”竞赛参赛企业{SKL-14}|，{trend SKL-14}",
                "{SKL-14} employers took part in the safety cup|, {trend SKL-14}",
            ),
        ),
        (
            Line(
                "面向一线职工举办免费培训{SKL-04}|，{goal SKL-04}|，参训职工{about SKL-06}|，{trend SKL-06}",
                "{SKL-04} free training {SKL-04?session was/sessions were} held for employees|, {goal SKL-04}|; they "
                "drew {about SKL-06} attendances|, {trend SKL-06}",
                Text("{half}没有举办面向职工的免费培训", "No free training was held in the {half}"),
            ),
            Line(
                "把课堂设到车间班组，送学上门企业{SKL-05}|，{goal SKL-05}",
                "Courses were brought to {SKL-05} {SKL-05?employer/employers}|, {goal SKL-05}",
            ),
            Line(
                "“一小时课堂”累计开课{SKL-16}|，在带师徒和班组{SKL-13}",
                "The one-hour class has held {SKL-16} {SKL-16?session/sessions} since it began|; {SKL-13} "
                "{SKL-13?mentorship runs/mentorships run}",
                loose=True,
            ),
        ),
    ),
)
INNOVATION = Passage(
    Text("创新创优和就业帮扶", "Suggestions, titles, employment"),
    (
        (
            Line(
                "征集职工合理化建议{SKL-10}|，{trend SKL-10}|，{goal SKL-10}|；采纳率{SKL-11}",
                "Employees made {SKL-10} suggestions|, {trend SKL-10}|, {goal SKL-10}|; {SKL-11} of them are adopted",
                Text("{half}没有征集到合理化建议", "No suggestion was collected in the {half}"),
            ),
            Line(
                "实施建议{SKL-12}|，经认定创效{SKL-12.benefit}",
                "{SKL-12} {SKL-12?was/were} carried out|, with a certified benefit of {SKL-12.benefit}",
            ),
            Line(
                "推荐{SKL-07}企业（班组）申报学习型企业（班组）|（{names learning enterprises}）|，"
                "获得命名{SKL-07.granted}",
                "{SKL-07} {SKL-07?enterprise or team/enterprises or teams} applied for the title of learning "
                "enterprise|, among them {names learning enterprises}|; {SKL-07.granted} "
                "{SKL-07.granted?title was/titles were} granted",
            ),
            Line(
                "新命名工人先锋号{SKL-09}|（{split SKL-09}）|，新增技能大师、技师和首席员工{SKL-08}",
                "{SKL-09} Worker Pioneer {SKL-09?title was/titles were} granted| ({split SKL-09})|, and {SKL-08} "
                "master, technician or chief-employee {SKL-08?title/titles}",
                loose=True,
            ),
            Line(
                "帮助就业再就业{SKL-15}|，{trend SKL-15}|，{goal SKL-15}",
                "{SKL-15} {SKL-15?person was/persons were} helped into work|, {trend SKL-15}|, {goal SKL-15}",
                Text("{half}没有帮助就业再就业的记录", "No placement is on record for the {half}"),
            ),
        ),
    ),
)
PASSAGES = (CONTESTS, INNOVATION)
