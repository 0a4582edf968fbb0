"""Everything that has to hold before an `experts.yaml` is used: adapters, tool schemas, and the router's labels.

Takes `Experts`, gives every problem at once (`examine`), or refuses (`check_experts`). Loads no weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pointsman.artifacts.manifest import read_manifest
from pointsman.errors import ArtifactError, ConfigError, PointsmanError
from pointsman.experts.adapters import AdapterFacts, Base, base_of, check_adapter
from pointsman.experts.registry import Experts
from pointsman.experts.tools import Tool, read_tools

_UNSEEN = "it is the server's, and not looked at: neither its base nor its rank is known here"


@dataclass(frozen=True)
class Examined:
    """What was found.

    Attributes:
        adapters: facts of each expert's adapter, by its name.
        tools: of each expert; None: not said, or not readable.
        problems: what keeps them from being used, one line each.
        notes: what to know all the same.
        of: problems of each expert, by its name; those of all stand in `problems` alone.
    """

    adapters: Mapping[str, AdapterFacts]
    tools: Mapping[str, tuple[Tool, ...] | None]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    of: Mapping[str, tuple[str, ...]]


def examine(experts: Experts) -> Examined:
    """Look at every expert, and at the router where the file names one."""
    problems: list[str] = []
    notes: list[str] = []
    adapters: dict[str, AdapterFacts] = {}
    tools: dict[str, tuple[Tool, ...] | None] = {}
    of: dict[str, tuple[str, ...]] = {}
    try:
        base = base_of(experts.base)
    except ConfigError as error:
        problems.append(f"{experts.file}: {error}")
        base = Base(experts.base)
    served = experts.backend.kind == "vllm"
    for expert in experts.experts:
        if served and not expert.path.exists():
            facts = AdapterFacts(expert.path, notes=(f"{expert.path} is not on this machine: {_UNSEEN}",))
        else:
            facts = check_adapter(expert, base, served=served)
        own = list(facts.problems)
        tools[expert.name] = expert.tools
        if expert.tools is None and expert.tools_file is not None:
            try:
                tools[expert.name] = read_tools(expert.tools_file)
            except PointsmanError as error:
                own.append(str(error))
        elif expert.tools is None:
            own.append(
                f"tool schema missing: name its file with 'tools' in {experts.file}, or write 'tools: none' for an "
                "expert that answers in plain text"
            )
        adapters[expert.name], of[expert.name] = facts, tuple(own)
        problems += [f"{expert.name}: {problem}" for problem in own]
        notes += [f"{expert.name}: {note}" for note in facts.notes]
    notes += _same_weights(adapters)
    if experts.router is None:
        notes.append(f"no router: name its artifact with 'router' in {experts.file} to route")
    else:
        try:
            check_labels(read_manifest(experts.router).task.labels, experts)
        except ArtifactError as error:
            problems.append(f"router: {error}")
        except ConfigError as error:
            problems.append(str(error))
    return Examined(adapters, tools, tuple(problems), tuple(notes), of)


def check_experts(experts: Experts) -> Examined:
    """Look at every expert and at the router, and refuse any problem.

    Raises:
        ConfigError: there is one; the first is told, and how many more there are.
    """
    found = examine(experts)
    if found.problems:
        more = len(found.problems) - 1
        told = f" (and {more} more: run 'pointsman experts check --file {experts.file}')" if more else ""
        raise ConfigError(f"{found.problems[0]}{told}")
    return found


def check_labels(labels: Sequence[str], experts: Experts) -> None:
    """Refuse a router that decides between others than the experts of the file; the order of the two may differ.

    Args:
        labels: of the router, in index order.
        experts: that it is to decide between.

    Raises:
        ConfigError: an expert that the router does not know, or a label without an expert (both lists are named).
    """
    unknown = [name for name in experts.names if name not in labels]
    orphans = [label for label in labels if label not in experts.names]
    if not unknown and not orphans:
        return
    told = []
    if unknown:
        told.append(f"it never chooses {', '.join(unknown)}")
    if orphans:
        told.append(f"{', '.join(orphans)} would have nobody to answer")
    raise ConfigError(
        f"the router {experts.router or 'given'} decides between [{', '.join(labels)}], {experts.file} names "
        f"[{', '.join(experts.names)}]: {'; '.join(told)}; train the router again on these experts "
        "(pointsman data build adapter, pointsman train adapter), or name the router that was"
    )


def _same_weights(adapters: Mapping[str, AdapterFacts]) -> list[str]:
    first: dict[str, str] = {}
    notes = []
    for name, facts in adapters.items():
        other = first.setdefault(facts.digest, name) if facts.digest else name
        if other != name:
            notes.append(f"{other} and {name} are the same adapter, byte for byte")
    return notes
