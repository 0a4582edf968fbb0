"""A real browser for tests: headless Chromium, as Debian packages it (`chromium`, `chromium-driver`)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

CONTROL, ENTER, TAB, SHIFT, RIGHT, END = "\ue009", "\ue007", "\ue004", "\ue008", "\ue014", "\ue010"

WAIT = 15.0  # seconds after which something on the page is given up


class Browser:
    """Chromium without a window; `find` and `all` take CSS selectors."""

    def __init__(self, downloads: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.downloads = downloads

    def open(self, url: str) -> None:
        """Load a page from nothing."""
        self.driver.get("about:blank")
        self.driver.get(url)

    def until(self, told: Callable[[], Any]) -> Any:
        """Wait until something is so, and return it; an element that is replaced meanwhile is looked up again."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.driver, WAIT, 0.05, ignored_exceptions=[StaleElementReferenceException])
        return waiting.until(lambda _: told())

    def all(self, selector: str) -> list[Any]:
        """What is there."""
        return self.driver.find_elements("css selector", selector)

    def find(self, selector: str) -> Any:
        """Wait for what is seen there."""
        return self.until(lambda: next((one for one in self.all(selector) if one.is_displayed()), None))

    def run(self, script: str, *values: Any) -> Any:
        """What the body of an async function returns that is given these values."""
        told = self.driver.execute_async_script(
            f"const done = arguments[arguments.length - 1]; (async (...given) => {{{script}}})(...arguments)"
            ".then((value) => done({value}), (error) => done({error: String(error)}))",
            *values,
        )
        assert "error" not in told, told["error"]
        return told.get("value")

    def device(self, command: str, **values: Any) -> Any:
        """Ask the browser itself."""
        return self.driver.execute_cdp_cmd(command, values)

    def decide(self, text: str) -> None:
        """Put a prompt in, press Ctrl+Enter, and wait for the answer."""
        self.find("#text")
        self.run("document.getElementById('text').value = given[0]", text)  # a driver cannot type emojis
        self.run("document.getElementById('answer').replaceChildren()")
        self.keys("#text", CONTROL, ENTER)
        self.find("#answer .card")

    def keys(self, selector: str, *keys: str) -> None:
        """Press keys in an element."""
        self.find(selector).send_keys(*keys)

    def focused(self) -> str:
        """The id, or the text, of what has the focus."""
        one = self.driver.switch_to.active_element
        return str(one.get_attribute("id") or one.text)

    def downloaded(self, name: str) -> bytes:
        """A file that was just downloaded; it is taken away."""
        file = self.downloads / name
        self.until(file.is_file)
        content = file.read_bytes()
        file.unlink()
        return content
