"""A corpus in blocks: every row once, whatever the format, the line ends and the size of a block."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.data import corpus, records
from pointsman.data.corpus import CorpusFields, CorpusFile, cut, find_files
from pointsman.data.corpus_reader import BadRow, CorpusReader, CorpusRow
from pointsman.errors import ConfigError, DataError

FIELDS = CorpusFields()


def read(
    files: Sequence[CorpusFile], fields: CorpusFields = FIELDS, block_rows: int = 3, *, backwards: bool = False
) -> tuple[list[CorpusRow], list[BadRow]]:
    """All rows of all blocks, each block by itself."""
    blocks = [block for file in files for block in cut(file, fields, block_rows)[1]]
    assert all(0 < block.rows <= block_rows for block in blocks)
    reader, good, bad = CorpusReader(fields), [], []
    for block in reversed(blocks) if backwards else blocks:
        some, faults = reader.read(block)
        assert len(some) + len(faults) == block.rows
        assert sorted(row.row for row in [*some, *faults]) == list(range(block.row, block.row + block.rows))
        good, bad = good + some, bad + faults
    reader.close()
    return good, bad


def jsonl(rows: Sequence[Any], end: str = "\n") -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + end for row in rows).encode()


# Whatever Unicode or an old system calls a line end, quotes, separators, and text of several bytes.
WORDS = st.text(st.sampled_from('ab,;"\t é漢\u2028\u2029\x85\x0b\x0c\x1c\r\n\\'), min_size=0, max_size=12).map(
    lambda text: f"x{text}y"
)
ENDS = st.sampled_from(["\n", "\r\n"])


@given(st.lists(WORDS, min_size=1, max_size=12), ENDS, st.booleans(), st.booleans(), st.integers(1, 5), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_json_row_is_read_once(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str], end: str, ended: bool, gaps: bool, block_rows: int, packed: bool,
) -> None:  # fmt: skip
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    joined = (end + (end if gaps else "")).join(lines) + (end if ended else "")
    file = tmp_path_factory.mktemp("corpus") / ("rows.jsonl.gz" if packed else "rows.jsonl")
    file.write_bytes(gzip.compress(joined.encode()) if packed else joined.encode())
    for backwards in (False, True):
        good, bad = read(find_files([str(file)]), block_rows=block_rows, backwards=backwards)
        assert sorted((row.row, row.text) for row in good) == list(enumerate(texts, 1))
        assert {row.id for row in good} == {f"{file.name}:{number}" for number in range(1, len(texts) + 1)}
        assert not bad


@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=12), ENDS, st.booleans(), st.sampled_from(["", "\ufeff"]),
    st.integers(1, 5), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from([",", "\t"]),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_every_csv_row_is_read_once_also_where_quotes_hold_line_ends(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]], end: str, ended: bool, mark: str, block_rows: int, quoting: Any, delimiter: str,
) -> None:  # fmt: skip
    out = io.StringIO(newline="")
    if end == "\n" and any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # the writer quotes only characters of its own line end
    writer = csv.writer(out, quoting=quoting, lineterminator=end, delimiter=delimiter)
    writer.writerows([("other", "text"), *rows])
    content = (mark + out.getvalue()).encode()
    file = tmp_path_factory.mktemp("corpus") / ("rows.csv" if delimiter == "," else "rows.tsv")
    file.write_bytes(content if ended else content.removesuffix(end.encode()))
    for backwards in (False, True):
        good, bad = read(find_files([str(file)]), block_rows=block_rows, backwards=backwards)
        assert not bad
        assert sorted((row.row, row.text) for row in good) == [(n, text) for n, (_, text) in enumerate(rows, 1)]


@given(
    st.lists(st.one_of(st.none(), WORDS), min_size=1, max_size=30), st.integers(1, 7), st.integers(1, 9),
    st.sampled_from([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_every_row_of_a_table_is_read_once_whatever_its_row_groups(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None], block_rows: int, group: int, kind: Any
) -> None:
    file = tmp_path_factory.mktemp("corpus") / "rows.parquet"
    table = pa.table({"text": pa.array(texts, pa.string()).cast(kind), "n": list(range(len(texts)))})
    pq.write_table(table, file, row_group_size=group)
    for backwards in (False, True):
        good, bad = read(find_files([str(file)]), block_rows=block_rows, backwards=backwards)
        assert sorted((row.row, row.text) for row in good) == [(n, t) for n, t in enumerate(texts, 1) if t is not None]
        assert [row.row for row in sorted(bad, key=lambda row: row.row)] == [
            n for n, t in enumerate(texts, 1) if t is None
        ]
        assert all("null, not a text" in row.reason for row in bad)


def test_blocks_that_are_read_by_several_readers_and_out_of_order_hold_the_same_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(100)]}), file, row_group_size=33)
    (found,) = find_files([str(file)])
    blocks = cut(found, block_rows=7)[1]
    expected = [CorpusReader(FIELDS).read(block)[0] for block in blocks]
    odd, even = CorpusReader(FIELDS), CorpusReader(FIELDS)
    assert [(even, odd)[n % 2].read(block)[0] for n, block in enumerate(blocks)] == expected
    assert [row.text for rows in expected for row in rows] == [f"text {n}" for n in range(100)]


def test_rows_at_fault_are_told_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    lines = [
        b'{"text": "good", "id": "a"}', b'{"text": "secret', b'["secret"]', b'{"other": "secret"}', b'{"text": 7}',
        b'{"text": "  "}', b'{"text": "secret \xff"}', b'{"text": "\\ud800 secret"}', b'{"text": "t", "id": ["secret"]}',
        b'{"text": "no id", "id": null}', b'{"text": "number", "id": 7.0}', b"[" * 100_000,
    ]  # fmt: skip
    file.write_bytes(b"\n".join(lines))
    good, bad = read(find_files([str(file)]))
    assert [(row.id, row.text) for row in good] == [("a", "good"), ("rows.jsonl:10", "no id"), ("7", "number")]
    told = {row.row: row.reason for row in bad}
    assert list(told) == [2, 3, 4, 5, 6, 7, 8, 9, 12]
    expected = ["malformed JSON at column 10", "no JSON object", "no field 'text' (it has: other)", "is a number, not a text",
                "empty or blank", "byte 18 of the row (0xff) is not UTF-8", "half a surrogate pair",
                "the field 'id' is no text and no number; name another with --id-field", "cannot be read"]  # fmt: skip
    for reason, part in zip(told.values(), expected, strict=True):
        assert part in reason
        assert "secret" not in reason
        assert "\n" not in reason


def test_csv_rows_at_fault_are_told_and_the_others_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(
        b'id,text\r\n1,good\r\n2\r\n3,"a"b\r\n4,"two\r\nlines"\r\n\r\n5, \r\n6,\xff\r\n7,x\ry\r\n8,"last ""one"""'
    )
    good, bad = read(find_files([str(file)]))
    assert [(row.row, row.id, row.text) for row in good] == [
        (1, "1", "good"),
        (4, "4", "two\r\nlines"),
        (8, "8", 'last "one"'),
    ]
    told = {row.row: row.reason for row in bad}
    assert list(told) == [2, 3, 5, 6, 7]
    assert told[2] == "1 fields, where the header has 2"
    assert told[3].startswith("malformed CSV")
    assert "blank" in told[5]
    assert "not UTF-8" in told[6]
    assert told[7].startswith("malformed CSV")


def test_a_quote_without_an_end_is_an_error_since_it_may_hold_any_number_of_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text('text\ngood\n"never closed\nmore\nrows\n')
    with pytest.raises(DataError, match=r"rows\.csv: the row at byte 10 \(row 2\) has a quoted field without an end"):
        cut(find_files([str(file)])[0])


def test_a_table_with_a_string_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    broken = pa.array([b"good", b"bad \xff", b"also good"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": broken}), file)
    good, bad = read(find_files([str(file)]))
    assert [row.text for row in good] == ["good", "also good"]
    assert [(row.row, row.reason) for row in bad] == [(2, "a field that is not UTF-8")]


def test_ids_and_kept_fields(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {"body": "one", "key": "k1", "more": {"a": [1]}},
        {"body": "two", "key": 2, "more": "é \ud800"},
        {"body": "three"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    fields = CorpusFields(text="body", id="key", keep=("more", "body"))
    good, bad = read(find_files([str(file)]), fields)
    assert [(row.id, row.kept) for row in good] == [("k1", ('{"a": [1]}', "one")), ("2", ("é \ufffd", "two"))]
    assert [(row.row, row.reason) for row in bad] == [(3, "no value in the field 'key', which names the row")]


def test_folders_patterns_and_files_are_found_once_and_named_from_where_they_part(tmp_path: Path) -> None:
    for name in ("a/x.jsonl", "a/deep/y.csv", "b/x.jsonl", "b/notes.txt", "b/.hidden.jsonl", ".cache/z.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text\n")
    everything = find_files([str(tmp_path), str(tmp_path / "a" / "x.jsonl"), f"file://{tmp_path}/b/x.jsonl"])
    assert [file.name for file in everything] == ["a/deep/y.csv", "a/x.jsonl", "b/x.jsonl"]
    assert [file.name for file in find_files([str(tmp_path / "**" / "x.jsonl")])] == ["a/x.jsonl", "b/x.jsonl"]
    assert [file.name for file in find_files([str(tmp_path / "a")])] == ["deep/y.csv", "x.jsonl"]
    assert [file.name for file in find_files([str(tmp_path / "b" / "x.jsonl")])] == ["x.jsonl"]


def test_files_are_found_relative_to_where_the_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.jsonl").write_text('{"text": "t"}\n')
    monkeypatch.chdir(tmp_path)
    (file,) = find_files(["x.jsonl"])
    assert file.path == str(tmp_path / "x.jsonl")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.jsonl", "missing.jsonl: no such file or folder; check the path"),
        ("empty", "empty: holds no file of a known format"),
        ("*.csv", r"\*.csv: matches no file of a known format"),
        ("notes.txt", "notes.txt: no format that can be read in pieces; name it .jsonl"),
        ("array.json", "array.json: no format that can be read in pieces"),
        ("rows.parquet.gz", "rows.parquet.gz: no format that can be read in pieces"),
        ("ftpx://host/rows.jsonl", "ftpx://host/rows.jsonl: .*use a local path, s3://"),
        ("volume:data/rows.jsonl", "is on a volume of Modal: add --launcher modal"),
    ],
)
def test_what_cannot_be_found_is_said(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    for file in ("notes.txt", "array.json", "rows.parquet.gz"):
        (tmp_path / file).write_text("[]")
    with pytest.raises((DataError, ConfigError), match=message):
        find_files([name if ":" in name else str(tmp_path / name)])


def test_no_name_at_all() -> None:
    with pytest.raises(ConfigError, match="--data"):
        find_files([])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.jsonl", b'{"texts": "a"}\n', r"no field 'text' \(it has: texts\), did you mean 'texts'\?; name it with --text-field"),
        ("x.csv", b"id,body\n1,a\n", r"no field 'text' \(it has: id, body\); name it with --text-field"),
        ("x.csv", b"text,text\na,b\n", "the column 'text' stands twice"),
        ("x.csv", b'text\xff\na\n', "its header cannot be read"),
        ("x.parquet", b"PAR1 no table", "not a readable Parquet file"),
        ("x.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 9, mtime=0)[:-9], "not a whole gzip file"),
        ("y.jsonl.gz", b'{"text": "a"}\n', "cannot be reached|Not a gzipped file"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_cut(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        cut(find_files([str(tmp_path / name)])[0])


def test_a_table_without_the_field(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1]}), tmp_path / "x.parquet")
    with pytest.raises(DataError, match=r"no field 'text' \(it has: n\)"):
        cut(find_files([str(tmp_path)])[0])
    with pytest.raises(DataError, match="--id-field"):
        cut(find_files([str(tmp_path)])[0], CorpusFields(text="n", id="key"))
    with pytest.raises(DataError, match="--keep"):
        cut(find_files([str(tmp_path)])[0], CorpusFields(text="n", keep=("key",)))


def test_files_without_rows_have_no_blocks(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n\n")
    (tmp_path / "b.csv").write_text("text\n")
    (tmp_path / "c.csv").write_text("")
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "d.parquet")
    assert [cut(file)[1] for file in find_files([str(tmp_path)])] == [()] * 4


def test_a_file_that_changed_after_it_was_cut_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(jsonl([{"text": f"t{n}"} for n in range(9)]))
    blocks = cut(find_files([str(file)])[0])[1]
    file.write_bytes(jsonl([{"text": f"t{n}"} for n in range(5)]))
    with pytest.raises(DataError, match="5 rows from row 1, where there were 9: the file has changed"):
        CorpusReader(FIELDS).read(blocks[0])


def test_the_digest_is_that_of_the_file_packed_or_not(tmp_path: Path) -> None:
    import hashlib

    content = jsonl([{"text": "a"}])
    (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(content))
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "c.parquet")
    for file in find_files([str(tmp_path)]):
        digest = hashlib.sha256(Path(file.path).read_bytes()).hexdigest()
        assert cut(file)[0].digest == corpus.with_digest(file).digest == f"sha256={digest}"


def test_long_rows_make_short_blocks_and_a_row_without_end_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "BLOCK_BYTES", 4000)
    monkeypatch.setattr(records, "LONGEST", 9000)
    rows = [{"text": "short"}, {"text": "x" * 3000}, {"text": "y" * 3000}, {"text": "z" * 20000}, {"text": "last"}]
    (tmp_path / "a.jsonl").write_bytes(jsonl(rows))
    pq.write_table(pa.table({"text": [f"{n} " * 900 for n in range(9)]}), tmp_path / "b.parquet")
    text, table = find_files([str(tmp_path)])
    assert [block.rows for block in cut(text)[1]] == [2, 1, 1, 1]
    good, bad = read([text], block_rows=100)
    assert [row.text[:5] for row in good] == ["short", "xxxxx", "yyyyy", "last"]
    assert [row.row for row in bad] == [4]
    assert bad[0].reason.startswith("longer than")
    assert len(cut(table)[1]) > 1


@pytest.mark.parametrize("extension", ["jsonl", "csv", "parquet"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, extension: str) -> None:
    texts = [f"row {n} " + "some words to fill it " * 70 for n in range(10_000)]
    file = tmp_path / f"rows.{extension}"
    if extension == "jsonl":
        file.write_bytes(jsonl([{"text": text} for text in texts]))
    elif extension == "csv":
        file.write_text("text\n" + "".join(f'"{text}\n"\n' for text in texts))
    else:
        pq.write_table(pa.table({"text": texts}), file, row_group_size=5_000, compression="none", use_dictionary=False)
    size = file.stat().st_size
    assert size > 13_000_000
    del texts
    tracemalloc.start()
    (found,) = find_files([str(file)])
    blocks = cut(found, block_rows=150)[1]
    reader, rows = CorpusReader(FIELDS), 0
    before = pa.total_allocated_bytes()
    table_peak = 0
    for block in blocks:
        rows += len(reader.read(block)[0])
        table_peak = max(table_peak, pa.total_allocated_bytes() - before)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 10_000
    assert peak < 4_500_000  # a block has 0.25 MB of text, a stream 1 MiB of buffer
    assert table_peak < 4_500_000


def test_a_corpus_in_an_object_store_is_read_like_one_on_the_disk(tmp_path: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    content = jsonl([{"text": f"text {n}"} for n in range(10)])
    table = io.BytesIO()
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(10)]}), table, row_group_size=4)
    try:
        for name, data in (
            ("a.jsonl", content), ("b.jsonl.gz", gzip.compress(content)), ("c/d.parquet", table.getvalue()),
            ("e.csv", b"text\n" + b"".join(b"text %d\n" % n for n in range(10))),
        ):  # fmt: skip
            store.pipe_file(f"/bucket/{name}", data)
        files = find_files(["memory://bucket"])
        assert [file.name for file in files] == ["a.jsonl", "b.jsonl.gz", "c/d.parquet", "e.csv"]
        good, bad = read(files)
        assert [row.text for row in good] == [f"text {n}" for n in range(10)] * 4
        assert not bad
        assert [file.name for file in find_files(["memory://bucket/*.csv"])] == ["e.csv"]
        assert read([replace(files[0])])[0][0].id == "a.jsonl:1"
        with pytest.raises(DataError, match="no such file or folder; check the URL"):
            find_files(["memory://bucket/missing.jsonl"])
    finally:
        store.rm("/bucket", recursive=True)
