// Space plays, arrows step (ten frames with shift), Home and End go to the ends; brackets begin and
// end a loop, plus and minus zoom, 0 shows all of the picture.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const VERBS = {
  "[": "startLoop",
  "]": "endLoop",
  "+": "zoomIn",
  "-": "zoomOut",
  0: "zoomReset",
};

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
    else if (event.key in VERBS) actions[VERBS[event.key]]();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
