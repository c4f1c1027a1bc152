"""Columns that the rows behind many indicators have in common."""

from reports.indicators.registry import Column, Text

UNION = Column(Text("工会", "Union"), "union__name")
EMPLOYER = Column(Text("用人单位", "Employer"), "employer__name")
PERSON = Column(Text("姓名", "Name"), "person__name")
