// A click on the navigation's link to the open page leaves what the address added to it: an open
// dataset, a frame. The way there is the browser's own: a new entry of its history.

const LINKS = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink"]
  .map((name) => `a[data-testid=${name}]`)
  .join(",");

// Called again whenever the page around is drawn anew; the same listener is only added once.
export function mount() {
  document.addEventListener("click", leadHome, true);
}

function leadHome(event) {
  const { button, ctrlKey, metaKey, shiftKey, altKey, target } = event;
  if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
  const link = target instanceof Element ? target.closest(LINKS) : null;
  const isHere = link?.pathname === window.location.pathname;
  if (!isHere || window.location.search === "") return;
  event.preventDefault();
  event.stopPropagation();
  window.history.pushState({}, "", link.pathname);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
