"""The command line: one file a verb, thin: parse, call a step, print."""

from __future__ import annotations

import errno
import functools
import importlib
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pointsman.errors import PointsmanError

__all__ = ["main"]

# Verb -> (module, one line of help). Modules are imported when their verb is called, so that `--help` is quick.
VERBS = {
    "demo": "train the five embedded routers and use them; demo vision: a router and LoRA experts for screens",
    "train": "train a router and write its artifact",
    "preprocess": "make rows of images and text ready for a vision model, once, on the CPU",
    "encode": "run rows through a frozen model once and keep its features",
    "evaluate": "judge an artifact on rows, with intervals, baselines and a report",
    "compare": "judge two artifacts on the same rows",
    "calibrate": "choose when an artifact says 'not sure'",
    "predict": "decide texts",
    "score": "decide the rows of a corpus of any size, to Parquet files",
    "serve": "answer over HTTP, all routers of a bundle from one pass",
    "classify": "decide texts by asking a running server",
    "export": "write artifacts as merged checkpoints, ONNX graphs or one bundle, for other runtimes",
    "verify": "replay golden rows in other runtimes: the proof that they answer the same",
    "artifacts": "find artifacts, exports and bundles below a folder, and the preferred one for each task",
    "verify-files": "check every file of an artifact against its manifest, and its signature",
    "sign": "sign an artifact with a private key",
    "card": "write a model card",
    "push": "upload an artifact with its card to the Hugging Face Hub",
    "tasks": "list the tasks",
    "experts": "add, list, remove and check the LoRA experts that a router decides between",
    "route": "let a router choose a LoRA expert for a text or a screenshot, and the expert answer",
    "stack": "judge a router and its experts together",
    "solve": "let a domain router choose a solver for a question with options, and the solver answer",
    "data": "list sources of rows, build a data set from them, audit one",
    "modal": "run steps on Modal, and move files to and from its volumes",
}

# Verbs with verbs of their own: name -> (module:function, one line of help), imported when called as well.
GROUPS = {
    "data": {
        "sources": ("pointsman.cli.data:sources", "list the sources of a task, with licence and conversion"),
        "build": (
            "pointsman.cli.data:build",
            "write the rows of a task from sources, or of experts (data build adapter --help)",
        ),
        "audit": ("pointsman.cli.audit:command", "look for leaks, duplicates, shortcuts and doubtful labels"),
    },
    "experts": {
        "add": ("pointsman.cli.experts:add", "check a LoRA expert and add it to experts.yaml, whose comments are lost"),
        "list": ("pointsman.cli.experts:list_", "list the experts with rank, size, tools, base and state"),
        "remove": ("pointsman.cli.experts:remove", "take an expert out of experts.yaml, whose comments are lost"),
        "check": ("pointsman.cli.experts:check", "check adapters, tools and the router's labels; exits 1 if wrong"),
    },
    "stack": {
        "evaluate": (
            "pointsman.cli.stack:evaluate",
            "judge routing, tool calls and latency, also with perfect routing",
        ),
    },
    "modal": {
        "upload": ("pointsman.cli.modal:upload", "copy a file, or what a folder holds, to a volume"),
        "download": ("pointsman.cli.modal:download", "copy a file or folder of a volume here"),
        "run": ("pointsman.cli.modal:run", "run a step there: its verb with --launcher modal"),
        "logs": ("pointsman.cli.modal:logs", "list the logs of steps that ran there, or print one"),
        "save-lora": ("pointsman.cli.modal:save_lora", "check a LoRA expert and put it on the checkpoint volume"),
        "show": ("pointsman.cli.modal:show", "print the app as it would be made: functions, image, volumes"),
    },
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 the user can mend it, 130 interrupted."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    if _builds_routing_data(args):
        from pointsman.cli.data_adapter import one_by_one

        args = one_by_one(args)
    _app(args)(args=args, prog_name="pointsman")


def _guarded(verb: str, command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a user can mend into one line and an exit code; a bug keeps its traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except PointsmanError as error:
            _fail(str(error), 2)
        except KeyboardInterrupt:
            hint = "; run the same command with --resume to go on" if verb == "train" else ""
            _fail(f"interrupted{hint}", 130)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("pointsman"):
                raise
            _fail(f"this needs the Python package '{error.name}': pip install 'pointsman[train]'", 2)
        except BrokenPipeError:
            # Whoever read our output has gone; nothing is left to say, and flushing at exit would say it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            where = f" ({error.filename})" if error.filename else ""
            _fail(f"no space left on the disk{where}: free some, then run the command again", 2)

    return run


def _fail(message: str, code: int) -> None:
    print(f"pointsman: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


def _app(args: list[str]) -> Any:
    """Build the typer app with the one verb that was called, or with all names for `--help`."""
    import typer

    app = typer.Typer(
        help="Train, prove and serve the small models that decide where a request to a large model goes.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def root(
        version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    ) -> None:
        if version:
            from pointsman import __version__

            typer.echo(f"pointsman {__version__}")
            raise typer.Exit

    words = [a for a in args if not a.startswith("-")]
    verb = words[0] if words else None
    for name, line in VERBS.items():
        if name in GROUPS:
            group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            for inner, (place, told) in GROUPS[name].items():
                if inner == "build" and _builds_routing_data(args):
                    place = "pointsman.cli.data_adapter:command"
                _add(group, inner, told, place, called=words[:2] == [name, inner])
            app.add_typer(group, name=name, help=_sentence(line))
        else:
            _add(app, name, line, f"pointsman.cli.{_module(name, words)}:command", called=name == verb)
    return app


def _builds_routing_data(args: list[str]) -> bool:
    """Return whether `data build` is about experts' rows, which has options of its own."""
    words = [a for a in args if not a.startswith("-")]
    named = words[2:3] == ["adapter"] or any(a.partition("=")[0] == "--experts" for a in args)
    return words[:2] == ["data", "build"] and named


def _module(name: str, words: list[str]) -> str:
    """Return the module of a verb's command: about solvers, `train` and `evaluate` have options of their own."""
    if name == "train" and words[:2] == ["train", "solver"]:
        return "train_solver"
    if name == "evaluate" and words[:1] == ["evaluate"] and any(_holds_solver(word) for word in words[1:]):
        return "evaluate_solver"
    return name.replace("-", "_")


def _holds_solver(word: str) -> bool:
    """Return whether a word names a solver's folder, or one of several, here or at a URL."""
    from pointsman.data.urls import is_remote, url_of

    if is_remote(word):
        return _solver_there(url_of(word))
    folder = Path(word)
    return folder.is_dir() and ((folder / "solver.json").is_file() or any(folder.glob("*/solver.json")))


def _solver_there(url: str) -> bool:
    """Return whether there is a solver at a URL; what is wrong with the URL the command says."""
    from pointsman.launchers.remote import Remote

    try:
        names = Remote(url).files()
    except PointsmanError:
        return False
    return any(re.fullmatch(r"([^/]+/)?solver\.json", name) for name in names)


def _add(app: Any, name: str, line: str, place: str, *, called: bool) -> None:
    """Add a verb: its own function when it was called, else only its name."""
    module, _, function = place.partition(":")
    command = getattr(importlib.import_module(module), function) if called else _uncalled
    context = getattr(command, "context_settings", None)
    app.command(name, help=_sentence(line), context_settings=context)(_guarded(name, command))


def _sentence(line: str) -> str:
    return f"{line[0].upper()}{line[1:]}."


def _uncalled() -> None:
    """Stand for a verb that was not called."""
