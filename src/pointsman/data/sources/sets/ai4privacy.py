"""pii-masking-400k: synthetic texts in six languages with their personal data marked, for `pii`.

Its labels are finer and not the same as the task's 17 types. `LABELS` is the whole table: what is not in it stays
unlabelled and is counted. Neighbours of one type that only white space (in an address also a comma) parts are one
entity: given name and surname, house number and street. US types are given to rows of the locale US only, for a French
social security number is no US_SSN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pointsman.data.sources.hub import Conversion, Convert, Record, Row, hub_source
from pointsman.data.sources.source import Tally
from pointsman.data.spans import SpanRule
from pointsman.errors import DataError
from pointsman.tasks import Span, Task

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "GIVENNAME": "PERSON",
        "SURNAME": "PERSON",
        "TITLE": "TITLE",
        "AGE": "AGE",
        "CITY": "GPE",
        "STREET": "STREET_ADDRESS",
        "BUILDINGNUM": "STREET_ADDRESS",
        "ZIPCODE": "ZIP_CODE",
        "TELEPHONENUM": "PHONE_NUMBER",
        "EMAIL": "EMAIL_ADDRESS",
        "CREDITCARDNUMBER": "CREDIT_CARD",
        "DATEOFBIRTH": "DATE_TIME",
        "DATE": "DATE_TIME",
        "TIME": "DATE_TIME",
        "SOCIALNUM": "US_SSN",
        "DRIVERLICENSENUM": "US_DRIVER_LICENSE",
    }
)
_AMERICAN = frozenset({"US_SSN", "US_DRIVER_LICENSE"})
_GAPS = {"PERSON": re.compile(r"\s+"), "STREET_ADDRESS": re.compile(r"\s+|,\s*")}


def _pii(task: Task) -> Convert:
    rule = SpanRule(task)

    def convert(record: Record, tally: Tally) -> Row | None:
        text, marked = record["source_text"], record["privacy_mask"]
        if not isinstance(text, str) or not isinstance(marked, list) or not all(isinstance(m, dict) for m in marked):
            tally.drop("source_text is no text or privacy_mask no list of objects")
            return None
        american = str(record["locale"]).upper() == "US"
        try:
            spans = rule.check(text, [one for mark in marked if (one := _mapped(mark, american, tally))])
        except DataError:
            tally.drop("its spans are at fault")
            return None
        return Row(text, spans=merged(text, spans), category=record.get("language"))

    return convert


def _mapped(mark: Mapping[str, Any], american: bool, tally: Tally) -> dict[str, Any] | None:
    label = str(mark.get("label"))
    known = LABELS.get(label)
    if known in _AMERICAN and not american:
        label, known = f"{label} (locale not US)", None
    if known is None:
        tally.count("labels left unlabelled", label)
        return None
    return {key: mark.get(key) for key in ("start", "end", "value")} | {"label": known}


def merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join neighbours that are one person or one address.

    Args:
        text: what the spans stand in.
        spans: by start, none overlapping.
    """
    out: list[Span] = []
    for span in spans:
        before = out[-1] if out else None
        gap = _GAPS.get(span.label)
        if before and gap and before.label == span.label and gap.fullmatch(text, before.end, span.start):
            out[-1] = Span(before.start, span.end, span.label)
        else:
            out.append(span)
    return tuple(out)


SOURCE = hub_source(
    "ai4privacy/pii-masking-400k",
    {
        "pii": Conversion(
            summary="source_text -> text, privacy_mask -> spans by a table, names and addresses joined",
            columns=("source_text", "privacy_mask", "language", "locale"),
            make=_pii,
            files={"train": "data/train/*.jsonl", "validation": "data/validation/*.jsonl"},
            parts={"train": "train", "validation": "validation"},
        )
    },
    licence="its own (license.md): academic use; commercial use needs a licence of Ai4Privacy",
    large=True,
)
