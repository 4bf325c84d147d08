// Hands a file to the browser's downloads.

import { element } from "../dom.js";

export function saveFile(blob, name) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
