"""What is asked before a report is made."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.models import Language, ReportKind
from unions.forms.look import PortalFormMixin


class MakeReportForm(PortalFormMixin, forms.Form):
    kind = forms.ChoiceField(label=_("Document"), choices=ReportKind)
    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.SIMPLIFIED)
