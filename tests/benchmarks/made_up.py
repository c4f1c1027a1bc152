"""People who do not exist, with well-formed numbers of a region that is assigned to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from unions.validators import id_check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "建国玉兰伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉红梅春生海燕永志晓东雪峰宁家俊婷佳慧子轩浩宇欣怡"
REGION = "999998"


@dataclass(frozen=True)
class Somebody:
    name: str
    is_man: bool
    born: date
    number: str
    phone: str


def somebody(serial: int, random: Random) -> Somebody:
    """One of a kind for each serial number, a thousand to a day of birth."""
    born = date(1940, 1, 1) + timedelta(days=serial // 1000)
    body = f"{REGION}{born:%Y%m%d}{serial % 1000:03}"
    name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))
    return Somebody(name, bool(serial % 2), born, body + id_check_character(body), f"138{serial:08}")
