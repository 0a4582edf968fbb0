"""What must hold of the package as a whole: the core needs no torch, and starts quickly."""

import subprocess
import sys

HEAVY = ("torch", "transformers", "peft", "sklearn", "scipy", "matplotlib", "pyarrow", "safetensors")


def test_the_core_imports_nothing_heavy() -> None:
    rooms = ("tasks", "data", "data.embedded", "artifacts", "backbones", "inference", "cli", "cli.train", "cli.predict")
    code = (
        "import sys, importlib\n"
        f"for name in {HEAVY!r}: sys.modules[name] = None\n"
        f"for room in {rooms!r}: importlib.import_module('pointsman.' + room)\n"
        "from pointsman.data import embedded\n"
        "print(len(embedded.load('intent')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 2000


def test_help_imports_no_verb() -> None:
    code = (
        "import sys\nfrom pointsman.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted(set(sys.modules) & {set(HEAVY)!r}), 'pointsman.cli.train' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] False"
