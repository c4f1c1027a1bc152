"""Signing in, the own account, and the error pages."""

from __future__ import annotations

import base64
import io
import logging
import secrets
from typing import Any

import qrcode
import qrcode.image.svg
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django_otp import login as second_step_passed
from django_otp.plugins.otp_totp.models import TOTPDevice

from unions.access import Action
from unions.forms.accounts import SecondStepForm, SignInForm, second_step_of
from unions.mixins import ActionMixin

logger = logging.getLogger("portal")


class SignInView(LoginView):
    template_name = "unions/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        device = getattr(form.get_user(), "otp_device", None)
        if device is not None:
            second_step_passed(self.request, device)
        return response


class PasswordView(ActionMixin, SuccessMessageMixin, PasswordChangeView):
    action = Action.VIEW_HOME
    template_name = "unions/password.html"
    success_url = reverse_lazy("password")
    success_message = _("The new password holds from now on.")


class SecondStepView(ActionMixin, FormView):
    """Sets up the second step: shows the secret as a picture, asks for the digits, then it holds."""

    action = Action.VIEW_HOME
    template_name = "unions/second_step.html"
    form_class = SecondStepForm
    success_url = reverse_lazy("second-step")

    def device(self) -> TOTPDevice:
        return second_step_of(self.request.user)  # type: ignore[arg-type]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"device": self.device()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = self.device()
        shown = {"is_set_up": device.confirmed}
        if not device.confirmed:
            shown |= {"picture": picture(device.config_url), "secret": base64.b32encode(device.bin_key).decode()}
        return super().get_context_data(**kwargs) | shown

    def form_valid(self, form: SecondStepForm) -> HttpResponse:
        form.device.confirmed = True
        form.device.save(update_fields=["confirmed"])
        second_step_passed(self.request, form.device)
        return super().form_valid(form)


def picture(text: str) -> str:
    """A QR code as a data address."""
    code = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=12).save(code)
    return f"data:image/svg+xml;base64,{base64.b64encode(code.getvalue()).decode()}"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours: the page and the log carry the same incident number."""
    now = timezone.localtime()
    number = f"E-{now:%Y%m%d-%H%M}-{secrets.token_hex(2).upper()}"
    logger.error("incident %s at %s", number, request.path, exc_info=True)
    # Without the request: no context processor may ask the database that perhaps has just failed.
    page = render_to_string("500.html", {"number": number, "now": now, "path": request.path})
    return HttpResponse(page, status=500)
