"""Embedded rows of the personal data task: texts with the entities in them, and texts that only look like it.

Takes a seed, gives distinct rows with spans; the wordings stand in `pii_chat`, `pii_prose`, `pii_long`, `pii_forms`, `pii_code`,
`pii_requests`, `pii_links`, `pii_details` and the three `pii_negatives`, the makers of values in `pii_people`,
`pii_places`, `pii_orgs`, `pii_numbers`, `pii_times`, `pii_web`, `pii_plain`, `pii_grids` and `pii_passages`. What is labelled and how far a span reaches:

- PERSON: a name, whole or in part, without honorific and without `'s`. TITLE: the honorific, or an occupation that
  describes a person; trades in general ("teachers", "act as a lawyer") are none.
- STREET_ADDRESS: from the house number to the post code as one span. Only where an address block stands by itself
  under a name, as on an envelope, its parts are marked one by one: number, street, flat and code as STREET_ADDRESS,
  town and country as GPE.
- GPE: town, state, country standing alone; "Austin, TX" are two. ZIP_CODE: a post code standing alone.
- DATE_TIME: calendar dates, years and times of day; relative time ("in two months") is none.
- AGE: the number alone, in digits or words. NRP: nationalities, religions, political groups.
- DOMAIN_NAME: a host, or a web address as a whole: scheme, port, path, query and fragment included, and braces of format
  strings inside it; the quote, bracket, comma or full stop after it not. Addresses of `localhost` are none.
- Names of products, programs, theorems and bands are nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pointsman.data.embedded import (
    pii_chat,
    pii_code,
    pii_details,
    pii_forms,
    pii_links,
    pii_long,
    pii_negatives,
    pii_negatives_code,
    pii_negatives_long,
    pii_negatives_more,
    pii_numbers,
    pii_orgs,
    pii_people,
    pii_places,
    pii_prose,
    pii_requests,
    pii_times,
    pii_web,
)
from pointsman.data.embedded.pii_fill import SpanTemplate, expand
from pointsman.data.embedded.pii_people import Person, ascii_of
from pointsman.data.embedded.pii_plain import PLAIN
from pointsman.data.example import Example

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["TEMPLATES", "rows"]

TEMPLATES: tuple[SpanTemplate, ...] = (
    *pii_chat.TEMPLATES,
    *pii_prose.TEMPLATES,
    *pii_long.TEMPLATES,
    *pii_forms.TEMPLATES,
    *pii_code.TEMPLATES,
    *pii_requests.TEMPLATES,
    *pii_links.TEMPLATES,
    *pii_details.TEMPLATES,
    *pii_negatives.TEMPLATES,
    *pii_negatives_more.TEMPLATES,
    *pii_negatives_code.TEMPLATES,
    *pii_negatives_long.TEMPLATES,
)
"""Every template, those without personal data among them."""


def rows(seed: int = 0, per_template: int = 20) -> list[Example]:
    """Return distinct rows with spans; the same seed gives the same rows.

    Args:
        seed: decides every row.
        per_template: most rows of one template.
    """
    fakers = _fakers(seed)
    return expand(TEMPLATES, lambda rng: RowFiller(rng, fakers), per_template=per_template, seed=seed)


def _fakers(seed: int) -> dict[str, Faker]:
    """One Faker for each locale, each with its own seed."""
    from faker import Faker

    fakers = {}
    for locale in sorted({*pii_people.LOCALES, *pii_places.LOCALES, *pii_orgs.LOCALES}):
        # Without weights the lists are drawn from evenly: more different names, and faster.
        fakers[locale] = Faker(locale, use_weighting=False)
        fakers[locale].seed_instance(f"{seed}:{locale}")
    return fakers


class RowFiller:
    """Makes the values of one row; what carries the same key (`{first@a}`, `{email@a}`) is of the same person.

    Args:
        rng: source of chance.
        fakers: one Faker a locale.
    """

    def __init__(self, rng: random.Random, fakers: Mapping[str, Faker]) -> None:
        self.rng = rng
        self.fakers = fakers
        self._people: dict[str, Person] = {}
        self._values: dict[tuple[str, str], tuple[str, str | None]] = {}

    def value(self, slot: str, key: str | None) -> tuple[str, str | None]:
        """Return the slot's value and its entity type, None for a value that is no entity.

        Raises:
            KeyError: no slot has that name.
        """
        if key is not None and (slot, key) in self._values:
            return self._values[slot, key]
        if slot in PLAIN:
            made: tuple[str, str | None] = (PLAIN[slot](self.rng), None)
        else:
            label, make = SLOTS[slot]
            made = (make(self, key), label or None)
        if key is not None:
            self._values[slot, key] = made
        return made

    def person(self, key: str | None) -> Person:
        """The person of that key, or a new one."""
        if key is None:
            return pii_people.person(self.rng, self.fakers)
        if key not in self._people:
            self._people[key] = pii_people.person(self.rng, self.fakers)
        return self._people[key]

    def place(self, make: Callable[[random.Random, Mapping[str, Faker]], str]) -> str:
        """A value of `pii_places`."""
        return make(self.rng, self.fakers)


def _any_name(row: RowFiller, key: str | None) -> str:
    who = row.person(key)
    return row.rng.choices((who.full, who.first, who.last), (6, 3, 1))[0]


def _plain_name(row: RowFiller, key: str | None) -> str:
    who = row.person(key)
    return f"{who.first} {who.last}"


def _initials(row: RowFiller, key: str | None) -> str:
    who = row.person(key)
    return row.rng.choice(
        (
            f"{who.first[0]}. {who.last}",
            f"{who.first[0]}.{who.middle or 'J'}. {who.last}",
            f"{who.first} {who.last[0]}.",
        )
    )


def _email(row: RowFiller, key: str | None) -> str:
    who, rng = row.person(key), row.rng
    first, last = ascii_of(who.first) or "info", ascii_of(who.last) or "mail"
    number = rng.randint(1, 99)
    users = (
        f"{first}.{last}", f"{first}.{last}", f"{first[0]}{last}", f"{first}{last}", f"{first}_{last}", f"{first}{number}", f"{last}{first[0]}",
        f"{first}.{last}{number}", f"{first}-{last}", f"{first}.{last}+{rng.choice(('news', 'shop', 'work', 'test', 'bills'))}", f"{last}.{first}",
        rng.choice(("info", "support", "hr", "sales", "office", "billing", "noreply", "admissions", "press")), f"{first.capitalize()}{last.capitalize()}",
    )  # fmt: skip
    return f"{rng.choice(users)}@{pii_orgs.mail_host(rng)}"


def _user(row: RowFiller, key: str | None) -> str:
    who = row.person(key)
    return ascii_of(who.first)[:1] + ascii_of(who.last)


def _nrp(row: RowFiller, _: str | None) -> str:
    kinds = (pii_people.NATIONALITIES, pii_people.RELIGIONS, pii_people.POLITICS)
    return row.rng.choice(row.rng.choices(kinds, (6, 2, 1))[0])


def _nrps(row: RowFiller, key: str | None) -> str:
    """Members of a group: words that take an s, or those that are plural already."""
    words = [*pii_people.RELIGIONS, *pii_people.POLITICS, *pii_people.NATIONALITIES]
    word = row.rng.choice(
        [word for word in words if word.endswith(("an", "i", "ic", "ant", "at", "ist", "ek", "st", "ot", "in", "ian"))]
    )
    return f"{word}s"


def _ip(row: RowFiller, _: str | None) -> str:
    rng = row.rng
    if rng.random() < 0.25:
        fake = row.fakers["en_US"]
        whole = fake.ipv6()
        parts = whole.split(":")
        return rng.choice((whole, f"{parts[0]}:{parts[1]}::{parts[6]}:{parts[7]}", f"fe80::{parts[0]}:{parts[1]}"))
    return _ip4(row, None)


def _ip4(row: RowFiller, _: str | None) -> str:
    rng = row.rng
    head = rng.choice(
        (
            f"{rng.randint(1, 223)}.{rng.randint(0, 255)}",
            f"{rng.randint(1, 223)}.{rng.randint(0, 255)}",
            "192.168",
            f"10.{rng.randint(0, 255)}",
            "172.16",
        )
    )
    return f"{head}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"


def _org(row: RowFiller, _: str | None) -> str:
    return pii_orgs.organization(row.rng, row.fakers, row.place(pii_places.city))


def _chance(make: Callable[[random.Random], str]) -> Callable[[RowFiller, str | None], str]:
    return lambda row, _: make(row.rng)


def _pick(words: tuple[str, ...]) -> Callable[[RowFiller, str | None], str]:
    return lambda row, _: row.rng.choice(words)


def _place(make: Callable[[random.Random, Mapping[str, Faker]], str]) -> Callable[[RowFiller, str | None], str]:
    return lambda row, _: row.place(make)


SLOTS: Mapping[str, tuple[str, Callable[[RowFiller, str | None], str]]] = {
    "person": ("PERSON", lambda row, key: row.person(key).full),
    "plainname": ("PERSON", _plain_name),
    "first": ("PERSON", lambda row, key: row.person(key).first),
    "last": ("PERSON", lambda row, key: row.person(key).last),
    "name": ("PERSON", _any_name),
    "revname": ("PERSON", lambda row, key: f"{row.person(key).last}, {row.person(key).first}"),
    "initials": ("PERSON", _initials),
    "title": ("TITLE", _pick(pii_people.TITLES)),
    "job": ("TITLE", _pick(pii_people.JOBS)),
    "joblow": ("TITLE", lambda row, _: row.rng.choice(pii_people.JOBS).lower()),
    "age": ("AGE", _chance(pii_times.age)),
    "ageword": ("AGE", _chance(pii_times.age_word)),
    "nrp": ("NRP", _nrp),
    "nat": ("NRP", _pick(pii_people.NATIONALITIES)),
    "nrps": ("NRP", _nrps),
    "religion": ("NRP", _pick(pii_people.RELIGIONS)),
    "party": ("NRP", _pick(pii_people.POLITICS)),
    "city": ("GPE", _place(pii_places.city)),
    "country": ("GPE", _place(pii_places.country)),
    "state": ("GPE", _place(pii_places.state)),
    "st": ("GPE", _place(pii_places.state_code)),
    "zip": ("ZIP_CODE", _place(pii_places.zip_code)),
    "address": ("STREET_ADDRESS", _place(pii_places.address)),
    "line": ("STREET_ADDRESS", _place(pii_places.line)),
    "street": ("STREET_ADDRESS", _place(pii_places.street)),
    "streetname": ("STREET_ADDRESS", _place(pii_places.street_name)),
    "house": ("STREET_ADDRESS", _place(pii_places.house)),
    "unit": ("STREET_ADDRESS", _place(pii_places.unit)),
    "codepart": ("STREET_ADDRESS", _place(pii_places.zip_code)),
    "org": ("ORGANIZATION", _org),
    "email": ("EMAIL_ADDRESS", _email),
    "domain": ("DOMAIN_NAME", _chance(pii_orgs.domain)),
    "url": ("DOMAIN_NAME", _chance(pii_orgs.url)),
    "link": ("DOMAIN_NAME", _chance(pii_web.link)),
    "fileurl": ("DOMAIN_NAME", _chance(pii_web.file_url)),
    "repository": ("DOMAIN_NAME", _chance(pii_web.repository)),
    "bare": ("DOMAIN_NAME", _chance(pii_web.bare)),
    "ip": ("IP_ADDRESS", _ip),
    "ip4": ("IP_ADDRESS", _ip4),
    "card": ("CREDIT_CARD", _chance(pii_numbers.card)),
    "iban": ("IBAN_CODE", _chance(pii_numbers.iban)),
    "ssn": ("US_SSN", _chance(pii_numbers.ssn)),
    "license": ("US_DRIVER_LICENSE", _chance(pii_numbers.driver_license)),
    "phone": ("PHONE_NUMBER", _chance(pii_numbers.phone)),
    "usphone": ("PHONE_NUMBER", _chance(pii_numbers.us_phone)),
    "date": ("DATE_TIME", _chance(pii_times.date)),
    "dob": ("DATE_TIME", _chance(pii_times.birth)),
    "year": ("DATE_TIME", _chance(pii_times.year)),
    "clock": ("DATE_TIME", _chance(pii_times.clock)),
    "stamp": ("DATE_TIME", _chance(pii_times.stamp)),
    "user": ("", _user),
}
"""Slot -> entity type and maker; an empty type marks nothing."""
