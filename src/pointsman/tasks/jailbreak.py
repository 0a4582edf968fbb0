"""Whether a request attacks the model behind it."""

from pointsman.tasks.task import Task

TASK = Task(
    name="jailbreak",
    labels=("benign", "jailbreak"),
    description="whether a request tries to break the rules of the model behind",
    primary_metric="macro_f1",
    mapping_file="jailbreak_type_mapping.json",
    mapping_style="index",
    directory_stem="lora_jailbreak_classifier",
    positive="jailbreak",
    embedded=True,
)
