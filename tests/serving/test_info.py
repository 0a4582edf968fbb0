from __future__ import annotations

import json
from pathlib import Path

from pointsman.serving.answers import info_classifier, info_models
from pointsman.serving.settings import Key, Settings
from tests.serving.values import FIVE, models


def test_models() -> None:
    body = info_models(models(*FIVE, "support"))
    assert [one["name"] for one in body["models"]] == [*FIVE, "support"]
    assert [one["endpoint"] for one in body["models"]] == ["intent", "tool", "security", "modality", "pii", "support"]
    assert [one["type"] for one in body["models"]] == [
        "category",
        "tool",
        "security",
        "modality",
        "entities",
        "category",
    ]
    card = body["models"][2]
    assert (card["labels"], card["positive"], card["loaded"]) == (["benign", "jailbreak"], "jailbreak", True)
    assert body["models"][1]["tools"]["scheduling"] == ["calendar_api", "reminder_system"]
    assert body["system"].keys() == {"version", "python", "os", "architecture", "cores"}


def test_places_of_folders_are_not_told() -> None:
    body = info_models(models())
    assert body["models"][0]["path"] == "bundle"
    assert "/srv" not in json.dumps(body)


def test_classifier() -> None:
    settings = Settings(paths=(Path("/srv/secret"),), keys=(Key(name="gateway", sha256="0" * 64),))
    body = info_classifier(models(*FIVE, "places"), settings)
    assert body["tasks"] == [*FIVE, "places"]
    assert body["capabilities"] == ["intent", "tool", "security", "modality", "pii", "places", "combined", "batch"]
    assert body["categories"][:2] == ["biology", "business"]
    assert body["entity_types"]["places"] == ["CITY", "RIVER"]
    assert len(body["entity_types"]["pii"]) == 17
    assert body["limits"]["texts"] == 256
    told = json.dumps(body)
    assert "secret" not in told
    assert "gateway" not in told
    assert info_classifier(models("support"), settings)["categories"] == []
