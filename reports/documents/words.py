"""The fixed words of printed documents: captions of tables, notes and the small line at the foot, in each language."""

from datetime import date
from functools import cache

from reports.documents.base import Lang
from reports.traditional import traditional

CHINESE = {
    "html_lang": "zh-CN",
    "annex": "附件",
    "attachments": "附件：",
    "code": "代码",
    "indicator": "指标",
    "unit": "单位",
    "value": "本期",
    "year_before": "上年同期",
    "change": "同比",
    "target": "年度\n目标",
    "completion": "完成率",
    "of_which": "其中：",
    "notes": "注：",
    "definitions": "指标口径",
    "definition": "口径",
    "checks": "数据一致性核对",
    "rule": "规则",
    "working": "核对",
    "outcome": "结果",
    "passed": "一致",
    "explained": "已说明",
    "failed": "不一致",
    "skipped": "未核对",
    "explanation": "说明：",
    "remarks": "季报数字的说明",
    "union": "工会",
    "place": "季报、项目",
    "reported": "所报",
    "remark": "工会的说明",
    "figure": "图",
    "title_gap": "　",
    "open": "（",
    "close": "）",
    "category": "项目",
    "source": "资料来源：",
    "no": "序号",
    "goal": "目标",
    "measure": "措施",
    "owner": "责任人",
    "partner": "配合：",
    "deadline": "完成时限",
    "target_figure": "目标数",
    "progress": "完成情况",
    "edition": "第{}版",
    "draft": "第{}稿　草稿，不得外传",
    "template": "模板{}",
    "frozen": "数据冻结 {}",
    "checksum": "内容校验码 {}",
    "gap": "　",
    "colon": "：",
    "semicolon": "；",
    "qr_of": "本节数据明细的二维码，短码",
}
ENGLISH = {
    "html_lang": "en",
    "annex": "Annex",
    "attachments": "Annexes: ",
    "code": "Code",
    "indicator": "Indicator",
    "unit": "Unit",
    "value": "This\nperiod",
    "year_before": "Year\nbefore",
    "change": "Change",
    "target": "Year’s\ntarget",
    "completion": "Reached",
    "of_which": "of which: ",
    "notes": "Notes: ",
    "definitions": "Definitions",
    "definition": "Definition",
    "checks": "Consistency checks",
    "rule": "Rule",
    "working": "Working",
    "outcome": "Result",
    "passed": "holds",
    "explained": "explained",
    "failed": "fails",
    "skipped": "not run",
    "explanation": "Explanations: ",
    "remarks": "Remarks on figures of returns",
    "union": "Union",
    "place": "Return, item",
    "reported": "Reported",
    "remark": "The union’s remark",
    "figure": "Figure ",
    "title_gap": ". ",
    "open": " (",
    "close": ")",
    "category": "Item",
    "source": "Source: ",
    "no": "No.",
    "goal": "Goal",
    "measure": "Measure",
    "owner": "Owner",
    "partner": "with ",
    "deadline": "Deadline",
    "target_figure": "Target",
    "progress": "Progress",
    "edition": "version {}",
    "draft": "draft {}, not for circulation",
    "template": "template {}",
    "frozen": "frozen {}",
    "checksum": "content {}",
    "gap": " · ",
    "colon": ": ",
    "semicolon": "; ",
    "qr_of": "QR code of this section’s data, short code ",
}
DIGITS = "〇一二三四五六七八九"


@cache
def words(lang: Lang) -> dict[str, str]:
    """The captions of a language."""
    if lang == "zh-hant":
        return {key: traditional(text) for key, text in CHINESE.items()} | {"html_lang": "zh-Hant"}
    return ENGLISH if lang == "en" else CHINESE


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 一、十、十一、二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def long_date(day: date, lang: Lang) -> str:
    """2026年7月10日, no leading zeros; 10 July 2026."""
    return f"{day.day} {day:%B} {day.year}" if lang == "en" else f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date, lang: Lang) -> str:
    """A deadline inside the plan's own year."""
    return f"{day.day} {day:%b}" if lang == "en" else f"{day.month}月{day.day}日"
