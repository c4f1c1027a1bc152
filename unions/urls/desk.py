"""Addresses of what everybody has at his desk: search, inbox, saved views, the way back from a bulk action."""

from django.urls import path

from unions.views import desk

urlpatterns = [
    path("search/", desk.SearchView.as_view(), name="search"),
    path("suggest/<str:key>/", desk.SuggestView.as_view(), name="suggest"),
    path("inbox/", desk.InboxView.as_view(), name="inbox"),
    path("inbox/read-all/", desk.ReadAllView.as_view(), name="read-all"),
    path("inbox/mail/", desk.MailView.as_view(), name="inbox-mail"),
    path("inbox/<int:pk>/", desk.NoticeView.as_view(), name="notice"),
    path("views/save/", desk.SaveViewView.as_view(), name="save-view"),
    path("views/<int:pk>/forget/", desk.ForgetViewView.as_view(), name="forget-view"),
    path("undo/<int:pk>/", desk.UndoView.as_view(), name="undo"),
]
