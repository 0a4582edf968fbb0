"""A GPU's name that is misspelt is refused with the right one; one that a newer Modal may know is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings, launch
from pointsman.launchers.modal_errors import ModalError
from pointsman.launchers.modal_gpus import KNOWN, check_gpu, unknown_gpu
from pointsman.launchers.modal_settings import read_modal_settings
from pointsman.pipeline.preprocess import STEP, PreprocessOptions
from tests.launchers.modal_account import no_account  # noqa: F401 - fixture
from tests.pipeline.tells import Tells

GOOD = PreprocessOptions(Path("volume:moe-lora-data/routing"), Path("volume:moe-lora-data/tensors"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("L4OS", "L40S"), ("H1OO:2", "H100"), ("L4S0", "L40S"), ("a10080gb", "A100-80GB"), ("H020!", "H200")],
)
def test_a_misspelt_one_is_refused_with_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf"^gpu '{typed}': no such GPU, did you mean '{meant}'\?") as error:
        launch(STEP, GOOD, LauncherSettings("modal", gpu=typed))
    assert "\n" not in str(error.value)


def test_in_a_file_the_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "modal.yaml").write_text("steps: {encode: {gpu: L4OS}}")
    with pytest.raises(ConfigError, match=r"modal.yaml: steps.encode.gpu 'L4OS': no such GPU, did you mean 'L40S'"):
        read_modal_settings(tmp_path / "modal.yaml")


@pytest.mark.parametrize("typed", [*KNOWN, "h100", "H100!", "B200+", "A100-80GB:8"])
def test_known_ones_are_in_order(typed: str) -> None:
    check_gpu(typed)
    assert unknown_gpu(typed) is None


@pytest.mark.parametrize("typed", ["B300", "GB200:4", "L40", "R100", "MI300X"])
def test_one_that_a_newer_modal_may_know_is_told_and_passed_on(typed: str) -> None:
    told = Tells()
    with pytest.raises(ModalError, match="no Modal account"):
        launch(STEP, GOOD, LauncherSettings("modal", gpu=typed), told)
    assert [line for line in told.lines if line.startswith(f"gpu {typed}: not among those known here")]


@pytest.mark.parametrize("typed", ["", "L40 S", "H100:0", "H100:two", "A100_80GB"])
def test_what_is_written_like_none(typed: str) -> None:
    with pytest.raises(ConfigError, match="write a kind such as L40S"):
        check_gpu(typed)
