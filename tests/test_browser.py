"""`cvbuild serve` in a real browser: what a person sees of it, hears of it, and can do without a mouse."""

from __future__ import annotations

import os
import queue
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cvbuild.cli import serve
from cvbuild.cli.parser import parser

IS_REQUIRED = os.environ.get("CVBUILD_REQUIRE_BROWSER", "") not in ("", "0")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.pdf]
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
             "--disable-component-update", "--disable-sync")  # fmt: skip
WAIT_MS = 30_000
_ENTRY = "- {{position: Engineer {0}, organization: Works {0}, start: {0}, end: {0}, highlights: [{1}]}}\n"
_ENTRIES = "".join(_ENTRY.format(year, ", ".join(["Built a thing that works"] * 3)) for year in range(1985, 2021))
PROFILE = f"""\
person: {{name: Ada Quill}}
statement: Hello
experience:
{_ENTRIES}
skills: [{{name: Logic}}]
variants: {{short: {{omit: [experience]}}, industry: {{style: {{theme: brief}}}}}}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if not IS_REQUIRED and not program:
        pytest.skip("no chromium here")
    with suppress(ImportError):
        from playwright.sync_api import sync_playwright

        with sync_playwright() as player:
            made = player.chromium.launch(executable_path=program, args=[*ARGUMENTS])
            yield made
            made.close()
        return
    assert not IS_REQUIRED, "no playwright here"
    pytest.skip("no playwright here")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a profile, and give the address of the page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("cv.yaml").write_text(PROFILE)
    opened: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)
    over = threading.Event()
    options = parser().parse_args(["serve", "--open", "--as-of", "2026-01-01"])
    thread = threading.Thread(target=serve.serve, args=(options, over))
    thread.start()
    yield opened.get(timeout=60)
    over.set()
    thread.join(60)


class Sight:
    """A page of the browser, and what went wrong in it."""

    def __init__(self, browser: Any, address: str, **context: Any) -> None:
        self.page = browser.new_context(**{"viewport": {"width": 1300, "height": 700}, **context}).new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda asked: None if asked.url.startswith(address) else self.faults.append(asked.url))
        self.page.goto(address)
        self.await_status("Up to date")
        self.page.wait_for_selector("figure img")

    def await_status(self, words: str) -> None:
        self.page.wait_for_selector(f'[role=status]:has-text("{words}")')

    def digest(self) -> str:
        return str(self.page.get_attribute("#sheets", "data-digest"))

    def until(self, expression: str, argument: object = None) -> None:
        """Return once that is so; the page's policy lets nobody wait for an expression within it."""
        end = time.monotonic() + WAIT_MS / 1000
        while not self.page.evaluate(expression, argument):
            assert time.monotonic() < end, expression
            time.sleep(0.02)

    def await_pages_after(self, digest: str) -> None:
        self.until("old => document.getElementById('sheets').dataset.digest !== old", digest)


def text_of(sight: Sight, number: int) -> str:
    """Return the text of a page as it is there to be read aloud."""
    selector = f"figure:nth-child({number}) pre"
    sight.until("selector => document.querySelector(selector)?.textContent", selector)
    return str(sight.page.text_content(selector))


def test_a_page_follows_what_is_written(browser: Any, address: str) -> None:
    sight = Sight(browser, address, device_scale_factor=2)
    page, profile = sight.page, Path("cv.yaml")

    # What is not on the screen comes after what is.
    sight.until("document.images.length > 1")
    # Crisp: a pixel of the picture for each of the screen, whatever the size.
    picture = "i => { const p = document.images[i]; return [p.naturalWidth, 2 * p.width] }"
    page.get_by_role("button", name="Larger").click()
    sight.until("document.images[0].width > 830")
    drawn, wanted = page.evaluate(picture, 0)
    assert drawn == wanted

    # A save: the new page, and the same place on it.
    page.evaluate("window.scrollTo({top: 900, behavior: 'instant'})")
    before = page.evaluate("scrollY"), sight.digest()
    profile.with_name("new").write_text(PROFILE.replace("Hello", "Good evening"))
    profile.with_name("new").replace(profile)
    sight.await_pages_after(before[1])
    assert page.evaluate("scrollY") == before[0] > 0
    assert "Good evening" in text_of(sight, 1)

    # Another variant, another theme, and back.
    digest = sight.digest()
    page.get_by_label("Variant").select_option("short")
    sight.await_pages_after(digest)
    sight.until("document.querySelectorAll('figure').length === 1")
    digest = sight.digest()
    page.get_by_label("Theme").select_option("brief")
    sight.await_pages_after(digest)
    assert "--variant short --theme brief" in page.text_content("#command")
    page.get_by_label("As of").fill("2020-05")
    digest = sight.digest()
    page.get_by_label("As of").press("Enter")
    page.wait_for_selector("#count:has-text('2020-05-31')")
    sight.await_pages_after(digest)
    digest = sight.digest()
    page.get_by_role("button", name="Everything as the profile says").click()
    page.wait_for_selector("#count:has-text('letterpress')")
    sight.await_pages_after(digest)

    # An error: told with its line, beside the last good pages; and its mending.
    digest = sight.digest()
    profile.write_text(PROFILE + "skils: []  # <b>\n")
    sight.await_status("1 problem, the last good pages are shown")
    assert "did you mean 'skills'?" in page.text_content("#problems")
    assert page.text_content("#problems .here").endswith("skils: []  # <b>")
    assert sight.digest() == digest
    profile.write_text(PROFILE)
    sight.await_status("Up to date")
    assert page.locator("#problems").is_hidden()
    assert sight.faults == []


def test_it_needs_no_mouse_and_no_eyes(browser: Any, address: str) -> None:
    sight = Sight(browser, address)
    page = sight.page
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    order = ["Skip to the pages", "variant", "theme", "as_of", "language", "reset", "download", "smaller", "larger"]
    assert [name for name in reached if name in order][: len(order)] == order

    pages = page.locator("figure").count()
    # Every control says what it is; every picture, and every part of the page.
    for role, names in {
        "combobox": ["Variant", "Theme", "Language"], "textbox": ["As of", "size"], "main": ["Pages"],
        "button": ["Smaller", "Larger"], "img": [f"Page 1 of {pages}"], "form": ["View"], "complementary": ["Report"],
    }.items():  # fmt: skip
        for name in names:
            assert page.get_by_role(role, name=name, exact=True).count() == 1, name
    unnamed = "[...document.querySelectorAll('input, select')].filter(c => !c.labels.length).map(c => c.id)"
    assert page.evaluate(unnamed) == []
    assert page.get_attribute("#status", "aria-live") == "polite"

    # A picker and a field by keys, which stay where they are while the page is drawn anew.
    digest = sight.digest()
    page.focus("#variant")
    page.keyboard.press("ArrowDown")
    sight.await_pages_after(digest)
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["variant", "short"]
    digest = sight.digest()
    page.get_by_label("size", exact=True).fill("11pt")
    page.keyboard.press("Enter")
    sight.await_pages_after(digest)
    assert page.evaluate("document.activeElement.id") == "option-size"
    page.focus(".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "pages"
    assert sight.faults == []


_CONTRASTS = """() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => v / 255).map(
      (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.offsetWidth && [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((node) => {
      const [a, b] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), node.id || node.className || node.textContent.slice(0, 20)];
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 900, 1600])
def test_it_can_be_read_on_any_screen(browser: Any, address: str, scheme: str, width: int) -> None:
    sight = Sight(browser, address, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = sight.page
    Path("cv.yaml").write_text(PROFILE + "skils: []\n")
    sight.await_status("1 problem")
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")

    assert [name for contrast, name in page.evaluate(_CONTRASTS) if contrast < 4.5] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.images[0].width") <= width
    assert sight.faults == []
    if folder := os.environ.get("CVBUILD_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"serve-{scheme}-{width}.png"))


_TRIES = """async (address) => {
  const loads = (made, event) => new Promise((yes, no) => { made[event] = yes; made.onerror = no; });
  const picture = new Image();
  picture.src = address + "icon.svg";
  const tries = [fetch(address), fetch(address + "view", {method: "POST", body: "{}"}),
    loads(new EventSource(address + "events"), "onmessage"), loads(picture, "onload")];
  return (await Promise.allSettled(tries)).map((each) => each.status);
}"""


def test_another_page_gets_nothing(browser: Any, address: str) -> None:
    """Not even one that knows the address."""
    page = browser.new_context().new_page()
    page.goto("data:text/html,<p>elsewhere")
    tried = page.evaluate(_TRIES, address)

    assert tried == ["rejected"] * 4
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]+/", address)
