"""The time limits that national and Zhejiang law set for labour relations and registrations, each with its article.

The public notice of titles is the federation's own limit: its usual length stands here until an officer enters another.
Where only the day of adoption of a law is known, the limit counts from that day. Takes a moment: fourteen rows.
"""

from datetime import date

from django.db import migrations

CONTRACTS, CONTRACTS_FROM = "浙江省集体合同条例", date(2010, 11, 25)
ADOPTED = "起始日按法规通过日，施行日以法规文本为准"

# code, name, length, unit, source, in law since, note
LIMITS = (
    ("CONTRACT_ANSWER", "答复集体协商要约", 10, "WORKING", f"{CONTRACTS}第七条", CONTRACTS_FROM, ADOPTED),
    ("CONTRACT_CONGRESS", "集体合同草案提交职代会", 15, "WORKING", f"{CONTRACTS}第二十四条", CONTRACTS_FROM, ADOPTED),
    ("CONTRACT_FILING", "集体合同报送审查", 10, "NATURAL", f"{CONTRACTS}第三十四条", CONTRACTS_FROM, ADOPTED),
    ("CONTRACT_OBJECTION", "劳动行政部门异议期", 15, "NATURAL", "劳动合同法第五十四条", date(2008, 1, 1), ""),
    ("CONTRACT_PUBLICATION", "集体合同向职工公布", 5, "WORKING", f"{CONTRACTS}第三十五条", CONTRACTS_FROM, ADOPTED),
    ("CONTRACT_RENEWAL", "集体合同期满前续签", 90, "NATURAL", f"{CONTRACTS}第三十条", CONTRACTS_FROM, ADOPTED),
    ("COMMENT_ANSWER", "答复厂务公开意见", 30, "NATURAL", "浙江省企业民主管理条例第二十三条", date(2010, 3, 30), ADOPTED),
    ("CERTIFICATE_RENEWAL", "法人证书期满前换发", 30, "NATURAL", "总工办发〔2020〕20号第二十六条", date(2021, 1, 1), ""),
    ("CHAIR_NOTICE", "主席候选人公示", 7, "NATURAL", "企业工会主席产生办法（试行）", date(2008, 7, 25), ADOPTED),
    ("MEDIATION", "劳动争议调解", 15, "NATURAL", "劳动争议调解仲裁法第十四条", date(2008, 5, 1), ""),
    ("MEDIATION_REVIEW", "调解协议申请仲裁审查", 15, "NATURAL", "人社部令17号", date(2012, 1, 1), ""),
    ("MEDIATION_CONFIRMATION", "调解协议申请司法确认", 30, "NATURAL", "人民调解法第三十三条", date(2011, 1, 1), ""),
    ("COMPLAINT_REFUSAL", "不予受理书面告知", 5, "WORKING", "浙江省工会劳动法律监督条例", date(2016, 1, 1), ADOPTED),
    ("TITLE_NOTICE", "创建命名公示", 5, "WORKING", "本级创建办法", date(2010, 1, 1), "以本级现行办法为准"),
)


def enter(apps, schema_editor):
    rules = apps.get_model("unions", "ClockRule")
    entered = set(rules.objects.values_list("code", flat=True))
    rules.objects.bulk_create(
        rules(code=code, name=name, length=length, unit=unit, source=source, start=start, note=note)
        for code, name, length, unit, source, start, note in LIMITS
        if code not in entered
    )


def take_out(apps, schema_editor):
    """Refuses, with the deadlines named, while a limit is in use."""
    codes = [code for code, *_rest in LIMITS]
    running = apps.get_model("unions", "Deadline").objects.filter(rule__code__in=codes)
    if running.exists():
        named = ", ".join(f"{pk} {matter}" for pk, matter in running.values_list("pk", "matter")[:20])
        raise RuntimeError(f"{running.count()} deadlines run by these limits: {named}")
    apps.get_model("unions", "ClockRule").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("unions", "0002_keep_clocks_notices_and_lifecycle_details")]

    operations = [migrations.RunPython(enter, take_out)]
