"""Forms of accounts: sign-in and the second step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user, match_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from unions.forms.look import PortalFormMixin
from unions.models import User


class SignInForm(PortalFormMixin, AuthenticationForm):
    """Name and password; the six digits too, from whoever has set up a second step."""

    otp_token = forms.CharField(
        label=_("Six digits of your app"),
        required=False,
        max_length=8,
        help_text=_("Only if you have set up the second step."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and any(devices_for_user(user)):
            device = match_token(user, cleaned.get("otp_token") or "")
            if device is None:
                raise ValidationError(_("The six digits are wrong or have expired: type those shown now."), "otp")
            user.otp_device = device  # type: ignore[attr-defined]
        return cleaned


def second_step_of(user: User) -> TOTPDevice:
    """The user's second step; an unconfirmed one is made the first time it is asked for."""
    return TOTPDevice.objects.get_or_create(user=user, name="app", defaults={"confirmed": False})[0]


class SecondStepForm(PortalFormMixin, forms.Form):
    """Confirms a new second step with the digits the app shows."""

    token = forms.CharField(
        label=_("Six digits of your app"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, device: TOTPDevice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean_token(self) -> str:
        token = self.cleaned_data["token"].strip()
        if not self.device.verify_token(token):
            raise ValidationError(_("These digits do not fit: check the time of your phone and type those shown now."))
        return token
