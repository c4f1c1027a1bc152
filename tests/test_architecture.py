"""Lower never knows higher: imports and relations go along the allowed arrows alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ORDER = ("unions", "members", "finance", "relief", "disputes", "reports")
# Each app may know itself and what stands before it; config knows all and is known by none.
ALLOWED = {app: set(ORDER[: place + 1]) for place, app in enumerate(ORDER)}
OURS = {*ORDER, "config"}


def modules(app: str) -> Iterator[Path]:
    return (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> set[str]:
    """The top-level packages a module imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_what_stands_below_it(app: str) -> None:
    wrong = {str(path.relative_to(ROOT)): imported(path) & OURS - ALLOWED[app] for path in modules(app)}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("app", ORDER)
def test_a_model_relates_only_to_what_stands_below_it(app: str) -> None:
    """A foreign key written as a string is invisible to an import check, so ask the models themselves."""
    wrong = [
        f"{model.__name__}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if field.related_model._meta.app_label in OURS - ALLOWED[app]
    ]
    assert wrong == []


def test_views_never_reach_past_the_scope() -> None:
    """``Model.objects`` in a view would skip ``visible_to``: a view starts from a queryset it was given."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app in ORDER
        for path in modules(app)
        if path.stem == "views" or path.parent.stem == "views"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "objects" and not followed_by_visible_to(path, node)
    ]
    assert wrong == []


def followed_by_visible_to(path: Path, node: ast.Attribute) -> bool:
    """Whether the chain that begins at ``node`` calls visible_to at once."""
    line = path.read_text().splitlines()[node.lineno - 1 : node.lineno + 1]
    return ".objects.visible_to(" in "".join(part.strip() for part in line)


def test_only_the_pdf_module_imports_weasyprint() -> None:
    users = [str(path.relative_to(ROOT)) for app in ORDER for path in modules(app) if "weasyprint" in imported(path)]
    assert users == ["reports/pdf.py"]
