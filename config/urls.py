"""Addresses of the portal."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from unions import views

urlpatterns = [
    path("", include("reports.urls")),
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/password/", views.PasswordView.as_view(), name="password"),
    path("account/second-step/", views.SecondStepView.as_view(), name="second-step"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler403 = "unions.views.forbidden"
handler404 = "unions.views.not_found"
handler500 = "unions.views.broken"
