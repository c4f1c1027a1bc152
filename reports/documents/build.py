"""A document of one kind from the facts of a half-year."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from reports.documents import plan, summary
from reports.documents.base import Document, Edition, Kind, Lang, Paragraph
from reports.documents.context import TEMPLATE, Facts, read_facts
from reports.documents.promises import half_label
from reports.indicators.registry import Text
from unions.access import Scope
from unions.periods import HalfYear

KINDS = {"summary": Text("总结", "summary"), "plan": Text("计划", "plan"), "annex": Text("附件", "annexes")}
ADDRESSEE = Text("区总工会", "To the District Federation of Trade Unions")


def build_document(
    kind: Kind,
    period: HalfYear,
    language: Lang,
    *,
    scope: Scope | None = None,
    version: int = 1,
    is_draft: bool = True,
    now: datetime | None = None,
) -> Document:
    """The document of a half-year; ``plan`` is the plan of the half-year after it.

    Call it inside ``acting(SYSTEM, snapshot=True)``, or its figures may contradict each other. The same rows and the
    same ``now`` give the same document. Raises Union.DoesNotExist where there is no federation.
    """
    moment = now or timezone.now()
    facts = read_facts(
        period,
        language,
        scope=scope or Scope.everything(),
        version=version,
        is_draft=is_draft,
        moment=moment,
        issued_on=timezone.localdate(moment),
    )
    return document_of(kind, facts)


def document_of(kind: Kind, facts: Facts) -> Document:
    """The document that facts give."""
    document = BUILDERS[kind](facts)
    return replace(document, edition=edition(kind, facts, checksum(document)))


def frame(kind: Kind, facts: Facts) -> Document:
    """What every document has; the title is that of its kind."""
    return Document(
        kind=kind,
        lang=facts.lang,
        title=(plan if kind == "plan" else summary).title(facts),
        addressee=facts.text(ADDRESSEE),
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        edition=edition(kind, facts),
        is_draft=facts.is_draft,
    )


def build_summary(facts: Facts) -> Document:
    document = frame("summary", facts)
    if facts.is_empty:
        return replace(document, lead=nothing(facts))
    return replace(
        document,
        lead=summary.lead(facts),
        sections=summary.sections(facts),
        closing=summary.closing(facts),
        annexes=summary.annexes(facts),
    )


def build_plan(facts: Facts) -> Document:
    document = frame("plan", facts)
    if not facts.planned:
        return replace(document, lead=no_plan(facts))
    return replace(
        document,
        lead=plan.lead(facts),
        sections=plan.sections(facts),
        closing=plan.closing(facts),
        annexes=plan.annexes(facts),
    )


def build_annex(facts: Facts) -> Document:
    """The figures alone; without any it is a page that says so, set as a summary is."""
    if facts.is_empty:
        return replace(frame("summary", facts), lead=nothing(facts))
    return replace(frame("annex", facts), annexes=summary.annexes(facts, with_plans=False))


BUILDERS = {"summary": build_summary, "plan": build_plan, "annex": build_annex}


def nothing(facts: Facts) -> tuple[Paragraph, ...]:
    """A half-year of which nothing is recorded."""
    label = half_label(facts.period, facts)
    if facts.is_english:
        return (
            Paragraph(f"For {label} no return has come in and nothing is recorded: there are no figures to report."),
        )
    return (Paragraph(f"{label}没有已报送的季报，也没有业务记录，本期没有可以汇总的数字。"),)


def no_plan(facts: Facts) -> tuple[Paragraph, ...]:
    label = half_label(facts.period.next(), facts)
    if facts.is_english:
        return (Paragraph(f"No plan has been drawn up for {label}."),)
    return (Paragraph(f"{label}的工作计划尚未编制，没有可以印发的事项。"),)


def edition(kind: Kind, facts: Facts, content: str = "") -> Edition:
    period = facts.period.next() if kind == "plan" else facts.period
    name = facts.text(KINDS[kind])
    key = f"{period} {name}" if facts.is_english else f"{period}-{name}"
    return Edition(key, facts.version, TEMPLATE, facts.moment, content)


def checksum(document: Document) -> str:
    """Sixteen digits of the content's hash, in fours: of what is said, not of when it was printed."""
    content = repr(replace(document, edition=None, issued_on=None))  # type: ignore[arg-type]
    digits = hashlib.sha256(content.encode()).hexdigest()[:16].upper()
    return " ".join(digits[place : place + 4] for place in range(0, 16, 4))
