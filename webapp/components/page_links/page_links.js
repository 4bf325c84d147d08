// A click on the navigation's link to the open page leaves what the address added to it: an open
// dataset, a frame. A link within our own HTML opens its page in the same session. The way there is
// the browser's own: a new entry of its history.

const LINKS = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink"]
  .map((name) => `a[data-testid=${name}]`)
  .join(",");
const OURS = '[data-testid=stHtml] a[href^="/"]';

// Called again whenever the page around is drawn anew; the same listener is only added once.
export function mount() {
  document.addEventListener("click", lead, true);
}

function lead(event) {
  const { button, ctrlKey, metaKey, shiftKey, altKey, target } = event;
  if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
  const link = target instanceof Element ? target.closest(`${LINKS},${OURS}`) : null;
  if (link?.matches(OURS)) return go(event, link.pathname + link.search);
  const isHere = link?.pathname === window.location.pathname;
  if (isHere && window.location.search !== "") go(event, link.pathname);
}

function go(event, address) {
  event.preventDefault();
  event.stopPropagation();
  window.history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
