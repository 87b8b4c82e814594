"""A shopper on the demo's page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, FilePayload, Locator, Page, expect

_FILE = """
const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
const data = new DataTransfer();
data.items.add(new File([bytes], name, {type}));
"""
_DROP = f"""([content, name, type]) => {{
  {_FILE}
  for (const kind of ['dragenter', 'dragover', 'drop']) {{
    const event = new DragEvent(kind, {{dataTransfer: data, bubbles: true, cancelable: true}});
    document.body.firstElementChild.dispatchEvent(event);
  }}
}}"""
_DRAG = f"""([content, name, type]) => {{
  {_FILE}
  const event = new DragEvent('dragenter', {{dataTransfer: data, bubbles: true, cancelable: true}});
  document.body.dispatchEvent(event);
}}"""
_PASTE = f"""([content, name, type]) => {{
  {_FILE}
  const event = new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}});
  document.activeElement.dispatchEvent(event);
}}"""
_PLACED = """async (photo) => {
  await photo.decode();
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}"""
_WATCH = """
addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) =>
  console.error(`policy: ${violatedDirective} ${blockedURI}`));
"""


@dataclass
class Shopper:
    """Works a page by the names that people see; `complaints` are errors that nobody `expected`."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def visit(self, address: str) -> None:
        """Open the shop and wait for its products."""
        self.page.add_init_script(_WATCH)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._stumble)
        self.page.goto(address)
        expect(self.cards.first).to_be_visible()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(message.text)

    def _stumble(self, error: Error) -> None:
        self._complain(str(error))

    def _complain(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.expected):
            self.complaints.append(text)

    @property
    def cards(self) -> Locator:
        """The products on the page."""
        return self.page.locator("#hits article")

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [text.strip() for text in self.cards.locator("h3").all_inner_texts()]

    @property
    def opener(self) -> Locator:
        """The button that opens the dialog."""
        return self.page.get_by_role("button", name="Search by photo")

    @property
    def bar(self) -> Locator:
        """Where the picture in use is shown."""
        return self.page.locator(".ais-ImageSearch-bar")

    @property
    def remove(self) -> Locator:
        """The button that ends the picture in use."""
        return self.bar.get_by_role("button", name=re.compile("^(Remove photo|Show all products)$"))

    @property
    def status(self) -> Locator:
        """What is announced."""
        return self.page.locator(".ais-ImageSearch").get_by_role("status")

    @property
    def dialog(self) -> Locator:
        """The photo in use, large."""
        return self.page.get_by_role("dialog", name="Your photo")

    @property
    def edges(self) -> list[int]:
        """Where the frame on it has its left, top, right, and lower edge, in percent."""
        names = [f"{side} edge" for side in ("Left", "Top", "Right", "Bottom")]
        sliders = (self.page.get_by_role("slider", name=name) for name in names)
        return [int(slider.get_attribute("aria-valuenow") or -1) for slider in sliders]

    @property
    def alert(self) -> Locator:
        """What went wrong with a picture."""
        return self.page.locator(".ais-ImageSearch").get_by_role("alert")

    @property
    def chips(self) -> list[str]:
        """The labels of the picture in use."""
        return self.page.locator(".ais-ImageSearch-chip").all_inner_texts()

    def button(self, name: str) -> Locator:
        """A button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def choose(self, photo: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
        """Open the dialog and choose a file."""
        self.opener.click()
        file: FilePayload = {"name": name, "mimeType": kind, "buffer": photo}
        self.page.get_by_label("Choose a photo").set_input_files(file)

    def pick(self, photo: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
        """Tap the button of a phone and choose a file, or take a photo, in what the phone shows."""
        with self.page.expect_file_chooser() as chooser:
            self.opener.tap()
        chooser.value.set_files({"name": name, "mimeType": kind, "buffer": photo})

    def drop(self, photo: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
        """Drop a file somewhere on the page."""
        self.page.evaluate(_DROP, [base64.b64encode(photo).decode(), name, kind])

    def drag(self, photo: bytes) -> None:
        """Drag a file over the page and hold it."""
        self.page.evaluate(_DRAG, [base64.b64encode(photo).decode(), "photo.jpg", "image/jpeg"])

    def paste(self, photo: bytes, name: str = "image.jpg", kind: str = "image/jpeg") -> None:
        """Paste a file wherever the focus is."""
        self.page.evaluate(_PASTE, [base64.b64encode(photo).decode(), name, kind])

    def use(self, photo: bytes) -> None:
        """Drop a photo and wait until it ranks the products."""
        self.drop(photo)
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        """Until a picture is in use and the products tell what they have in common with it."""
        expect(self.remove).to_be_visible(timeout=15_000)
        expect(self.cards.first.locator(".verdict")).to_be_visible()

    def open_photo(self) -> None:
        """Press the small photo in the bar."""
        self.button("Crop").click()
        expect(self.dialog).to_be_visible()
        # What lies on the photo finds its place once the photo has its size.
        self.dialog.get_by_role("img", name="Your photo").evaluate(_PLACED)

    def order(self, label: str) -> None:
        """Choose an order of the products."""
        self.page.locator("#sort select").select_option(label=label)

    def choose_facet(self, value: str) -> None:
        """Tick a value of a facet; on a phone the filters are folded."""
        box = self.page.locator("#filters").get_by_role(
            "checkbox", name=re.compile(rf"^{re.escape(value)}\b")
        )
        if not box.is_visible():
            self.page.locator("#filters summary").click()
        box.check()


def inside(names: Sequence[str], wanted: str) -> bool:
    """Whether one of the names holds the wanted words."""
    return any(wanted in name for name in names)
