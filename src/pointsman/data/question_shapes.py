"""The field names of published question sets: one row of any of them to question, options and answer.

A shape is told by a row's fields alone. MMLU-Pro, MMLU, ARC, OpenBookQA, CommonsenseQA, SciQ, TruthfulQA, StrategyQA,
GSM8K and OpenMathReasoning are known. Sets that keep the right answer apart from the wrong ones (SciQ, TruthfulQA) get
their options in an order drawn from the question's text, else the right one would always be the first.
Knows no files; what is wrong with a row is a `ShapeError`, to which the reader adds the place.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pointsman.tasks.answer import LETTERS, MOST_OPTIONS

FIELDS = frozenset(
    {
        "question",
        "question_stem",
        "problem",
        "Question",
        "options",
        "choices",
        "answer",
        "answer_index",
        "answerKey",
        "answer_key",
        "correct_answer",
        "distractor1",
        "distractor2",
        "distractor3",
        "mc1_targets",
        "best_answer",
        "incorrect_answers",
        "solution",
        "generated_solution",
        "expected_answer",
        "facts",
        "cot_content",
        "category",
        "subject",
        "src",
        "source",
        "question_id",
        "id",
        "qid",
        "group",
        "split",
    }
)
"""Every field that is looked at (Parquet reads only these columns)."""

_FINAL = re.compile(r"\n?\s*####\s*(.+?)\s*$", re.DOTALL)
_PREFIX = re.compile(r"^\s*A:\s*(?=\S)")
_YES = {"yes": True, "true": True, "no": False, "false": False}


class ShapeError(Exception):
    """What is wrong with one row and what to do, without its place."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A row in one shape.

    Attributes:
        question: its text.
        options: in the order of their letters; empty where the set asks for a free answer.
        answer: index of the right option; None: not given.
        solution: how the answer is found, if the set says so, without a closing line that only repeats the answer.
        final: the answer in words, of a question without options.
    """

    question: str
    options: tuple[str, ...]
    answer: int | None
    solution: str | None = None
    final: str | None = None


def shaped(record: Mapping[str, Any], *, most_options: int = MOST_OPTIONS) -> Shaped:
    """Return a row's question, options and answer.

    Args:
        record: the row.
        most_options: how many options a row may have; where they are put together here, the right one and the first
            wrong ones are taken.

    Raises:
        ShapeError: a field is missing or at fault.
    """
    question = _question(record)
    if "distractor1" in record:
        wrong = [record.get(f"distractor{number}") for number in (1, 2, 3)]
        return _drawn(question, record.get("correct_answer"), wrong, most_options, "correct_answer")
    if isinstance(record.get("mc1_targets"), Mapping):
        return _truthful(question, record["mc1_targets"], most_options)
    if "incorrect_answers" in record and "best_answer" in record:
        return _drawn(question, record["best_answer"], record["incorrect_answers"], most_options, "best_answer")
    listed = _listed(record)
    if listed is not None:
        options, keys = listed
        check_options(options, most_options)
        return Shaped(question, options, _answer(record, options, keys), _worked(record))
    if isinstance(record.get("answer"), bool):  # StrategyQA as published: yes or no, without options
        return Shaped(question, ("no", "yes"), int(record["answer"]), _worked(record))
    return _free(question, record)


def check_options(options: Sequence[str], most: int = MOST_OPTIONS) -> None:
    """Check that each option can be named and told from the others.

    Letter case counts: genotypes such as Bb and BB differ in nothing else.

    Raises:
        ShapeError: none or one, more than there are letters, or two alike; without a place.
    """
    if not options:
        raise ShapeError("a question without options; list at least two")
    if len(options) == 1:
        raise ShapeError("a question with one option; list at least two")
    if len(options) > most:
        raise ShapeError(f"{len(options)} options and {most} letters (A to {LETTERS[most - 1]}); remove some")
    first: dict[str, int] = {}
    for place, option in enumerate(options):
        other = first.setdefault(" ".join(unicodedata.normalize("NFC", option).split()), place)
        if other != place:
            shown = option if len(option) <= 40 else option[:39] + "…"
            raise ShapeError(f"options {LETTERS[other]} and {LETTERS[place]} are the same, {shown!r}; remove one")


def _question(record: Mapping[str, Any]) -> str:
    value: Any = next(
        (record[name] for name in ("question", "question_stem", "problem", "Question") if record.get(name) is not None),
        None,
    )
    if isinstance(value, Mapping):  # ARC and CommonsenseQA as first published: {stem, choices}
        value = value.get("stem")
    if not isinstance(value, str) or not value.strip():
        raise ShapeError("no question: the field 'question' must be a text; write it or remove the row")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ShapeError(f"the question holds half a surrogate pair at character {error.start}; mend it") from None
    return value.strip()


def _listed(record: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...] | None] | None:
    """Return the options and what the row calls them (None: letters in order); None when it has no field of options."""
    value: Any = record.get("options")
    if value is None:
        value = record.get("choices")
    if value is None and isinstance(record.get("question"), Mapping):
        value = record["question"].get("choices")
    if value is None:
        if "options" in record or "choices" in record:
            raise ShapeError("no options: the field is null; list at least two, or leave the field out")
        return None
    if isinstance(value, str):  # tables hold no lists
        try:
            value = json.loads(value)
        except ValueError:
            raise ShapeError("the options are a text that is not JSON; write a list of texts") from None
    keys: Any = None
    if isinstance(value, Mapping):
        value, keys = (value["text"], value.get("label")) if "text" in value else (list(value.values()), list(value))
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        value, keys = [one.get("text") for one in value], [one.get("label") for one in value]
    if not isinstance(value, list):
        raise ShapeError("the options are no list; write a list of texts")
    if keys is not None:
        if not isinstance(keys, list) or len(keys) != len(value) or any(key is None for key in keys):
            raise ShapeError("the options' texts and labels are not as many; give each option one label")
        keys = tuple(str(key).strip() for key in keys)
        if len(set(keys)) < len(keys):
            raise ShapeError("two options have the same label; give each its own")
    return tuple(_option(place, one) for place, one in enumerate(value)), keys


def _option(place: int, value: object) -> str:
    name = LETTERS[place] if place < len(LETTERS) else f"number {place + 1}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value}"
    if not isinstance(value, str) or not value.strip():
        raise ShapeError(f"option {name} is empty or no text; write it or remove it")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ShapeError(f"option {name} holds half a surrogate pair; mend it") from None
    return value.strip()


# --- the right answer -------------------------------------------------------------------------------------------------


def _answer(record: Mapping[str, Any], options: Sequence[str], keys: Sequence[str] | None) -> int | None:
    named = next(
        (name for name in ("answer", "answerKey", "answer_key", "correct_answer") if _given(record.get(name))), None
    )
    index = _place(record.get("answer_index"), "answer_index", options) if _given(record.get("answer_index")) else None
    if named is None:
        return index
    value = record[named]
    if index is None:
        return _resolved(value, named, options, keys)
    # The index says which one; letter or text must say the same.
    if index in _readings(value, options, keys):
        return index
    raise ShapeError(f"'{named}' {_shown(value)} and 'answer_index' {index} are not the same option; correct one")


def _given(value: object) -> bool:
    return value is not None and value != ""


def _place(value: object, name: str, options: Sequence[str]) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,6}", value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ShapeError(f"'{name}' {_shown(value)} is no index of an option; write a whole number from 0")
    if not 0 <= value < len(options):
        raise ShapeError(
            f"the answer is not among the options: '{name}' is {value} and there are {len(options)}, from 0"
        )
    return value


def _readings(value: object, options: Sequence[str], keys: Sequence[str] | None) -> set[int]:
    """Return every option that `value` may mean: by its letter or label, by its text, by its index."""
    if isinstance(value, bool):
        return {place for place, one in enumerate(options) if _YES.get(one.casefold()) is value}
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        found = {value} if 0 <= value < len(options) else set()
        return found | _texts(str(value), options) | _labels(str(value), options, keys)
    if not isinstance(value, str):
        return set()
    return _texts(value.strip(), options) | _labels(value.strip(), options, keys)


def _texts(value: str, options: Sequence[str]) -> set[int]:
    return {place for place, one in enumerate(options) if one == value}


def _labels(value: str, options: Sequence[str], keys: Sequence[str] | None) -> set[int]:
    names = keys if keys is not None else LETTERS[: len(options)]
    bare = value.strip("().").upper()
    return {place for place, name in enumerate(names) if name.upper() == bare and place < len(options)}


def _resolved(value: object, name: str, options: Sequence[str], keys: Sequence[str] | None) -> int:
    if keys is not None and isinstance(value, str):
        named = _labels(value, options, keys)  # labels that the set itself wrote: `answerKey` is one of them
        if named:
            return named.pop()
    found = _readings(value, options, keys)
    if not found:
        raise ShapeError(f"the answer is not among the options: '{name}' is {_shown(value)}; correct it")
    if len(found) > 1:
        letters = " and ".join(LETTERS[place] if place < len(LETTERS) else str(place) for place in sorted(found))
        raise ShapeError(f"'{name}' {_shown(value)} may mean option {letters}; add 'answer_index' (from 0)")
    return found.pop()


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"


# --- sets without options of their own --------------------------------------------------------------------------------


def _truthful(question: str, targets: Mapping[str, Any], most: int) -> Shaped:
    choices, labels = targets.get("choices"), targets.get("labels")
    if not isinstance(choices, list) or not isinstance(labels, list) or len(choices) != len(labels):
        raise ShapeError("'mc1_targets' is not {choices, labels} of one length; correct it")
    right = [place for place, label in enumerate(labels) if label == 1]
    if len(right) != 1:
        raise ShapeError(f"'mc1_targets' marks {len(right)} choices as right; mark one")
    wrong = [one for place, one in enumerate(choices) if place != right[0]]
    return _drawn(question, choices[right[0]], wrong, most, "mc1_targets")


def _drawn(question: str, right: object, wrong: object, most: int, name: str) -> Shaped:
    """Put the right answer among the first wrong ones, in an order that depends on the question alone."""
    if not isinstance(right, str) or not right.strip():
        raise ShapeError(f"no right answer: the field '{name}' must be a text; write it or remove the row")
    if not isinstance(wrong, list):
        raise ShapeError("the wrong answers are no list; write a list of texts")
    first = _option(0, right)
    texts = [first, *(_option(place, one) for place, one in enumerate(wrong[: most - 1], 1))]
    order = sorted(
        range(len(texts)),
        key=lambda place: hashlib.sha256(f"{question}\n{texts[place]}".encode("utf-8", "surrogatepass")).digest(),
    )
    options = tuple(texts[place] for place in order)
    check_options(options, most)
    return Shaped(question, options, order.index(0))


def _free(question: str, record: Mapping[str, Any]) -> Shaped:
    """GSM8K (here and as published) and OpenMathReasoning: a worked solution and a final answer, no options."""
    worked = next(
        (record[name] for name in ("solution", "generated_solution") if isinstance(record.get(name), str)), None
    )
    final: Any = record.get("expected_answer") if _given(record.get("expected_answer")) else record.get("answer")
    if worked is None and isinstance(final, str) and "####" in final:
        worked, final = final, None
    if worked is None:
        raise ShapeError("no options and no worked solution: add 'options', or 'solution' with 'answer'")
    closing = _FINAL.search(worked)
    if closing is not None:
        worked = worked[: closing.start()].rstrip()
        final = closing.group(1) if not _given(final) else final
    if not _given(final) or isinstance(final, bool | list | dict):
        raise ShapeError("no final answer: write it in 'answer', or after '####' at the end of the solution")
    return Shaped(question, (), None, worked.strip() or None, str(final).strip())


def _worked(record: Mapping[str, Any]) -> str | None:
    for name in ("solution", "cot_content"):
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return _PREFIX.sub("", value).strip()
    facts: Any = record.get("facts")
    if isinstance(facts, list) and all(isinstance(fact, str) for fact in facts):
        return " ".join(" ".join(fact.split()) for fact in facts) or None
    return facts.strip() or None if isinstance(facts, str) else None
