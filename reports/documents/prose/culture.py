"""Section CULT: events, places for culture."""

from reports.documents.phrases import Line, Passage
from reports.indicators.registry import Text

EVENTS = Passage(
    Text("文体活动", "Events"),
    (
        (
            Line(
                "{half}举办各类文体活动{CULT-01}|，{trend CULT-01}|，{goal CULT-01}|；其中{split CULT-01}|，"
                "参加职工{about CULT-02}",
                "{CULT-01} culture and sport {CULT-01?event was/events were} held in the {half}|, "
                "{trend CULT-01}|, {goal CULT-01}|: {split CULT-01}|; they drew {about CULT-02} attendances",
                Text("{half}没有举办文体活动", "No culture or sport event was held in the {half}"),
            ),
            Line("先后举办{names events}活动"),
            Line(
                "参赛代表队{CULT-03}|，在区级及以上比赛中获得名次{CULT-04}|（{names places won}）",
                "{CULT-03} teams took part in contests|; {CULT-04} {CULT-04?place was/places were} won at district "
                "level or above",
                loose=True,
            ),
        ),
    ),
)
PLACES = Passage(
    Text("阵地建设", "Places"),
    (
        (
            Line(
                "现有企业文化俱乐部{CULT-05}|，{goal CULT-05}|，推荐星级俱乐部{CULT-05.nominated}|，"
                "职工书屋、活动阵地{CULT-09}",
                "There are {CULT-05} culture clubs|, {CULT-05.nominated} of them recommended for a star|, and "
                "{CULT-09} libraries and activity rooms|, {goal CULT-05}",
            ),
            Line(
                "街道文体阵地投入{CULT-06}|，企业投入{CULT-07}|，向基层配送器材{CULT-08}",
                "The federation spent {CULT-06} on facilities|, employers {CULT-07}|; {CULT-08} pieces of equipment "
                "were issued",
                loose=True,
            ),
        ),
    ),
)
PASSAGES = (EVENTS, PLACES)
