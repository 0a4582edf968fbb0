"""The page in a real browser, before a real server."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.browser import CHROMIUM, CONTROL, DRIVER, END, ENTER, RIGHT, SHIFT, TAB, Browser
from tests.serving.servers import Running, running

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="needs a browser: apt-get install chromium chromium-driver"
)

EMOJI = "👩‍🚀 é 😀 please find the dog, tell me of cat 😀 and the hammer 7"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = Browser(tmp_path_factory.mktemp("downloads"))
    yield found
    found.driver.quit()


@pytest.fixture
def page(browser: Browser, server: Running) -> Browser:
    browser.open(server.url)
    browser.until(lambda: browser.all("#models-list .card"))
    return browser


def _combined(server: Running, text: str) -> dict[str, Any]:
    options = {"return_probabilities": True, "return_positions": True, "reveal_entity_text": True}
    status, body = server.ask("/api/v1/classify/combined", {"text": text, "options": options})
    assert status == 200
    return dict(body)


def test_every_decision_is_shown_as_the_api_gives_it(page: Browser, server: Running) -> None:
    page.decide("the dog and the cat find the hammer")
    expected = _combined(server, "the dog and the cat find the hammer")["results"]
    assert {card.get_attribute("data-task") for card in page.all("#answer .card")} == set(expected)
    support = expected["support"]
    card = page.find("[data-task=support]")
    assert support["label"] in card.find_element("css selector", ".label").text
    shown = [row.text.split("\n") for row in page.all("[data-task=support] .bars li")]
    ranked = sorted(support["probabilities"].items(), key=lambda item: -item[1])
    assert shown == [[label, f"{100 * p:.1f} %"] for label, p in ranked]
    assert f"threshold {100 * support['threshold']:.1f} %" in card.text
    assert len(page.all("[data-task=pii] .entities li")) == len(expected["pii"]["entities"]) > 0


def test_bars_are_as_long_as_probabilities_and_marked_at_the_threshold(page: Browser, server: Running) -> None:
    page.decide("the dog and the cat")
    support = _combined(server, "the dog and the cat")["results"]["support"]
    for row, p in zip(
        page.all("[data-task=support] .bars li"), sorted(support["probabilities"].values(), reverse=True), strict=True
    ):
        track, fill, mark = (row.find_element("css selector", part).rect for part in (".track", ".fill", ".threshold"))
        assert fill["width"] == pytest.approx(p * track["width"], abs=1.5)
        middle = mark["x"] + mark["width"] / 2 - track["x"]
        assert middle == pytest.approx(support["threshold"] * track["width"], abs=1.5)


def test_entities_are_marked_where_they_stand_also_behind_emojis(page: Browser, server: Running) -> None:
    page.decide(EMOJI)
    entities = _combined(server, EMOJI)["results"]["pii"]["entities"]
    assert any(one["value"] == "dog" for one in entities)
    assert [page.run("return given[0].firstChild.textContent", mark) for mark in page.all("[data-task=pii] mark")] == [
        EMOJI[one["start_position"] : one["end_position"]] for one in entities
    ]
    assert [mark.get_attribute("data-type") for mark in page.all("[data-task=pii] mark")] == [
        one["type"] for one in entities
    ]
    left = "const text = document.querySelector('[data-task=pii] .marked').cloneNode(true);"
    left += "text.querySelectorAll('.type').forEach((type) => type.remove()); return text.textContent"
    assert page.run(left) == EMOJI  # nothing of the text is lost
    assert [row.text.split("\n")[0] for row in page.all("[data-task=pii] .entities li")] == [
        f"{one['type']} {one['value']}" for one in entities
    ]


def test_markup_in_a_prompt_stays_text(page: Browser) -> None:
    page.decide("<img src=x onerror=\"document.title='gone'\"> the dog <b>cat</b>")
    assert not page.all("#answer img, #answer b")
    assert page.driver.title == "Pointsman"


def test_not_sure_and_not_read_to_the_end_are_said(page: Browser, server: Running) -> None:
    long = "what " * 60
    page.decide(long)
    result = _combined(server, long)["results"]["support"]
    assert result["truncated"]
    card = page.find("[data-task=support]").text
    assert "end not read" in card
    assert ("not sure" in card) == result["abstained"]
    texts = [
        f"{one} {other}"
        for one, other in itertools.product(("what", "out", "find", "dog", "apple", "and", "hammer"), repeat=2)
    ]
    _, batch = server.ask("/api/v1/classify/batch", {"texts": texts, "task_type": "pii"})
    page.decide(next(text for text, row in zip(texts, batch["results"], strict=True) if row["abstained"]))
    assert page.find("[data-task=pii] .label").text.split("\n") == ["nothing found", "not sure"]


def test_the_curl_gives_the_json_that_is_shown(page: Browser, server: Running) -> None:
    text = 'it\'s a "dog"\n$HOME `cat` \\ 😀'
    page.decide(text)
    curl, shown = (block.get_attribute("textContent") for block in page.all("#answer pre"))
    words = shlex.split(curl)
    assert words[:2] == ["curl", "-s"]
    path = words[2].removeprefix(server.url)
    body = words[words.index("-d") + 1]
    assert json.loads(body)["text"] == text
    status, again = server.ask(path, body.encode())
    assert status == 200
    assert again["results"]["pii"]["entities"] == json.loads(shown)["results"]["pii"]["entities"]


def test_copy_puts_it_on_the_clipboard(page: Browser, server: Running) -> None:
    page.device(
        "Browser.grantPermissions", origin=server.url, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    page.decide("the dog")
    page.find("button[aria-label='Copy curl']").click()
    page.until(lambda: "Copied" in page.find("button[aria-label='Copy curl']").text)
    assert page.run("return navigator.clipboard.readText()") == page.all("#answer pre")[0].get_attribute("textContent")


def test_time_is_told_by_stage(page: Browser) -> None:
    page.decide("the horse and the sheep")
    told = page.find(".timing").text
    assert "on the server for 2 decisions" in told
    assert all(stage in told for stage in ("queue", "compute", "network"))


def test_it_can_be_used_without_a_mouse(page: Browser) -> None:
    assert page.focused() == "text"
    page.keys("#text", "the dog", TAB)
    assert page.focused() == "decide"
    page.keys("#decide", ENTER)
    page.find("#answer .card")
    page.keys("#decide", TAB)
    assert page.focused() == "live"
    page.keys("#live", TAB)
    assert page.focused().startswith("How does")
    page.keys("#text", SHIFT + TAB)
    assert page.focused() == "API"
    page.keys(".apart", SHIFT + TAB)
    assert page.focused() == "tab-try"
    page.keys("#tab-try", RIGHT)
    assert page.focused() == "tab-batch"
    assert page.find("#batch").is_displayed()
    assert not page.all("#try")[0].is_displayed()
    page.keys("#tab-batch", END)
    assert page.focused() == "tab-models"
    page.keys("#tab-models", RIGHT)
    assert page.focused() == "tab-try"


def test_it_decides_while_one_types_when_told_to(page: Browser) -> None:
    page.find("#live").click()
    page.keys("#text", "the saw and the hammer")
    page.find("#answer .card")


def test_an_example_is_decided_at_once(page: Browser) -> None:
    page.find("#examples button").click()
    page.find("#answer .card")
    assert page.find("#text").get_attribute("value") == page.find("#examples button").text


def test_every_field_has_a_name_for_screen_readers(page: Browser) -> None:
    unnamed = "return [...document.querySelectorAll('input, select, textarea')]"
    unnamed += ".filter((one) => !one.labels.length).map((one) => one.outerHTML)"
    assert page.run(unnamed) == []
    page.decide("the dog")
    assert "Support: " in page.all("#try-status")[0].get_attribute("textContent")


def test_what_the_server_refuses_is_told(page: Browser) -> None:
    page.find("#decide").click()
    assert page.find("#try-error").text == "Type a prompt first."
    page.run("document.getElementById('text').value = 'x'.repeat(40000)")
    page.find("#decide").click()
    page.until(lambda: "(400 INVALID_INPUT)" in page.find("#try-error").text)
    assert not page.all("#answer")[0].is_displayed()
    page.decide("the dog")
    assert not page.all("#try-error")[0].is_displayed()


def test_a_key_is_asked_for_only_when_it_is_needed(browser: Browser, served_bundle: Path, tmp_path: Path) -> None:
    key = "one that nobody guesses"
    config = tmp_path / "serve.yaml"
    config.write_text(json.dumps({"keys": [{"name": "people", "sha256": hashlib.sha256(key.encode()).hexdigest()}]}))
    with running(served_bundle, "--config", config, log=tmp_path / "log") as server:
        browser.open(server.url)
        browser.find("#key-form")
        browser.run("document.getElementById('text').value = 'the dog'")
        browser.find("#decide").click()
        browser.until(lambda: "(401 UNAUTHORIZED)" in browser.find("#try-error").text)
        browser.keys("#key", "a wrong one", ENTER)
        browser.until(lambda: browser.find("#key").get_attribute("value") == "")
        browser.keys("#key", key, ENTER)
        browser.find("#answer .card")
        assert not browser.all("#key-form")[0].is_displayed()
        assert not browser.all("#try-error")[0].is_displayed()
        assert len(browser.all("#models-list .card")) == 2
        command = browser.all("#answer pre")[0].get_attribute("textContent")
        assert "$POINTSMAN_API_KEY" in command
        assert key not in browser.driver.page_source
        assert browser.run("return localStorage.length") == 0
        browser.driver.refresh()
        browser.until(lambda: browser.all("#models-list .card"))
        assert not browser.all("#key-form")[0].is_displayed()


def test_a_busy_server_is_told_and_asked_again_until_cancelled(
    browser: Browser, served_bundle: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("text\nthe dog\n")
    with running(served_bundle, "--timeout", "0.000001", "--cache", "0", log=tmp_path / "log") as server:
        browser.open(server.url)
        browser.keys("#text", "the dog", CONTROL, ENTER)
        browser.until(lambda: "(503 " in browser.find("#try-error").text)
        browser.find("#tab-batch").click()
        browser.all("#file")[0].send_keys(str(file))
        browser.find("#run").click()
        browser.until(lambda: "The server is busy (503" in browser.find("#batch-status").text)
        browser.find("#cancel").click()
        assert browser.find("#batch-error").text == "Cancelled."
        assert "1 row not decided" in browser.find("#batch-status").text
        assert server.stop() == 0
        browser.find("#tab-try").click()
        browser.find("#decide").click()
        browser.until(lambda: "cannot be reached" in browser.find("#try-error").text)


def _batch(page: Browser, file: Path, *, only: str | None = None, column: str | None = None) -> bytes:
    page.find("#tab-batch").click()
    page.all("#file")[0].send_keys(str(file))
    page.find("#batch-form")
    for box in page.all("#batch-tasks input"):
        if only is not None and box.get_attribute("value") != only:
            box.click()
    if column is not None:
        page.find(f"#column option[value='{column}']").click()
    page.find("#run").click()
    page.find("#download").click()
    return page.downloaded(f"{file.stem}.decided{file.suffix}")


def test_a_csv_comes_back_with_columns_added(page: Browser, server: Running, tmp_path: Path) -> None:
    texts = ['the "dog", said\nthe cat', "", "find the hammer; 😀 dog", "x" * 40_000, "apple and pear"]
    rows = [[str(n), text, f"note, {n}\r\nmore"] for n, text in enumerate(texts)]
    out = io.StringIO()
    csv.writer(out).writerows([["id", "prompt", "support"], *rows])
    file = tmp_path / "my rows.csv"
    file.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    content = _batch(page, file)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    header, *back = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    added = [
        "support_2", "support_confidence", "support_abstained",
        "pii", "pii_confidence", "pii_abstained", "pii_entities", "truncated", "error",
    ]  # fmt: skip
    assert header == ["id", "prompt", "support", *added]
    assert [row[:3] for row in back] == rows
    found = [dict(zip(added, row[3:], strict=True)) for row in back]
    assert found[1]["error"] == "no text"
    assert "characters" in found[3]["error"]
    for n in (0, 2, 4):
        result = _combined(server, texts[n])["results"]
        assert found[n]["error"] == ""
        assert found[n]["support_2"] == result["support"]["label"]
        assert float(found[n]["support_confidence"]) == pytest.approx(
            result["support"]["classification"]["confidence"], abs=2e-3
        )
        assert [(e["type"], e["start"], e["end"]) for e in json.loads(found[n]["pii_entities"])] == [
            (e["type"], e["start_position"], e["end_position"]) for e in result["pii"]["entities"]
        ]
    assert "3 rows decided" in page.find("#batch-status").text
    assert "2 rows with an error" in page.find("#batch-status").text
    assert "Row 2: no text" in page.find(".errors").text
    assert sum(int(one.text) for one in page.all("#batch-summary [data-task=support] .figure")) == 3


def test_a_jsonl_comes_back_letter_for_letter(page: Browser, server: Running, tmp_path: Path) -> None:
    lines = [
        '{"id": 12345678901234567890, "score": 1.0, "q": "the dog\\nand \\u00e9", "text": 5}',
        '{ "q": "apple", "pii": null, "deep": {"a": [1]} }',
        '{"id": 3}',
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    back = _batch(page, file, only="pii", column="q").decode().splitlines()
    assert len(back) == 3
    for line, row in zip(back, lines, strict=True):
        assert line.startswith(row[:-1].rstrip())
        assert set(json.loads(line)) - set(json.loads(row)) == {
            "pii_2", "pii_confidence", "pii_abstained", "pii_entities", "truncated", "error",
        }  # fmt: skip
    first, second, third = (json.loads(line) for line in back)
    expected = _combined(server, "the dog\nand é")["results"]["pii"]
    assert first["pii_2"] == expected["label"]
    assert [entity["start"] for entity in first["pii_entities"]] == [e["start_position"] for e in expected["entities"]]
    assert (second["error"], second["pii"], third["error"], third["pii_2"]) == (None, None, "no text", None)


def test_many_rows_are_sent_in_parts(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("text\n" + "".join(f"the dog and {n}\n" for n in range(300)))
    back = _batch(page, file, only="support").decode().splitlines()
    assert len(back) == 301
    assert "300 rows decided" in page.find("#batch-status").text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.csv", b"", "rows.csv is empty"),
        ("rows.csv", b"text\n", "has no rows below its header"),
        ("rows.csv", b'text\n"the dog\n', "line 2: a quote is opened and never closed"),
        ("rows.csv", b"a,b\n1,2,3\n", "line 2: 3 fields, but the header names 2"),
        ("rows.csv", b"text\n\xff\xfe\n", "not UTF-8"),
        ("rows.jsonl", b'{"text": "a"}\n{"text": \n', "line 2: no JSON"),
        ("rows.jsonl", b'["a"]\n', "line 1: no JSON object"),
        ("rows.jsonl", b'{"a": 1}\n', "no field holds text"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    page: Browser, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    page.find("#tab-batch").click()
    page.all("#file")[0].send_keys(str(file))
    assert told in page.find("#batch-error").text
    assert not page.all("#batch-form")[0].is_displayed()


_FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(_FIELD, _FIELD, _FIELD), min_size=1, max_size=5),
    separator=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_whatever_csv_holds_comes_back(
    browser: Browser, server: Running, rows: list[tuple[str, ...]], separator: str, quoting: int, mark: str
) -> None:
    if not browser.driver.current_url.startswith(server.url):
        browser.open(server.url)
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting).writerows([("a", "text", "c"), *rows])
    script = """
        const { read } = await import("/page/rows.js");
        const table = read("x.csv", new TextEncoder().encode(given[0]));
        const fields = table.rows.map((field) => table.names.map(field));
        return [fields, table.write(fields.map((_, n) => ({ more: `"${n}"` })), ["more"])];
    """
    fields, written = browser.run(script, mark + out.getvalue())
    assert fields == [list(row) for row in rows]
    assert written.startswith(mark)
    back = list(csv.reader(io.StringIO(written.removeprefix(mark), newline=""), delimiter=separator))
    assert back == [["a", "text", "c", "more"], *([*row, f'"{n}"'] for n, row in enumerate(rows))]


def test_models_are_told_with_their_figures(page: Browser, server: Running) -> None:
    page.find("#tab-models").click()
    _, told = server.ask("/info/models")
    for model in told["models"]:
        card = page.find(f"[data-model={model['task']}]").text
        low, high = model["metrics"]["intervals"][model["primary_metric"]]
        assert f"{model['metrics'][model['primary_metric']]:.3f}" in card
        assert f"{low:.3f} – {high:.3f}" in card
        assert model["digest"] in card
        assert f"{model['max_length']} tokens" in card
    page.find("[data-model=pii] details:has(.chips) summary").click()
    page.find("[data-model=pii] details:not(:has(.chips)) summary").click()
    assert "GPE" in page.find("[data-model=pii] details[open] table").text
    assert {"GPE", "PERSON"} == {chip.text for chip in page.all("[data-model=pii] .chip")}


def test_the_reference_tells_of_every_endpoint(browser: Browser, server: Running) -> None:
    browser.open(f"{server.url}/docs")
    browser.find(".operation")
    _, document = server.ask("/openapi.json")
    operations = {f"{m.upper()} {path}" for path, item in document["paths"].items() for m in item if m != "parameters"}
    assert {one.get_attribute("aria-label") for one in browser.all(".operation")} == operations
    section = browser.find("[aria-label='POST /api/v1/classify/combined']").text
    assert "text" in section
    assert "curl" in section


@pytest.mark.parametrize("part", ["#try", "#batch", "#models", "docs"])
def test_it_fits_a_phone(browser: Browser, server: Running, part: str) -> None:
    browser.device("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=2, mobile=True)
    try:
        browser.open(f"{server.url}/{part}")
        browser.until(lambda: browser.all("#models-list .card, .operation"))
        if part == "#try":
            browser.decide("find the dog " + "x" * 300)
        assert browser.run("return document.documentElement.scrollWidth") <= 360
    finally:
        browser.device("Emulation.clearDeviceMetricsOverride")


_PAIRS = [
    ("ink", "page"), ("ink", "surface"), ("soft", "page"), ("soft", "surface"), ("accent", "surface"), ("accent", "page"),
    ("on-accent", "accent"), ("bad", "bad-tint"), ("good", "good-tint"), ("warn", "warn-tint"), ("ink", "track"),
    *(("ink", f"tint{n}") for n in range(6)),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(page: Browser, scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    page.device("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        names = sorted({name for pair in _PAIRS for name in pair})
        script = "const style = getComputedStyle(document.documentElement);"
        script += "return given[0].map((name) => style.getPropertyValue(`--${name}`))"
        colours = dict(zip(names, page.run(script, names), strict=True))
    finally:
        page.device("Emulation.setEmulatedMedia", features=[])
    assert (_luminance(colours["page"]) > 0.5) == (scheme == "light")
    for pair in _PAIRS:
        dark, light = sorted(_luminance(colours[name]) for name in pair)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair


def _luminance(colour: str) -> float:
    parts = [int(colour.strip()[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_it_asks_no_other_host_and_complains_of_nothing(browser: Browser, server: Running, tmp_path: Path) -> None:
    for kind in ("browser", "performance"):
        browser.driver.get_log(kind)
    browser.open(server.url)
    browser.until(lambda: browser.all("#models-list .card"))
    browser.decide(EMOJI)
    file = tmp_path / "rows.csv"
    file.write_text("text\nthe dog\n")
    _batch(browser, file)
    browser.find("#tab-models").click()
    browser.open(f"{server.url}/docs")
    browser.find(".operation")
    assert browser.driver.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.driver.get_log("performance")]
    asked = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert any(url.endswith("/combined") for url in asked)
    assert [url for url in asked if not url.startswith((f"{server.url}/", "about:", f"blob:{server.url}/"))] == []
