"""The form of a saved view."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from unions.models import SavedView


class SaveViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("register", "name", "query")

    def clean_register(self) -> str:
        """The name of a list's route, nothing else."""
        name = self.cleaned_data["register"]
        try:
            reverse(name)
        except NoReverseMatch:
            raise ValidationError(_("There is no such list.")) from None
        return name

    def _get_validation_exclusions(self) -> set[str]:
        # The user is set already; his other views must not hold the name.
        return super()._get_validation_exclusions() - {"user"}
