"""Builds the user guide: writes docs/cli.md from the commands' own --help, and checks every relative link.

Run by `make docs`. Exits 1 and names the links of README.md, CONTRIBUTING.md, CHANGELOG.md and docs/*.md that
lead nowhere, headings (`page.md#heading`) included.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from pointsman.cli import GROUPS, VERBS

ROOT = Path(__file__).resolve().parent.parent
CLI_PAGE = ROOT / "docs" / "cli.md"
OF_ARGUMENTS = ("data build adapter",)
"""Verbs with an argument that brings options of its own."""
_FENCE = re.compile(r"^(```|~~~).*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


def pages() -> list[Path]:
    """Return the pages whose links are checked."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def slugs(text: str) -> set[str]:
    """Return the anchors of a page's headings, made as GitHub makes them (repeated headings aside)."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    """Return the targets of a page's links, those in code aside."""
    return [str(target) for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))]


def broken_links(page: Path) -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    broken = []
    for target in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):  # https:, mailto:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        headings = (
            slugs(file.read_text(encoding="utf-8")) if anchor and file.suffix == ".md" and file.is_file() else {anchor}
        )
        if not file.exists() or anchor not in headings:
            broken.append(target)
    return broken


def help_of(*arguments: str) -> str:
    """Return what `pointsman ARGUMENTS --help` prints."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", "from pointsman.cli import main; main()", *arguments, "--help"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **plain},
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def cli_page() -> str:
    """Return the page of commands."""
    parts = [
        "# Commands",
        "Written by `make docs` from the commands' own help: do not edit.",
        f"```text\n{help_of()}\n```",
    ]
    for verb in VERBS:
        parts.append(f"## pointsman {verb}\n\n```text\n{help_of(verb)}\n```")
        for inner in GROUPS.get(verb, ()):
            parts.append(f"### pointsman {verb} {inner}\n\n```text\n{help_of(verb, inner)}\n```")
            for told in OF_ARGUMENTS:
                if told.startswith(f"{verb} {inner} "):
                    parts.append(f"### pointsman {told}\n\n```text\n{help_of(*told.split())}\n```")
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the page of commands, check the links, and return the exit status."""
    CLI_PAGE.write_text(cli_page(), encoding="utf-8")
    broken = [f"{page.relative_to(ROOT)}: {target} leads nowhere" for page in pages() for target in broken_links(page)]
    for line in broken:
        print(line, file=sys.stderr)
    if not broken:
        print(f"docs/cli.md is written; the links of {len(pages())} pages lead somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
