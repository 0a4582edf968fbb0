"""Entities as a client wants them: which of them, with their words or without, and the text with them masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pointsman.errors import nearest
from pointsman.serving.errors import invalid
from pointsman.serving.models import Router
from pointsman.serving.requests import Options
from pointsman.tasks import Decision, Entity

HIDDEN = "[DETECTED]"


def types_of(router: Router) -> tuple[str, ...]:
    """Return the entity types of a token task; nothing for others."""
    return tuple(label[2:] for label in router.labels if label.startswith("B-")) if router.kind == "token" else ()


def check_types(options: Options, routers: Iterable[Router]) -> None:
    """See that token tasks which are asked know every type that is asked for; any case will do.

    Raises:
        ApiError: 400 INVALID_INPUT: one of them is unknown.
    """
    known = {kind: kind.casefold() for router in routers for kind in types_of(router)}
    if not known or not options.entity_types:
        return
    for number, kind in enumerate(options.entity_types):
        if kind.casefold() not in known.values():
            told = ascii(kind[:60]).strip("'\"")
            raise invalid(
                f"'options.entity_types[{number}]': unknown type '{told}'{nearest(kind[:60], known)} "
                f"(known: {', '.join(known)})"
            )


def reread(decision: Decision, options: Options) -> Decision:
    """Return what a token task decides with the threshold and the types of `options`.

    Args:
        decision: with its candidates and probabilities.
        options: where both are the task's own, the decision stands.
    """
    wanted = {kind.casefold() for kind in options.entity_types or ()}
    if options.confidence_threshold is None and not wanted:
        return decision
    if decision.candidates is None or decision.probabilities is None:
        raise ValueError(f"the decision of '{decision.task}' has no candidates: ask for probabilities")
    threshold = decision.threshold if options.confidence_threshold is None else options.confidence_threshold
    found = [one for one in decision.candidates if not wanted or one.type.casefold() in wanted]
    spans = tuple(one for one in found if one.score >= threshold)
    nothing, several = decision.probabilities
    # How sure it is that there is none of some types is not known: of the strongest of them.
    none = 1 - max((one.score for one in found), default=0.0) if wanted else decision.probabilities[nothing]
    p = max((one.score for one in spans), default=none)
    types = {one.type for one in spans}
    return replace(
        decision,
        label=(types.pop() if len(types) == 1 else several) if spans else nothing,
        probability=p,
        margin=abs(2 * p - 1),
        runner_up=nothing if spans else several,
        threshold=threshold,
        abstained=bool(found) and not spans,
        spans=spans,
    )


def masks(entities: Sequence[Entity]) -> list[str]:
    """Return what stands for each entity: `[PERSON_0]`; the same words of the same type have the same.

    Args:
        entities: in order of their start, by which each type is numbered from 0.
    """
    numbers: dict[str, dict[str, int]] = {}
    out = []
    for one in entities:
        of_type = numbers.setdefault(one.type, {})
        out.append(f"[{one.type}_{of_type.setdefault(one.text, len(of_type))}]")
    return out


def masked(text: str, entities: Sequence[Entity]) -> str:
    """Return the text with its entities masked.

    Args:
        text: as sent.
        entities: of it, in order of their start, that do not overlap.
    """
    parts, at = [], 0
    for one, mask in zip(entities, masks(entities), strict=True):
        parts += [text[at : one.start], mask]
        at = one.end
    return "".join([*parts, text[at:]])


def entities(text: str, found: Sequence[Entity], options: Options) -> dict[str, Any]:
    """Return the fields `entities` and, where masks are wanted, `masked_text`."""
    rows: list[dict[str, Any]] = []
    for one, mask in zip(found, masks(found), strict=True):
        row: dict[str, Any] = {
            "type": one.type,
            "value": one.text if options.reveal_entity_text else HIDDEN,
            "confidence": min(max(one.score, 0.0), 1.0),
        }
        if options.return_positions:
            row |= {"start_position": one.start, "end_position": one.end}
        if options.mask_entities:
            row["masked_value"] = mask
        rows.append(row)
    return {"entities": rows} | ({"masked_text": masked(text, found)} if options.mask_entities else {})
