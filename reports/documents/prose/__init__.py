"""What the six sections of the summary say, in both languages; the order and headings are rows (ReportSection)."""

from reports.documents.phrases import Passage
from reports.documents.prose import care, culture, federation, harmony, organisation, skills
from reports.indicators.registry import Text

SECTIONS: dict[str, tuple[Passage, ...]] = {
    "ORG": organisation.PASSAGES,
    "SKL": skills.PASSAGES,
    "CARE": care.PASSAGES,
    "HARM": harmony.PASSAGES,
    "CULT": culture.PASSAGES,
    "SELF": federation.PASSAGES,
}

# Used where no row gives a heading.
HEADINGS = {
    "ORG": Text("夯实组织根基，建会工作有序推进", "Organisation"),
    "SKL": Text("服务生产一线，职工技能稳步提升", "Skills and emulation"),
    "CARE": Text("办好实事好事，关爱帮扶更加贴心", "Relief and services"),
    "HARM": Text("化解矛盾纠纷，劳动关系总体和谐", "Labour relations"),
    "CULT": Text("搭建活动平台，职工文化日益活跃", "Culture and sport"),
    "SELF": Text("抓好自身建设，工作基础不断夯实", "The federation itself"),
}
