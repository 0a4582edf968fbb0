"""Source `synthesis`: prompts of the label BOTH for `modality`, written by a model behind an endpoint.

A thin way to `pointsman.data.synthesis`, which asks, checks and keeps the answers. The seeds are the embedded
requests of that label, and what a seed gave is in the seed's group.
"""

from __future__ import annotations

from pointsman.data.embedded.modality import BOTH_SEEDS
from pointsman.data.sources.source import Ask, Reading, Source, Taken, Tally
from pointsman.data.synthesis_journal import OtherRunError
from pointsman.errors import ConfigError
from pointsman.tasks import Task


def _read(asked: Ask, task: Task, reading: Reading) -> Taken:
    from pointsman.data import synthesis

    options = synthesis.SynthesisOptions.asked(
        reading.endpoint, reading.synthesize, model=reading.endpoint_model, seed=reading.seed
    )
    if options is None:
        raise ConfigError(
            "--source synthesis needs --vllm-endpoint URL and more than 0 rows; without an endpoint leave it out: "
            "the templates of --source embedded serve"
        )
    try:
        made = synthesis.synthesize(options, BOTH_SEEDS, reading.workspace, reading.advance)
    except OtherRunError:
        if not reading.overwrite:
            raise
        made = synthesis.synthesize(options, BOTH_SEEDS, reading.workspace, reading.advance, overwrite=True)
    tally = Tally(read=made.received)
    for reason, n in made.dropped.items():
        tally.dropped[reason] = n
    rows = list(synthesis.examples_of(reading.workspace))
    return Taken({"all": rows}, tally, place=f"{options.endpoint} ({made.model})", notes=(str(made),))


SOURCE = Source(
    id="synthesis",
    tasks={"modality": "a model behind --vllm-endpoint writes prompts that want text and image; all BOTH"},
    licence="that of the model's output",
    home="--vllm-endpoint URL",
    read=_read,
    own_groups=True,
)
