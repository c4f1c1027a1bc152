"""Two rules of every answer: which scripts it may run, and in which language it speaks."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse

# django-unfold drives its pages with Alpine, which evaluates expressions from attributes, and styles them with
# inline CSS variables. Only the administration gets this; scripts still come from this server alone.
ADMINISTRATION = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings, loosened below the administration's address."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(reverse("admin:index")):
            parts.replace = ADMINISTRATION | (parts.replace or {})
        return parts


class LanguageMiddleware(LocaleMiddleware):
    """Chinese until the reader switches: a browser installed in English does not choose for its user."""

    def process_request(self, request: HttpRequest) -> None:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
