"""Windows over real tokenizers of each family: nothing is cut off, each character is answered for once."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from pointsman.backbones import Backbone
from pointsman.backbones.cut import load_tokenizer
from pointsman.data.alignment import labels_of, spans_of
from pointsman.encoding import tokenize
from pointsman.encoding.windows import windows
from pointsman.inference.logits import Logits
from pointsman.tasks import Span

_ALPHABET = (
    "abc dog THE 7-.,@ \u05e9\u05dc\u05d5\u05dd \u0627\u0644 e\u0301 \U0001f468\u200d\U0001f469 中文 \t\n\u00a0é"
)
_texts = st.one_of(
    st.text(alphabet=st.sampled_from(_ALPHABET), min_size=1, max_size=300),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80),
    st.lists(st.sampled_from(["the", "dog", "chased", "Zoë", "x" * 40, "\n\n", "a-b"]), max_size=80).map(" ".join),
)
_slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@_slow
@given(text=_texts, room=st.integers(12, 40))
def test_all_of_a_text_is_read_once(backbone: Backbone, text: str, room: int) -> None:
    tokenizer = load_tokenizer(backbone)
    (found,) = windows(tokenizer, [text], room)
    ids, cut = tokenize(tokenizer, [window.text for window in found], room)
    assert not any(cut)
    assert [window.ids for window in found] == ids
    assert all(len(i) == len(window.pieces) <= room for i, window in zip(ids, found, strict=True))
    assert [window.core[0] for window in found[1:]] == [window.core[1] for window in found[:-1]]
    assert (found[0].core[0], found[-1].core[1]) == (0, len(text))
    assert all(text[window.start : window.start + len(window.text)] == window.text for window in found)
    assert all(window.start <= window.core[0] for window in found)
    own = [window.pieces[i] for window in found for i in window.own]
    assert own == sorted(own)  # type: ignore[type-var]


@_slow
@given(texts=st.lists(_texts, max_size=4), room=st.integers(12, 40))
def test_what_is_read_of_texts_is_known_from_their_windows(backbone: Backbone, texts: list[str], room: int) -> None:
    reads = Logits(lambda ids, mask: ids.astype("float32"), load_tokenizer(backbone), room, 2)
    assert reads.ids_beside(texts, reads.windows(texts)[0]) == reads.ids(texts)


@_slow
@given(text=_texts, data=st.data())
def test_spans_at_pieces_survive_every_tokenizer(backbone: Backbone, text: str, data: st.DataObject) -> None:
    (found,) = windows(load_tokenizer(backbone), [text], 512)
    (window,) = found
    bounds = sorted({pair for pair in window.pieces if pair is not None})
    chosen: list[Span] = []
    for start, end in bounds:
        if (not chosen or start >= chosen[-1].end) and data.draw(st.booleans()):
            chosen.append(Span(start, end, data.draw(st.sampled_from(["PERSON", "GPE"]))))
    # Byte-level tokenizers may share a character between two tokens: such pieces overlap and are left out.
    clear = [s for s in chosen if sum(a < s.end and s.start < b for a, b in bounds) == 1]
    assert list(spans_of(labels_of(clear, window.pieces), window.pieces)) == clear


def test_long_text_shares_a_quarter_and_cuts_at_white_space(backbone: Backbone) -> None:
    text = "the dog chased a cat " * 30
    (found,) = windows(load_tokenizer(backbone), [text], 32)
    assert len(found) > 4
    for before, after in pairwise(found):
        assert after.start < before.start + len(before.text)
        assert " " in text[after.start - 1 : after.start + 1]
        assert text[before.core[1] - 1] == " "
    assert "".join(text[w.core[0] : w.core[1]] for w in found) == text


def test_no_texts_no_windows(backbone: Backbone) -> None:
    assert windows(load_tokenizer(backbone), [], 32) == []
