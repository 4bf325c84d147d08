"""What axe-core finds wrong with a page, and what of it is none of ours."""

from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
"""The script of axe-core, which the package brings along."""

UPSTREAM: dict[str, str] = {}
"""Rules that widgets of Streamlit break which an empty page does not show, each with the reason.

`docs/accessibility.md` tells the same.
"""

_RUN = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const grave = violations.filter(
    ({ id, impact }) => ["serious", "critical"].includes(impact) || id === "heading-order");
  return grave.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => [id, html.slice(0, 300), failureSummary]));
}
"""


_STILL = """
*, ::before, ::after { transition: none !important; animation: none !important; }
[data-stale="true"] { opacity: 1 !important; }  /* what is being drawn anew fades meanwhile */
"""


@dataclass(frozen=True)
class Violation:
    """One element that breaks a rule seriously or critically, or the order of headings."""

    rule: str
    html: str
    why: str


def violations(page: Page) -> list[Violation]:
    """All of them on the page as it is now, in shadow trees too."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return [Violation(*each) for each in page.evaluate(_RUN)]


def keep_still(page: Page) -> None:
    """Colours change at once from now on, and none is caught on its way."""
    page.add_style_tag(content=_STILL)
