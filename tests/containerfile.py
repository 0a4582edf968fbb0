"""Runs the steps of a Containerfile without a container engine, in a folder that stands for the image's `/`.

    python -m tests.containerfile examples/Containerfile FOLDER        runs them, prints the command that the image runs

What differs from an image: all stages share the folder (the steps here copy only from the same place to the same
place), `python` is the one that runs this, steps that need root are left out and told of, and packages of the running
environment are lent to virtual environments, so that pip finds what it would otherwise fetch.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NEEDS_ROOT = ("useradd", "apt-get")
# Top folders of the image that steps write to or read from.
_OURS = re.compile(r"(?<![\w./])/(?=(?:opt|build|models)\b)")


@dataclass
class Image:
    """What the steps made.

    Attributes:
        root: folder that stands for `/`.
        environment: variables that are set in it.
        user: that it runs as.
        command: that it runs.
        left_out: steps that need root.
        said: what the steps printed.
    """

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str = ""
    command: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    said: str = ""

    def here(self, text: str) -> str:
        """Return a text with the image's places as places in the folder."""
        return _OURS.sub(f"{self.root}/", text)


def steps(file: Path) -> list[tuple[str, str]]:
    """Return instructions with their arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def run(file: Path, root: Path, context: Path = ROOT) -> Image:
    """Run all steps.

    Raises:
        ValueError: an instruction that this does not know.
        subprocess.CalledProcessError: a step failed.
    """
    image = Image(root)
    entry: list[str] = []
    place, ignored = root, _ignored(file)
    for name, rest in steps(file):
        if name == "FROM":
            image.environment, image.user, entry, image.command, place = {}, "", [], [], root
        elif name == "WORKDIR":
            place = Path(image.here(rest))
            place.mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            _copy(rest, place, context, image, ignored)
        elif name == "RUN" and rest.split()[0] in _NEEDS_ROOT:
            image.left_out.append(rest)
        elif name == "RUN":
            image.said += _shell(image.here(rest), place, image)
        elif name == "ENV":
            pairs = [word.partition("=") for word in shlex.split(rest)]
            image.environment |= {key: image.here(value) for key, _, value in pairs}
        elif name == "USER":
            image.user = rest
        elif name == "ENTRYPOINT":
            entry = json.loads(rest)
        elif name == "CMD":
            image.command = json.loads(rest)
        elif name not in ("EXPOSE", "STOPSIGNAL"):
            raise ValueError(f"{file}: {name} is not known here")
    image.command = [image.here(word) for word in (*entry, *image.command)]
    return image


def _ignored(file: Path) -> list[str]:
    """Return names that are not copied, at any depth."""
    lines = file.with_name(f"{file.name}.dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("**/") for line in lines if line.startswith("**/")]


def _copy(rest: str, place: Path, context: Path, image: Image, ignored: list[str]) -> None:
    *sources, target = shlex.split(rest)
    if sources[0].startswith("--from="):
        if sources[1:] != [target] or not Path(image.here(target)).exists():
            raise ValueError(f"COPY {rest}: expected the same place, made by an earlier stage")
        return
    for source in sources:
        found, out = context / source, place / target
        if found.is_dir():
            shutil.copytree(found, out, ignore=shutil.ignore_patterns(*ignored))
        else:
            shutil.copy(found, out)


def _shell(line: str, place: Path, image: Image) -> str:
    variables = {
        **os.environ,
        **image.environment,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": "",
    }
    if importlib.util.find_spec("hatchling"):
        variables["PIP_NO_BUILD_ISOLATION"] = "0"  # pip reads the variable as the answer to "isolated?"
    done = subprocess.run(["sh", "-ec", line], cwd=place, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        done.check_returncode()
    for made in image.root.glob("opt/*/lib/python*/site-packages"):
        (made / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return done.stdout + done.stderr


if __name__ == "__main__":
    print(shlex.join(run(Path(sys.argv[1]), Path(sys.argv[2]).absolute()).command))
