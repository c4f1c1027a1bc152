"""Invented names and numbers: people, companies, ID numbers, social credit codes. No real person or company is meant.

ID numbers carry the region 999999, which exists nowhere, with a right check character.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from unions.names import name_keys
from unions.validators import CODE_ALPHABET, credit_code_check_character, id_check_character

WORDS = Path(__file__).resolve().parent.parent / "data" / "demo_words.csv"
REGION = "999999"
TAKEN = {"逸盛", "新桥", "侨泰兴", "三星", "恒立", "恒信", "恒达", "恒丰", "恒安", "宏达", "瑞丰", "汇丰"}


@cache
def words(name: str) -> tuple[str, ...]:
    """One word list of the file; foreign names hold spaces and are parted by bars."""
    with WORDS.open(encoding="utf-8") as file:
        lists = {row[0]: row[1:] for row in csv.reader(file)}
    text = ",".join(lists[name])
    return tuple(text.split("|") if "|" in text else text.split())


@cache
def keys_of(name: str) -> dict[str, object]:
    """The search keys of a name; many people share one."""
    return name_keys(name)


def surname(rng: Random) -> str:
    # Common surnames come first in the list and are drawn more often.
    if rng.random() < 0.02:
        return rng.choice(words("surname_rare"))
    pool = words("surname")
    return pool[int(len(pool) * rng.random() ** 1.7)]


def person_name(rng: Random, is_female: bool) -> str:
    """A Chinese name of two or three characters; one in forty carries a rare character."""
    family, pool = surname(rng), words("female" if is_female else "male")
    if rng.random() < 0.025:
        rare = rng.choice(words("rare"))
        return family + (rare if rng.random() < 0.4 else rng.choice("文子思晓") + rare)
    given = rng.choice(pool)
    if len(given) == 1 and rng.random() < 0.45:
        given = rng.choice("文晓建志雅思国海佳春") + given
    return family + given


@dataclass
class Numbers:
    """Gives out numbers, each once."""

    rng: Random
    used: set[str] = field(default_factory=set)

    def once(self, make: Callable[[], str]) -> str:
        while True:
            number = make()
            if number not in self.used:
                self.used.add(number)
                return number

    def resident_id(self, birth: date, is_female: bool) -> str:
        """An 18-character resident ID (GB 11643) whose 17th digit tells the sex."""

        def make() -> str:
            order = self.rng.randrange(0, 100) * 10 + self.rng.randrange(0, 5) * 2 + (0 if is_female else 1)
            first = f"{REGION}{birth:%Y%m%d}{order:03d}"
            return first + id_check_character(first)

        return self.once(make)

    def passport(self) -> str:
        return self.once(lambda: f"X{self.rng.choice('DKRT')}{self.rng.randrange(10**6, 10**7)}")

    def credit_code(self, prefix: str) -> str:
        """An 18-character social credit code (GB 32100) that begins with ``prefix``: 91 enterprise, 81 union."""

        def make() -> str:
            first = f"{prefix}{REGION}" + "".join(self.rng.choices(CODE_ALPHABET, k=9))
            return first + credit_code_check_character(first)

        return self.once(make)

    def company(self) -> tuple[str, str]:
        """A company's name and its industry."""

        def make() -> str:
            brand = self.rng.choice(words("brand_first")) + self.rng.choice(words("brand_second"))
            return "" if brand in TAKEN else brand

        self.used.add("")
        brand = self.once(make)
        trade, industry = self.rng.choice(words("trade")).split(",")
        return f"澄江{brand}{trade}{self.rng.choice(words('suffix'))}", industry


def phone(rng: Random) -> str:
    """A mobile number in a range nobody is given."""
    return f"1000{rng.randrange(10**6, 10**7)}"
