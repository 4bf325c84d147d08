// Which of the two palettes classes are shown in. The choice is a cookie: it belongs to the eyes in
// front of this browser, not to what the address shows, and the server draws by it.

import { element } from "../dom.js";

const YEAR = 365 * 24 * 3600;

export function mount({ parentElement, data }) {
  const { cookie, value, chosen } = data;
  if (parentElement.querySelector(".colour-choice")) return;
  const box = element("input", { type: "checkbox", checked: chosen });
  box.addEventListener("change", () => {
    const kept = box.checked ? `${value}; Max-Age=${YEAR}` : "; Max-Age=0";
    document.cookie = `${cookie}=${kept}; Path=/; SameSite=Lax`;
    window.location.reload();
  });
  const label = element("label", {}, box, "Class colours that everybody can tell apart");
  label.title =
    "A second palette for up to 24 classes, chosen for eyes that see fewer colours. " +
    "This browser remembers it; files that are exported keep the colours of the dataset.";
  parentElement.append(element("div", { class: "colour-choice" }, label));
}
