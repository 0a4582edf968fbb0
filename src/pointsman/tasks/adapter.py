"""Which LoRA expert takes a request: the labels are the experts' names, so they come with the data.

The names here are those of the sample that the package draws (`pointsman demo vision`).
"""

from pointsman.tasks.task import Task

TASK = Task(
    name="adapter",
    labels=("calendar", "claim-window", "provider-select"),
    description="which LoRA expert takes a request, by screenshot and text; labels: the experts of your data",
    primary_metric="accuracy",
    mapping_file="adapter_mapping.json",
    mapping_style="index",
    directory_stem="adapter_router",
    open_labels=True,
)
