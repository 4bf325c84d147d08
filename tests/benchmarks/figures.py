"""Plotly figures as pictures, drawn by the browser of the browser tests."""

from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright

from tests.browser.install import find_browser


def save_figure(figure: go.Figure, path: Path) -> None:
    """Writes the figure as PNG, as large as its layout says."""
    browser_path = find_browser()  # starts Playwright itself, so not inside of the next block
    width, height = figure.layout.width, figure.layout.height
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_content(figure.to_html(include_plotlyjs=True, full_html=True))
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.locator(".js-plotly-plot").screenshot(path=path)
        browser.close()
