// Elements without markup: text only ever becomes text.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

const SHAPES = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M6 6h2.5v12H6zM19 6v12l-9-6z",
  forward: "M15.5 6H18v12h-2.5zM5 6v12l9-6z",
  sound: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15 8.5a4.5 4.5 0 0 1 0 7z",
  save: "M11 4h2v8h3l-4 4.5L8 12h3zM5 18h14v2H5z",
  silence: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 10l4 4m0-4l-4 4",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  if (name === "silence") path.setAttribute("stroke", "currentColor");
  svg.append(path);
  return svg;
}

export function iconButton(name, label) {
  const button = element("button", { type: "button", class: "icon", title: label });
  setIcon(button, name, label);
  return button;
}

export function setIcon(button, name, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(icon(name));
}
