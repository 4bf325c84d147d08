// Zooming and moving with pointer, wheel and fingers; a plain wheel still scrolls the page.

const WHEEL = 0.0025;

// `events`: hover(pane, event), leave(), twice(place) for a double click.
export function listenToGestures(pane, viewport, events) {
  const { root } = pane;
  const held = new Map(); // pointer -> its last place on the screen
  let apart = 0; // distance of two fingers

  const move = (event) => {
    if (!held.has(event.pointerId)) {
      events.hover(pane, event);
      return;
    }
    const before = held.get(event.pointerId);
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (held.size === 1) {
      const step = pane.imageStep();
      viewport.moveBy((before.x - event.clientX) * step.x, (before.y - event.clientY) * step.y);
      events.hover(pane, event);
    } else if (held.size === 2) {
      const [one, other] = held.values();
      const now = Math.hypot(one.x - other.x, one.y - other.y);
      if (apart > 0 && now > 0) viewport.zoomBy(now / apart);
      apart = now;
    }
    root.classList.toggle("zoomed", viewport.zoom > 1);
  };
  const press = (event) => {
    if (event.button !== 0) return;
    if (viewport.zoom > 1) root.setPointerCapture(event.pointerId);
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    apart = 0;
    events.hover(pane, event);
  };
  const release = (event) => {
    held.delete(event.pointerId);
    apart = 0;
  };
  root.addEventListener("pointermove", move);
  root.addEventListener("pointerdown", press);
  for (const kind of ["pointerup", "pointercancel"]) root.addEventListener(kind, release);
  root.addEventListener("pointerleave", (event) => {
    release(event);
    events.leave();
  });
  root.addEventListener("dblclick", (event) => {
    const place = pane.imagePlace(event);
    if (place !== null) events.twice(place);
  });
  root.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const place = pane.imagePlace(event);
      viewport.zoomBy(Math.exp(-WHEEL * event.deltaY), place?.x, place?.y);
    },
    { passive: false },
  );
}
