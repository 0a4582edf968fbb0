"""Which kind of tool a request wants: eight categories, each with the tools it suggests."""

from types import MappingProxyType

from pointsman.tasks.task import Task

_TOOLS = {
    "information_retrieval": ("web_search", "weather_api", "knowledge_base"),
    "data_transformation": ("format_converter", "data_processor"),
    "calculation": ("calculator", "math_solver", "statistics"),
    "communication": ("email_client", "messaging_apis"),
    "scheduling": ("calendar_api", "reminder_system"),
    "file_operations": ("file_reader", "file_writer", "cloud_storage"),
    "analysis": ("data_analyzer", "text_summarizer"),
    "no_function_needed": ("none",),
}

TASK = Task(
    name="intent",
    labels=tuple(_TOOLS),
    description="which kind of tool a request wants (8 categories, with the tools each suggests)",
    primary_metric="macro_f1",
    mapping_file="category_mapping.json",
    mapping_style="category",
    directory_stem="lora_tool_intent_classifier",
    tools=MappingProxyType(_TOOLS),
    embedded=True,
)
