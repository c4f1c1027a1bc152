"""What the federation's spreadsheets say of its members; the rows become people and memberships in ``imports``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.columns import IdDocument, PersonName
from members.imports import MemberRun
from members.models import Sex, WorkerType
from unions.access import Action
from unions.imports.job import Job
from unions.imports.registry import ImportKind, import_kind
from unions.returns.columns import Choice, Column, Day, IdText, Money, Phone, Text, YesNo


@import_kind
class MemberImport(ImportKind):
    """Members by their ID number: new people, new memberships, and what the portal does not know yet of known ones."""

    code = "members"
    title = _("Members")
    hint = _("One row for each member. Import unions and employers before, so that their names are known.")
    action = Action.MANAGE_MEMBERS
    columns = {
        "name": Column(_("Name"), PersonName(60), required=True),
        "id_type": Column(_("ID document"), IdDocument()),
        "id_number": Column(_("ID number"), IdText(), required=True),
        "sex": Column(_("Sex"), Choice(Sex)),
        "birth_date": Column(_("Date of birth"), Day()),
        "union": Column(_("Union"), Text(80), required=True),
        "employer": Column(_("Employer"), Text(80)),
        "joined_on": Column(_("Joined on"), Day(), required=True),
        "retained_on": Column(_("Retained since"), Day()),
        "worker_type": Column(_("Type of employment"), Choice(WorkerType)),
        "card_no": Column(_("Member card number"), Text(30)),
        "dues_wage": Column(_("Wage for dues (yuan a month)"), Money()),
        "phone": Column(_("Phone"), Phone()),
        "education": Column(_("Education"), Text(20)),
        "is_migrant": Column(_("Migrant worker"), YesNo()),
        "former_name": Column(_("Former name"), PersonName(60)),
    }
    headings = {
        "name": ("会员姓名", "职工姓名"),
        "id_type": ("证件类别", "证件种类"),
        "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码", "证件号"),
        "sex": ("男女",),
        "birth_date": ("出生年月日", "出生年月", "生日"),
        "union": ("所属工会", "工会名称", "所在工会", "基层工会"),
        "employer": ("工作单位", "单位名称", "所在单位", "企业名称"),
        "joined_on": ("入会时间", "加入工会时间", "入会年月"),
        "retained_on": ("保留会籍时间", "保留会籍日期"),
        "worker_type": ("就业形态", "用工类型", "职工类型"),
        "card_no": ("会员证编号", "会员卡号", "会籍号"),
        "dues_wage": ("月工资", "会费工资基数"),
        "phone": ("联系电话", "手机", "手机号码", "手机号"),
        "education": ("文化程度", "学历层次"),
        "is_migrant": ("是否农民工", "农民工"),
        "former_name": ("别名",),
    }

    def run(self, job: Job) -> None:
        MemberRun(job).run()
