"""One `Predictor` over every form a model takes."""

from pointsman.inference.calibration import Calibration, softmax
from pointsman.inference.predictor import Predictor
from pointsman.inference.rule import Effect, Rule

__all__ = ["Calibration", "Effect", "Predictor", "Rule", "softmax"]
