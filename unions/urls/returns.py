"""Addresses of quarterly returns."""

from django.urls import path

from unions.pages.listing import RegisterView
from unions.views import return_list, return_locks, returns

urlpatterns = [
    path("returns/", RegisterView.as_view(register=return_list.RETURNS_LIST), name="returns"),
    path("returns/rate/", return_list.ReturnRateView.as_view(), name="return-rate"),
    path("returns/workbooks/", return_list.TemplatesZipView.as_view(), name="return-templates"),
    path("returns/lock/", return_locks.LockReturnsView.as_view(), name="return-lock"),
    path("returns/version/<int:pk>/", returns.ReturnVersionView.as_view(), name="return-version"),
    path("returns/<int:pk>/", returns.ReturnView.as_view(), name="return"),
    path("returns/<int:pk>/status/", returns.ReturnStatusView.as_view(), name="return-status"),
    path("returns/<int:pk>/workbook/", returns.TemplateFileView.as_view(), name="return-template"),
    path("returns/<int:pk>/file/<int:number>/", returns.ReturnFileView.as_view(), name="return-file"),
    path("returns/<int:pk>/marked/<int:number>/", returns.MarkedFileView.as_view(), name="return-marked"),
    path("returns/<int:pk>/upload/", returns.UploadView.as_view(), name="return-upload"),
    path("returns/<int:pk>/mend/", returns.MendView.as_view(), name="return-mend"),
    path("returns/<int:pk>/resume/<int:number>/", returns.ResumeView.as_view(), name="return-resume"),
    path("returns/<int:pk>/nil/", returns.NilView.as_view(), name="return-nil"),
    path("returns/<int:pk>/sheet/<str:sheet>/", returns.SheetView.as_view(), name="return-sheet"),
    path("returns/<int:pk>/submit/", returns.SubmitView.as_view(), name="return-submit"),
    path("returns/<int:pk>/leave/", return_locks.LeaveView.as_view(), name="return-leave"),
    path("returns/<int:pk>/review/", returns.ReviewView.as_view(), name="return-review"),
]
