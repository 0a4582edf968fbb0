"""The guide says what is so: its command lines parse, its options exist, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
# cli.md is what the commands print themselves; log.md tells what was run when it was run.
WRITTEN = [page for page in PAGES if page.name not in ("cli.md", "log.md")]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


@cache
def command(verb: str) -> Any:
    """The click command of a verb, with its real parameters."""
    import typer.main

    from pointsman.cli import _app

    found: Any = typer.main.get_command(_app(verb.split()))
    for word in verb.split()[:2]:  # a third one is the argument with which the verb has options of its own
        found = found.commands[word]
    return found


def verbs() -> list[str]:
    """Every verb, those of a group as `GROUP VERB`; an argument that brings other options makes one of its own."""
    from pointsman.cli import GROUPS, VERBS

    named = [name for verb in VERBS for name in (verb, *(f"{verb} {inner}" for inner in GROUPS.get(verb, ())))]
    return [*named, *build().OF_ARGUMENTS]


def joined(words: list[str]) -> list[str]:
    """The words of a command line with its verb as one: `data build TASK` has the verb `data build`."""
    if " ".join(words[:3]) in verbs():
        from pointsman.cli.data_adapter import one_by_one

        return [" ".join(words[:3]), *one_by_one(words[2:])]
    return [" ".join(words[:2]), *words[2:]] if " ".join(words[:2]) in verbs() else words


@cache
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def options(verb: str) -> set[str]:
    return {name for p in command(verb).params for name in (*p.opts, *p.secondary_opts) if name.startswith("-")}


def fences(page: Path, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


def invocations(page: Path) -> list[list[str]]:
    """The arguments of every `pointsman …` line in the page's shell fences."""
    found = []
    for body in fences(page, "sh", "bash", "console", ""):
        for line in body.replace("\\\n", " ").splitlines():
            for part in line.removeprefix("$ ").split(" | "):
                words = shlex.split(part, comments=True)
                while words and ASSIGNMENT.fullmatch(words[0]):
                    words = words[1:]
                if words and words[0].rsplit("/", 1)[-1] == "pointsman":
                    found.append(joined(words[1 : words.index("<") if "<" in words else None]))
    return found


def mentions(page: Path) -> list[list[str]]:
    """The words of every inline code span that begins with `pointsman VERB`."""
    spans = SPAN.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    words = [shlex.split(span) for span in spans if span.startswith("pointsman ") and "…" not in span]
    return [joined(w[1:]) for w in words]


def test_the_guide_has_command_lines_to_check() -> None:
    assert sum(len(invocations(page)) for page in WRITTEN) > 20


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_command_lines_parse(page: Path) -> None:
    for verb, *arguments in invocations(page):
        assert verb in verbs(), f"{page.name}: no verb {verb}"
        try:
            command(verb).make_context(verb, list(arguments))  # parses and converts; runs nothing
        except Exception as error:
            pytest.fail(f"{page.name}: pointsman {verb} {shlex.join(arguments)}: {error}")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_commands_and_flags_named_in_the_text_exist(page: Path) -> None:
    for verb, *arguments in mentions(page):
        assert verb in verbs(), f"{page.name}: no verb {verb}"
        unknown = {a for a in arguments if a.startswith("--")} - options(verb)
        assert not unknown, f"{page.name}: pointsman {verb} has no {', '.join(unknown)}"
    every = {name for verb in verbs() for name in options(verb)} | {"--help", "--version"}
    for span in SPAN.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if span.startswith("--"):
            flags = {word for word in span.split() if word.startswith("--")}
            assert flags <= every, f"{page.name}: no command has {', '.join(flags - every)}"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_recipes_and_targets_named_exist(page: Path) -> None:
    from pointsman.evaluation.thresholds import parse_target
    from pointsman.training.recipe import RECIPES

    for _, *arguments in invocations(page):
        for flag, value in pairwise(arguments):
            if flag == "--recipe":
                assert value in RECIPES
            if flag == "--target":
                parse_target(value)


def test_every_training_option_is_in_the_guide() -> None:
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("recipes.md", "own-data.md"))
    named = set(re.findall(r"--[a-z][a-z-]*", text))
    assert {name for name in options("train") if name.startswith("--")} - named <= {"--help"}


def test_config_files_in_the_guide_name_options_that_exist(tmp_path: Path) -> None:
    from pointsman.cli.arguments import read_config

    known = {p.name for p in command("train").params} - {"config"} | {"json"}
    bodies = [body for page in WRITTEN for body in fences(page, "yaml")]
    assert bodies
    for body in bodies:
        file = tmp_path / "config.yaml"
        file.write_text(body, encoding="utf-8")
        read_config(file, known)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_python_in_the_guide_compiles(page: Path) -> None:
    for body in fences(page, "python"):
        compile(body, page.name, "exec")


def test_the_example_task_loads_and_the_examples_compile() -> None:
    from pointsman import tasks

    task = tasks.get(str(ROOT / "examples" / "task.yaml"))
    assert task.labels == tuple(yaml.safe_load((ROOT / "examples" / "task.yaml").read_text())["labels"])
    assert task.resolve("ASAP") == "urgent"
    for script in (ROOT / "examples").glob("*.py"):
        compile(script.read_text(encoding="utf-8"), script.name, "exec")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_make_targets_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"`make (?:PYTHON=\S+ )?([a-z]+)`", text):
        assert target in targets, f"{page.name}: make {target}"


def test_the_tables_of_recipes_say_what_the_code_says() -> None:
    from pointsman.training.recipe import RECIPES, size

    rows = {
        cells[0]: cells[1:]
        for cells in (
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in (ROOT / "docs/recipes.md").read_text(encoding="utf-8").splitlines()
            if line.startswith("|")
        )
        if len(cells) == 5
    }
    fast, classic, lora, modality = (RECIPES[n] for n in ("fast", "classic", "lora-classic", "modality-classic"))
    assert rows["model"] == [fast.model, classic.model, lora.model, modality.model]
    assert rows["layers"] == [f"top {fast.adapt_layers}", classic.adapt_layers, lora.adapt_layers, "all"]
    for column, recipe in ((0, fast), (2, lora), (3, modality)):
        cells = (recipe.lora_rank, recipe.lora_alpha, f"{recipe.lora_dropout:g}")
        assert rows["rank, alpha, LoRA dropout"][column] == ", ".join(map(str, cells))
        shown = rows["learning rate"][column]
        assert (0.0 if shown == "by depth" else float(shown)) == recipe.learning_rate
        assert float(rows["weight decay"][column]) == recipe.weight_decay
        assert float(rows["label smoothing"][column]) == recipe.label_smoothing
        assert rows["schedule"][column] == recipe.schedule
        assert rows["class weights"][column] == ("where unequal" if recipe.class_weights else "no")
    assert [rows["epochs"][c] for c in (2, 3)] == [str(lora.epochs), str(modality.epochs)]
    assert [rows["batch size"][c] for c in (2, 3)] == [str(lora.batch_size), str(modality.batch_size)]
    # "600 x classes / rows, at least 3 (2 from 1,000 rows a class) and at most 20"; "16; from 1,500 rows 32; from 6,000 rows 64".
    settled = [size(fast, n, classes, {})[0] for n, classes in ((100, 10), (1500, 10), (6000, 100), (60000, 10))]
    assert [(r.epochs, r.batch_size) for r in settled] == [(20, 16), (4, 32), (10, 64), (2, 64)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert build().broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '# One "two"\n[a](gone.md) [b](page.md#one-two) [c](page.md#three) [d](#one-two) [e](https://example.org)\n'
        "```sh\n[f](gone2.md)\n```\n`[g](gone3.md)`\n",
        encoding="utf-8",
    )
    assert build().broken_links(page) == ["gone.md", "page.md#three"]


def test_the_page_of_commands_knows_every_option() -> None:
    from pointsman.cli import VERBS

    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## pointsman ([\w-]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == list(VERBS)
    for verb, body in sections.items():
        here = {name for one in verbs() if one.split()[0] == verb for name in options(one)}
        stale = {name for name in here if name.startswith("--") and name not in body}
        assert not stale, f"docs/cli.md lacks {', '.join(stale)} of {verb}: run make docs"
