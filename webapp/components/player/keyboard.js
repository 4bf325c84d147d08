// Space plays, arrows step (ten frames with shift), Home and End go to the ends.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

// Listens until the returned function is called. Fields keep their own keys.
export function listenToKeys(root, actions) {
  const onKey = (event) => {
    const target = event.composedPath()[0];
    const isElsewhere = target !== document.body && !event.composedPath().includes(root);
    if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = target.tagName;
    if (["INPUT", "SELECT", "TEXTAREA"].includes(tag)) return;
    if (event.key === " " && tag !== "BUTTON") actions.toggle();
    else if (event.key in STEPS) actions.step(STEPS[event.key] * (event.shiftKey ? 10 : 1));
    else if (event.key === "Home") actions.seek(0);
    else if (event.key === "End") actions.seek(Infinity);
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
