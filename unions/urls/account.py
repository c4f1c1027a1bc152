"""Addresses of signing in and of one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from unions.views import accounts

urlpatterns = [
    path("sign-in/", accounts.SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/password/", accounts.PasswordView.as_view(), name="password"),
    path("account/second-step/", accounts.SecondStepView.as_view(), name="second-step"),
]
