from __future__ import annotations

from typing import Any

import pytest
import torch

from pointsman.errors import ConfigError
from tests.inference.conftest import Kind


def _stock(kind: Kind, adapter: str | None, n: int, tokens: int) -> list[str]:
    """Return greedy answers of a model loaded anew, each request by itself, by the stock generate."""
    model, base = kind.stock(adapter), kind.base()
    tokenizer = base.preparer.tokenizer
    out = []
    for one in kind.prepared(n):
        given: dict[str, Any] = kind.arguments(one)
        with torch.inference_mode():
            ids = model.generate(
                **given,
                do_sample=False,
                max_new_tokens=tokens,
                eos_token_id=[base.preparer.end_id, int(tokenizer.eos_token_id)],
                pad_token_id=base.preparer.pad_id,
            )[0, len(one.input_ids) :]
        out.append(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
    return out


@pytest.mark.parametrize("adapter", [None, "two"])
def test_answers_are_those_of_the_stock_generate(kind: Kind, adapter: str | None) -> None:
    base, prepared = kind.base(), kind.prepared(4)
    expected = _stock(kind, adapter, 4, 8)
    assert len(set(expected)) > 1 or adapter is None  # of pictures under one text a random model may see no difference
    assert [made.text for made in base.generate(prepared, [adapter] * 4, max_new_tokens=8)] == expected
    single = [base.generate([one], [adapter], max_new_tokens=8)[0] for one in prepared]
    assert [made.text for made in single] == expected
    assert all(made.tokens <= 8 for made in single)


def test_an_answer_is_cut_at_the_most_tokens(texts: Kind) -> None:
    base = texts.base()
    (one,) = texts.prepared(1)
    (long,) = base.generate([one], [None], max_new_tokens=6)
    (short,) = base.generate([one], [None], max_new_tokens=3)
    assert (long.tokens, long.truncated) == (6, True)
    assert (short.tokens, short.truncated) == (3, True)
    assert long.text.startswith(short.text.rstrip("\ufffd"))


def test_an_answer_ends_at_the_end_of_turn(texts: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that says something in place of the end of turn: the answer is what it says before."""
    base = texts.base()
    (one,) = texts.prepared(1)
    said = _said(base, one, 6)
    end = said[3]
    monkeypatch.setattr(type(base.preparer), "end_id", property(lambda self: end))
    (cut,) = base.generate([one], [None], max_new_tokens=6)
    before = said[: said.index(end)]
    assert (cut.tokens, cut.truncated) == (len(before), False)
    assert cut.text == base.preparer.tokenizer.decode(before)
    both = base.generate([one, *texts.prepared(1, seed=5)], [None, None], max_new_tokens=6)
    assert both[0] == cut  # a row that has ended waits for the others


def _said(base: Any, one: Any, tokens: int) -> list[int]:
    """Return the tokens that the base says, each from a pass over everything before it."""
    with torch.inference_mode():
        ids = base._batch([one], None).ids
        for _ in range(tokens):
            out = base._frozen.model(input_ids=ids, attention_mask=torch.ones_like(ids))
            ids = torch.cat([ids, out.logits[:, -1:].argmax(-1)], dim=1)
    found: list[int] = ids[0, -tokens:].tolist()
    return found


def test_text_is_told_piece_by_piece(kind: Kind) -> None:
    base = kind.base()
    (one,) = kind.prepared(1)
    told: list[str] = []
    (made,) = base.generate([one], ["one"], max_new_tokens=12, on_text=told.append)
    assert "".join(told) == made.text
    assert len(told) > 1
    with pytest.raises(ConfigError, match="one request at a time"):
        base.generate(kind.prepared(2), [None, None], max_new_tokens=2, on_text=told.append)


def test_characters_of_several_tokens_are_told_whole() -> None:
    from pointsman.inference.generate import _tell

    class Bytes:
        """Decodes bytes: one token each."""

        def decode(self, ids: list[int], **options: Any) -> str:
            return bytes(ids).decode("utf-8", "replace")

    told: list[str] = []
    said, written = "", list("añ€b".encode())
    for end in range(1, len(written) + 1):
        said = _tell(Bytes(), written[:end], said, told.append, last=end == len(written))
    assert told == ["a", "ñ", "€", "b"]
