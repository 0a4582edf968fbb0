"""Which field of knowledge a request is about: the 14 MMLU-Pro categories."""

from types import MappingProxyType

from pointsman.tasks.task import Task

TASK = Task(
    name="domain",
    labels=(
        "biology",
        "business",
        "chemistry",
        "computer science",
        "economics",
        "engineering",
        "health",
        "history",
        "law",
        "math",
        "other",
        "philosophy",
        "physics",
        "psychology",
    ),
    description="which field of knowledge a request is about (14 MMLU-Pro categories)",
    primary_metric="accuracy",
    mapping_file="category_mapping.json",
    mapping_style="category",
    # The router's files call this task "intent".
    directory_stem="lora_intent_classifier",
    aliases=MappingProxyType({"mathematics": "math", "computer_science": "computer science"}),
    embedded=True,
)
