"""The frame view on its own, with pictures made here: read back pixel by pixel."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Route, expect

from core.palette import CAMVID
from tests.browser.label_png import encode
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from webapp.components.assets import assets_version

Labels = NDArray[np.uint8]

SIZE = (60, 80)
GREY = 128
ROAD, TREE, CAR = 3, 5, 8
VEIL = (120, 126, 134)
WRONG = (255, 77, 77)
CHOSEN = (255, 214, 51)

_READ = """
([pane, x, y]) => {
  const canvas = [...document.querySelectorAll("canvas")].find((c) => c.dataset.pane === pane);
  const place = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
  return [...canvas.getContext("2d").getImageData(...place, 1, 1).data.slice(0, 3)];
}
"""


class Mounted:
    """A frame view on an otherwise empty page."""

    def __init__(self, page: Page, app: RunningApp) -> None:
        self.page, self.files = page, dict[str, bytes]()
        page.route("**/made-here/*", self._answer)
        page.goto(f"{app.address}/api/v1/health")
        page.evaluate("document.body.replaceChildren()")
        page.evaluate(
            """async (module) => {
                const { mount } = await import(module);
                const parentElement = document.createElement("div");
                document.body.append(parentElement);
                window.show = (data) => { window.leave = mount({ parentElement, data }); };
            }""",
            f"/assets/{assets_version()}/frame_view/frame_view.js",
        )
        page.add_style_tag(content=".pane { position: relative; height: 240px; width: 320px }")
        page.add_style_tag(content="canvas { width: 100%; height: 100% }")

    def _answer(self, route: Route) -> None:
        data = self.files.get(route.request.url.rsplit("/", 1)[-1])
        if data is None:
            problem = '{"detail": "There is no such frame."}'
            route.fulfill(status=404, body=problem, content_type="application/problem+json")
        else:
            route.fulfill(body=data, content_type="image/png")

    def put(self, name: str, labels: Labels) -> str:
        self.files[name] = encode(labels)
        return f"/made-here/{name}"

    def put_image(self, name: str, grey: int = GREY) -> str:
        image = np.full((*SIZE, 3), grey, np.uint8)
        self.files[name] = cv2.imencode(".png", image)[1].tobytes()
        return f"/made-here/{name}"

    def show(self, *, state: str = "ready", **data: object) -> None:
        colours = [list(colour) for colour in CAMVID.colours]
        whole = {"labels": None, "prediction": None, "highlight": None} | data
        self.page.evaluate("window.show", whole | {"names": CAMVID.names, "colours": colours})
        self.page.locator(f".frame-view[data-state={state}]").wait_for()

    def opacity(self, percent: int) -> None:
        self.page.get_by_label("Labels").fill(str(percent))

    def pixel(self, pane: str, x: float, y: float) -> tuple[int, ...]:
        return tuple(self.page.evaluate(_READ, [pane, x, y]))

    @property
    def panes(self) -> list[str]:
        names = "(all) => all.map((canvas) => canvas.dataset.pane)"
        return list(self.page.locator("canvas").evaluate_all(names))


@pytest.fixture
def mounted(page: Page, running_app: RunningApp) -> Mounted:
    return Mounted(page, running_app)


def halves(left: int, right: int, *, void_above: bool = False) -> Labels:
    labels = np.full(SIZE, left, np.uint8)
    labels[:, SIZE[1] // 2 :] = right
    if void_above:
        labels[: SIZE[0] // 4] = 255
    return labels


def test_label_maps_are_read_exactly_whatever_the_row_filter(mounted: Mounted) -> None:
    labels = np.random.default_rng(0).integers(0, 256, (23, 17), np.uint8)
    mounted.files["noise.png"] = encode(labels)
    read = mounted.page.evaluate(
        """async ([module, url]) => {
            const { loadLabels } = await import(module);
            const { width, height, labels } = await loadLabels(url);
            return { width, height, labels: [...labels] };
        }""",
        [f"/assets/{assets_version()}/frames/label_map.js", "/made-here/noise.png"],
    )
    assert (read["height"], read["width"]) == labels.shape
    np.testing.assert_array_equal(np.array(read["labels"]).reshape(labels.shape), labels)


def test_labels_lie_over_the_image_as_thick_as_the_slider_says(mounted: Mounted) -> None:
    labels = mounted.put("labels.png", halves(ROAD, TREE, void_above=True))
    mounted.show(image=mounted.put_image("image.png"), labels=labels)
    assert mounted.panes == ["labels"]
    for percent in (100, 0, 50):
        mounted.opacity(percent)
        for x, truth in ((0.25, ROAD), (0.75, TREE)):
            mixed = np.array(CAMVID.colours[truth]) * percent / 100 + GREY * (1 - percent / 100)
            assert mounted.pixel("labels", x, 0.6) == pytest.approx(mixed, abs=2)
            assert mounted.pixel("labels", x, 0.1) == (GREY, GREY, GREY)
    expect(mounted.page.get_by_text("25.0% of pixels have no class")).to_be_visible()


def test_a_prediction_is_judged_pixel_by_pixel(mounted: Mounted) -> None:
    mounted.show(
        image=mounted.put_image("image.png"),
        labels=mounted.put("truth.png", halves(ROAD, TREE, void_above=True)),
        prediction=mounted.put("prediction.png", halves(ROAD, CAR)),
    )
    assert mounted.panes == ["source", "labels", "prediction", "difference"]
    mounted.opacity(100)
    assert mounted.pixel("source", 0.75, 0.6) == (GREY, GREY, GREY)
    assert mounted.pixel("labels", 0.75, 0.6) == CAMVID.colours[TREE]
    assert mounted.pixel("prediction", 0.75, 0.6) == CAMVID.colours[CAR]
    assert mounted.pixel("difference", 0.75, 0.6) == WRONG
    assert max(mounted.pixel("difference", 0.25, 0.6)) < GREY / 2
    unjudged = mounted.pixel("difference", 0.75, 0.1)
    assert unjudged == pytest.approx(VEIL, abs=4)
    expect(mounted.page.get_by_text("50.0% wrong")).to_be_visible()
    keep_screenshot(mounted.page, "frame view")


def test_only_the_pixels_asked_for_are_marked(mounted: Mounted) -> None:
    prediction = halves(ROAD, CAR)
    prediction[-10:, :40] = CAR
    mounted.show(
        image=mounted.put_image("image.png"),
        labels=mounted.put("truth.png", halves(ROAD, TREE)),
        prediction=mounted.put("prediction.png", prediction),
        highlight=[ROAD, CAR],
    )
    assert mounted.pixel("difference", 0.25, 0.95) == CHOSEN
    assert max(mounted.pixel("difference", 0.75, 0.5)) < GREY / 2
    expect(mounted.page.get_by_text("400 pixels of Road taken for Car")).to_be_visible()


def test_the_pointer_tells_truth_and_prediction_and_shows_its_place_in_all_panes(
    mounted: Mounted,
) -> None:
    mounted.show(
        image=mounted.put_image("image.png"),
        labels=mounted.put("truth.png", halves(ROAD, TREE, void_above=True)),
        prediction=mounted.put("prediction.png", halves(ROAD, CAR)),
    )
    source = mounted.page.locator("canvas[data-pane=source]")
    readout = mounted.page.locator("output.readout")
    source.hover(position={"x": 240, "y": 180})
    expect(readout).to_have_text("truth Tree · predicted Car · x 60, y 45")
    expect(mounted.page.locator(".marker:not([hidden])")).to_have_count(3)
    source.hover(position={"x": 80, "y": 20})
    expect(readout).to_have_text("truth no class · predicted Road · x 20, y 5")


def test_panes_zoom_and_move_together(mounted: Mounted) -> None:
    mounted.show(
        image=mounted.put_image("image.png"),
        labels=mounted.put("truth.png", halves(ROAD, TREE)),
        prediction=mounted.put("prediction.png", halves(CAR, ROAD)),
    )
    mounted.opacity(100)
    right = mounted.page.locator("canvas[data-pane=prediction]")
    for _ in range(6):
        right.dblclick(position={"x": 310, "y": 120})
    for pane, truth in (("labels", TREE), ("prediction", ROAD)):
        for x in (0.02, 0.98):
            assert mounted.pixel(pane, x, 0.5) == CAMVID.colours[truth]
    mounted.page.get_by_role("button", name="Show all of the image").click()
    assert mounted.pixel("labels", 0.02, 0.5) == CAMVID.colours[ROAD]


def test_another_frame_appears_in_the_same_panes(mounted: Mounted) -> None:
    mounted.show(
        image=mounted.put_image("one.png"), labels=mounted.put("a.png", halves(ROAD, TREE))
    )
    mounted.opacity(100)
    canvas = mounted.page.locator("canvas[data-pane=labels]")
    canvas.evaluate("(canvas) => { canvas.marker = 'the same'; }")
    mounted.show(image=mounted.put_image("two.png"), labels=mounted.put("b.png", halves(CAR, CAR)))
    expect(mounted.page.locator(".frame-view")).to_have_attribute(
        "data-frame", "/made-here/two.png"
    )
    assert mounted.pixel("labels", 0.25, 0.5) == CAMVID.colours[CAR]
    assert canvas.evaluate("(canvas) => canvas.marker") == "the same"


def test_a_frame_without_labels_is_shown_as_such(mounted: Mounted) -> None:
    mounted.show(image=mounted.put_image("image.png"))
    expect(mounted.page.get_by_text("Not labelled")).to_be_visible()
    assert mounted.pixel("labels", 0.5, 0.5) == (GREY, GREY, GREY)


def test_what_cannot_be_shown_is_said_in_a_sentence(mounted: Mounted) -> None:
    image = mounted.put_image("image.png")
    trouble = mounted.page.get_by_role("alert")
    mounted.show(image=image, labels="/made-here/gone.png", state="failed")
    expect(trouble).to_have_text("There is no such frame.")
    mounted.files["broken.png"] = encode(halves(ROAD, TREE))[:80]
    mounted.show(image=image, labels="/made-here/broken.png", state="failed")
    expect(trouble).to_have_text("The label map is damaged.")
    mounted.show(image=image, labels=mounted.put("good.png", halves(ROAD, TREE)))
    expect(trouble).to_be_hidden()
