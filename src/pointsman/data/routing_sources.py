"""The experts that a router is built for and their own training rows: `NAME=PATH`, an experts file, and JSONL rows.

Takes what was typed, in its order, which is the label order; gives each expert's rows, checked, with their images
named but not opened. Knows nothing of splits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pointsman.data import routing
from pointsman.data.formats import data_extension, explained, file_digest, read_records
from pointsman.errors import ConfigError, DataError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EXPERTS_FILE = (".yaml", ".yml", ".json")
_ADAPTER = ("adapter_config.json", "final/adapter_config.json")


@dataclass(frozen=True)
class ExpertSource:
    """One expert: its name, and the file or folder of its training rows."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """One row of an expert's file.

    Attributes:
        expert: its name.
        number: place among the file's rows, from 1.
        place: `file.jsonl:17`, as errors and lists name it.
        record: the row as it stands in the file.
        text: what people said before the expert's last answer.
        image: its file; None for a row of text alone.
    """

    expert: str
    number: int
    place: str
    record: Mapping[str, Any]
    text: str
    image: Path | None

    @property
    def id(self) -> str:
        """Its id in the routing data."""
        return f"{self.expert}_{self.number:05d}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken: its expert, its place and why."""

    expert: str
    place: str
    reason: str


@dataclass(frozen=True)
class ExpertRows:
    """What one expert's file holds.

    Attributes:
        source: the expert.
        file: the file that was read.
        digest: sha256 of its bytes.
        rows: the good ones.
        bad: the others.
    """

    source: ExpertSource
    file: Path
    digest: str
    rows: tuple[ExpertRow, ...]
    bad: tuple[BadRow, ...]


def expert_sources(given: Sequence[str]) -> tuple[ExpertSource, ...]:
    """Return the experts that were named, in order.

    Args:
        given: `NAME=PATH`, or a file of experts (YAML or JSON), whose experts have `data`, their training rows.
            Experts of such a file that have none are given them by a `NAME=PATH`.

    Raises:
        ConfigError: nothing or one expert, a name twice or one that does not serve, an expert without rows.
    """
    found: dict[str, Path | None] = {}
    for typed in given:
        name, equals, path = typed.partition("=")
        if not equals and Path(typed).suffix.lower() in _EXPERTS_FILE:
            for expert, rows in _read_file(Path(typed)).items():
                if expert in found:
                    raise ConfigError(f"--experts {typed}: the expert '{expert}' stands twice; name each expert once")
                found[expert] = rows
            continue
        if not equals or not path.strip():
            raise ConfigError(f"--experts {typed}: write NAME=PATH (its training rows), or a file of experts (.yaml)")
        if found.get(name) is not None:
            raise ConfigError(f"--experts {typed}: the expert '{name}' stands twice; name each expert once")
        found[name] = Path(path)
    for name in found:
        if _NAME.fullmatch(name) is None:
            raise ConfigError(
                f"--experts: {name!r} is no name of an expert: letters, digits, '.', '_' and '-', at most 64 of them"
            )
    alike = {name.casefold(): name for name in found}
    for name in found:
        if alike[name.casefold()] != name:
            raise ConfigError(f"--experts: '{name}' and '{alike[name.casefold()]}' differ in case alone; rename one")
    if len(found) < 2:
        what = f"'{next(iter(found))}' alone" if found else "no expert"
        raise ConfigError(f"--experts: {what}; a router decides between two or more: NAME=PATH NAME=PATH …")
    if without := [name for name, rows in found.items() if rows is None]:
        raise ConfigError(
            f"--experts: no training rows are named for '{without[0]}': "
            f"add {without[0]}=PATH, or 'data: PATH' to the expert in its file"
        )
    return tuple(ExpertSource(name, rows) for name, rows in found.items() if rows is not None)


def read_expert(source: ExpertSource) -> ExpertRows:
    """Read and check an expert's rows.

    Raises:
        DataError: no such file, not JSON, no rows; or what leaving out a row does not mend: an id twice, an image path
            that leaves the folder.
    """
    file = _rows_file(source)
    with explained(file):
        folder = file.parent.resolve()
    rows, bad, ids = [], [], dict[str, int]()
    for number, (line, record) in enumerate(read_records(file, ()), 1):
        try:
            _check_id(record, line, ids)
        except routing.RowError as error:
            raise DataError(f"{file}:{line}: {error}") from None
        try:
            said = routing.conversation(record, need_answer=True)
            image = routing.image_of(record, folder)
            if image is None and not said.text:
                raise routing.RowError("neither an image nor a text; add one or remove the row")
            named = record.get("adapter")
            if named is not None and named != source.name:
                raise routing.RowError(f"the row is of the expert {str(named)[:60]!r}, not of '{source.name}'")
        except routing.OutsideError as error:
            raise DataError(f"{file}:{line}: {_one_line(error)}") from None
        except routing.RowError as error:
            bad.append(BadRow(source.name, f"{file}:{line}", _one_line(error)))
            continue
        rows.append(ExpertRow(source.name, number, f"{file.name}:{line}", record, said.text, image))
    if not rows and not bad:
        raise DataError(f"{file}: the file holds no rows; give the expert's training rows")
    return ExpertRows(source, file, file_digest(file), tuple(rows), tuple(bad))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _check_id(record: Mapping[str, Any], line: int, ids: dict[str, int]) -> None:
    given = record.get("id")
    if given is None:
        return
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise routing.RowError("the field 'id' is neither a text nor a number; mend it or leave it out")
    if ids.setdefault(str(given), line) != line:
        raise routing.RowError(
            f"the id {str(given)[:60]!r} stands at line {ids[str(given)]} already; name each row once"
        )


def _rows_file(source: ExpertSource) -> Path:
    """Return the file of an expert's rows: itself, `train.jsonl` in the folder, or the one JSONL file there."""
    path = source.path
    with explained(path):
        if not path.exists():
            raise DataError(f"--experts {source.name}={path}: no such file or folder; check the path")
        if not path.is_dir():
            if data_extension(path) not in routing.EXTENSIONS:
                raise DataError(f"--experts {source.name}={path}: training rows are JSONL; name a *.jsonl file")
            return path
        if (path / "train.jsonl").is_file():
            return path / "train.jsonl"
        files = sorted(
            file for file in path.iterdir() if file.is_file() and data_extension(file) in (".jsonl", ".ndjson")
        )
    if len(files) == 1:
        return files[0]
    if files:
        shown = ", ".join(file.name for file in files[:4])
        raise DataError(f"--experts {source.name}={path}: several JSONL files ({shown}) and no train.jsonl; name one")
    if any((path / name).is_file() for name in _ADAPTER):
        raise DataError(
            f"--experts {source.name}={path}: this is the expert's adapter; name its training rows ('data: PATH' in "
            "a file of experts)"
        )
    raise DataError(f"--experts {source.name}={path}: holds no train.jsonl; name the expert's training rows")


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error: an expert of the same name would be gone without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.YAMLError(f"line {key.start_mark.line + 1}: '{key.value}' stands twice")
                seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


def _read_file(file: Path) -> dict[str, Path | None]:
    """Return the experts of a file with their training rows, None where it names none."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except FileNotFoundError:
        raise ConfigError(f"--experts {file}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--experts {file}: cannot be read: {error}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"--experts {file}: {' '.join(str(error).split())[:200]}") from None
    experts = content.get("experts", content.get("loras")) if isinstance(content, dict) else None
    if not isinstance(experts, dict) or not experts:
        raise ConfigError(f"--experts {file}: expected a mapping 'experts' of names, each with 'data: PATH'")
    found: dict[str, Path | None] = {}
    for name, entry in experts.items():
        if not isinstance(name, str):
            raise ConfigError(f"--experts {file}: the name {name!r} is no text; put it in quotes")
        data = entry.get("data") if isinstance(entry, dict) else entry
        if data is not None and not (isinstance(data, str) and data.strip()):
            raise ConfigError(f"--experts {file}: '{name}': 'data' is no path")
        found[name] = file.parent / data if data is not None else None
    return found
