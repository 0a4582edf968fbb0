"""Whether the answer is text, an image, or both; the index order is hard-coded in the router."""

from pointsman.tasks.task import Task

TASK = Task(
    name="modality",
    labels=("AR", "DIFFUSION", "BOTH"),
    description="whether the answer is text (AR), an image (DIFFUSION) or both",
    primary_metric="macro_f1",
    mapping_file="modality_mapping.json",
    mapping_style="index",
    directory_stem="lora_modality_router",
    embedded=True,
)
