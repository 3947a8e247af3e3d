// Keeps the parts of a page true that are marked data-live="SECONDS": they are fetched again and put in
// the place of the old ones where they differ. It only adds: the page has a link that loads it anew.
"use strict";
for (const part of document.querySelectorAll("[data-live]")) {
  const state = () => document.getElementById("live-state");
  let last = part.innerHTML, timer;

  // What whoever reads has opened, scrolled or reached stays so.
  function show(fresh) {
    const open = [...part.querySelectorAll("details[open]")].map(({ id }) => id);
    const focused = document.activeElement?.closest("[data-live] *") && path(document.activeElement);
    part.innerHTML = fresh;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
  }

  function path(node) {
    if (node.id) return `#${CSS.escape(node.id)}`;
    const steps = [];
    for (; node !== part && !node.id; node = node.parentElement)
      steps.unshift(`:nth-child(${[...node.parentElement.children].indexOf(node) + 1})`);
    return [node === part ? ":scope" : `#${CSS.escape(node.id)}`, ...steps].join(" > ");
  }

  async function refresh() {
    if (document.hidden) return later();
    try {
      const answer = await fetch(location.href, {
        headers: { "X-Live": "1" }, redirect: "manual", signal: AbortSignal.timeout(10000),
      });
      if (answer.type === "opaqueredirect") {
        state().textContent = "The session has ended: log in again.";
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (found.innerHTML !== last) show((last = found.innerHTML));
      part.dataset.live = found.dataset.live;
    } catch {
      const words = "The server does not answer; trying again.";
      if (state().textContent !== words) state().textContent = words;
    }
    later();
  }

  function later() {
    clearTimeout(timer);
    if (part.dataset.live) timer = setTimeout(refresh, 1000 * part.dataset.live);
  }

  document.addEventListener("visibilitychange", () => !document.hidden && refresh());
  later();
}
