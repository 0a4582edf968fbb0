from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from pointsman.backbones.generating import load_generating
from pointsman.data.example import Example
from pointsman.encoding.conversation import Preparer, Template
from pointsman.errors import ConfigError, DataError, ExpertError
from pointsman.experts.backend import Question, Sight
from pointsman.experts.local_backend import LocalBackend
from pointsman.experts.registry import read_experts
from pointsman.inference.shared_base import SharedBase
from tests.experts.stacks import World, random_adapter, reading, seeing
from tests.generating import NAMES

__all__ = ["reading", "seeing"]

RAMBLES = NAMES[2]


@pytest.fixture(params=["seeing", "reading"])
def world(request: pytest.FixtureRequest) -> World:
    """Screenshots, then texts."""
    found: World = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def backend(world: World, tmp_path: Path) -> LocalBackend:
    """A backend of its own base."""
    return LocalBackend(SharedBase.open(world.backbone), read_experts(world.file(tmp_path)))


def questions(world: World, n: int, experts: Sequence[str] = NAMES, **options: object) -> list[Question]:
    found = [Question(experts[i % len(experts)], r.text, r.image, "Be brief.", 24) for i, r in enumerate(world.rows(n))]
    return [replace(one, **options) for one in found]  # type: ignore[arg-type]


def alone(world: World, question: Question) -> str:
    """What a model of its own with this adapter, loaded and asked as transformers and peft do it, answers."""
    from peft import PeftModel

    path = world.experts[question.expert]
    folder = path / "final" if (path / "final").is_dir() else path
    model = PeftModel.from_pretrained(load_generating(world.backbone), folder).eval()
    preparer = Preparer(world.backbone)
    made = preparer.prepare(Example(question.text, image=question.image), Template(system=question.system))
    ids = torch.from_numpy(made.input_ids)[None]
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if made.pixel_values is not None and made.grid is not None:
        given |= {
            "pixel_values": torch.from_numpy(made.pixel_values),
            "image_grid_thw": torch.from_numpy(made.grid),
            "mm_token_type_ids": torch.eq(ids, preparer.image_token or 0).long(),
        }
    out = model.generate(**given, max_new_tokens=question.max_new_tokens, do_sample=False, eos_token_id=preparer.end_id)
    text: str = preparer.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)
    return text


def test_answers_are_those_of_a_model_of_its_own(world: World, backend: LocalBackend) -> None:
    asked = questions(world, 6)
    answers = [backend.ask(question) for question in asked]
    assert [one.text for one in answers] == [alone(world, question) for question in asked]
    assert len({one.text for one in answers[2::3]}) == 2  # the third answers each request in its own way
    assert backend.base.loads == 3


def test_a_batch_of_several_experts_answers_as_one_by_one(world: World, backend: LocalBackend) -> None:
    asked = questions(world, 7)
    asked[4] = replace(asked[4], max_new_tokens=5)  # answers are bounded each for itself
    one_by_one = [backend.ask(question) for question in asked]
    together = backend.ask_all(asked)
    assert [(a.text, a.tokens, a.truncated) for a in together] == [(a.text, a.tokens, a.truncated) for a in one_by_one]
    assert together[4].tokens == 5
    assert together[4].truncated
    assert backend.ask_all([]) == []


def test_what_the_router_saw_is_not_looked_at_again(seeing: World, tmp_path: Path) -> None:
    backend = LocalBackend(SharedBase.open(seeing.backbone), read_experts(seeing.file(tmp_path)))
    [question] = questions(seeing, 1, [RAMBLES])
    plain = backend.ask(question)
    assert backend.base.seen_images == 1
    fresh = LocalBackend(SharedBase.open(seeing.backbone), read_experts(seeing.file(tmp_path)))
    prepared = fresh.base.preparer.prepare(Example("what the router reads", image=question.image), Template())
    [seen] = fresh.base.see([prepared])
    answered = fresh.ask(replace(question, sight=Sight(prepared, seen)))
    assert fresh.base.seen_images == 1
    assert answered.text == plain.text
    assert fresh.ask_all([replace(question, sight=Sight(prepared, seen))])[0].text == plain.text
    assert fresh.base.seen_images == 1


def test_a_request_that_begins_alike_is_read_from_where_it_differs(world: World, tmp_path: Path) -> None:
    experts = read_experts(world.file(tmp_path))
    backend = LocalBackend(SharedBase.open(world.backbone), experts)
    forgetful = LocalBackend(SharedBase.open(world.backbone, keep_prompts=0), experts)
    [question] = questions(world, 1, [RAMBLES])
    asked = [replace(question, text=text) for text in ("open week march", "open week seven", "find a doctor")]
    asked.insert(1, replace(asked[0], expert="calendar"))  # another adapter's prompt is of no use to it
    assert [backend.ask(one).text for one in asked] == [forgetful.ask(one).text for one in asked]
    assert backend.base.prefixes.reused > 0
    assert forgetful.base.prefixes.reused == 0
    before = backend.base.prefixes.reused
    backend.ask(replace(question, expert="claim-window"))
    assert backend.base.prefixes.reused == before


def test_adapters_come_when_asked_and_leave_by_least_use(world: World, tmp_path: Path) -> None:
    experts = read_experts(world.file(tmp_path))
    roomy = LocalBackend(SharedBase.open(world.backbone), experts)
    asked = questions(world, 3)
    wanted = [roomy.ask(one).text for one in asked]
    room = max(
        size for size in (_size(roomy, pair) for pair in ((0, 1), (0, 2), (1, 2)))
    )  # of any two of the three, never of all
    tight = LocalBackend(SharedBase.open(world.backbone, adapter_bytes=room), experts)
    assert tight.base.loads == 0
    assert not tight.base.held
    assert [tight.ask(asked[i]).text for i in (0, 1, 0, 2)] == [wanted[i] for i in (0, 1, 0, 2)]
    assert tight.base.held == (NAMES[0], NAMES[2])
    assert tight.base.loads == 3
    assert tight.ask(asked[1]).text == wanted[1]  # read from disk again
    assert tight.base.held == (NAMES[2], NAMES[1])
    assert tight.base.loads == 4
    assert tight.base.held_bytes <= room
    # A batch's own adapters stay together, and what is over the budget leaves with the next one that is read.
    assert [one.text for one in tight.ask_all(asked)] == wanted
    assert [tight.ask(asked[i]).text for i in (0, 1, 2)] == wanted


def _size(backend: LocalBackend, pair: tuple[int, int]) -> int:
    held = backend.base._held
    return sum(held[NAMES[i]][1] for i in pair)


def test_switching_between_adapters_in_memory_reads_nothing(world: World, backend: LocalBackend) -> None:
    for question in questions(world, 3):
        backend.ask(question)
    loads = backend.base.loads
    for path in world.experts.values():
        assert path.is_dir()
    spent = [backend.base.switch(name) for name in [*NAMES, None, *NAMES]]
    assert backend.base.loads == loads
    assert all(seconds >= 0 for seconds in spent)


def test_closing_lets_go_of_the_adapters_and_the_base_goes_on(world: World, backend: LocalBackend) -> None:
    [question] = questions(world, 1, [RAMBLES])
    before = backend.ask(question).text
    base = backend.base
    backend.close()
    backend.close()
    assert base.names == base.held == ()
    for name in ("one", "two"):
        base.add(name, world.experts[RAMBLES])
    prepared = base.preparer.prepare(Example(question.text, image=question.image), Template(system=question.system))
    made = base.generate([prepared] * 3, ["one", None, "two"], max_new_tokens=24)
    assert [made[0].text, made[2].text] == [before] * 2
    assert made[1].text != before


@pytest.mark.parametrize("first", [True, False])
def test_an_adapter_that_lacks_weights_is_named_and_spoils_nothing(world: World, tmp_path: Path, first: bool) -> None:
    broken = Path(shutil.copytree(world.experts[RAMBLES], tmp_path / "broken"))
    weights = load_file(broken / "adapter_model.safetensors")
    lost = next(key for key in weights if "layers.1" in key and "lora_B" in key)
    del weights[lost]
    save_file(weights, broken / "adapter_model.safetensors")
    content = {
        name: {"path": str(path), "tools": "none"} for name, path in (world.experts | {"broken": broken}).items()
    }
    backend = LocalBackend(SharedBase.open(world.backbone), read_experts(world.file(tmp_path, experts=content)))
    asked = questions(world, 3)
    plain = backend.base.generate([backend.base.preparer.prepare(Example("a"), Template())], [None], max_new_tokens=9)
    if not first:
        assert [backend.ask(one).text for one in asked] == [alone(world, one) for one in asked]
    for _ in range(2):
        with pytest.raises(
            ExpertError, match=r"adapter 'broken' does not fit .*tiny-qwen3.*no weights for .*layers\.1"
        ):
            backend.ask(replace(asked[0], expert="broken"))
    again = backend.base.generate([backend.base.preparer.prepare(Example("a"), Template())], [None], max_new_tokens=9)
    assert again == plain
    assert [backend.ask(one).text for one in asked] == [alone(world, one) for one in asked]
    assert [one.text for one in backend.ask_all(asked)] == [alone(world, one) for one in asked]


def test_a_dora_answers_in_a_batch_of_its_own(reading: World, tmp_path: Path) -> None:
    dora = random_adapter(tmp_path / "dora", reading.backbone, seed=3, use_dora=True)
    content = {name: {"path": str(path), "tools": "none"} for name, path in (reading.experts | {"dora": dora}).items()}
    experts = read_experts(reading.file(tmp_path, experts=content))
    backend = LocalBackend(SharedBase.open(reading.backbone), experts, unmixed=["dora"])
    asked = questions(reading, 6, ["dora", *NAMES])
    assert [one.text for one in backend.ask_all(asked)] == [backend.ask(one).text for one in asked]


def test_pieces_of_text_come_as_they_are_written(world: World, backend: LocalBackend) -> None:
    [question] = questions(world, 1)
    pieces: list[str] = []
    answered = backend.ask(question, on_text=pieces.append)
    assert len(pieces) > 3
    assert "".join(pieces) == answered.text
    assert 0 < answered.seconds["first_token"] <= answered.seconds["answer"]
    assert set(answered.seconds) == {"prepare", "see", "switch", "first_token", "answer"}

    def leave(piece: str) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        backend.ask(question, on_text=leave)
    assert backend.ask(question).text == answered.text


def test_what_cannot_be_asked_is_refused(world: World, backend: LocalBackend) -> None:
    [question] = questions(world, 1)

    def refused(asked: Question) -> str:
        with pytest.raises((ConfigError, DataError)) as caught:
            backend.ask(asked)
        with pytest.raises(type(caught.value), match=r".*"):
            backend.ask_all([question, asked])
        return str(caught.value)

    assert "unknown expert 'calender', did you mean 'calendar'?" in refused(replace(question, expert="calender"))
    told = refused(replace(question, text="word " * 3000))
    assert told.startswith(
        "the text is too long for the expert 'calendar': it reads and writes 2,048 tokens in all, 24"
    )
    assert refused(replace(question, max_new_tokens=2048)).startswith("max_new_tokens 2,048: ")
    assert "blank" in refused(replace(question, text=" ", image=None))
