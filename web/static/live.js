// Keeps the parts of a page true that are marked data-live="SECONDS": they are fetched again, and what
// differs is put right where it stands, so that focus, scrolling and clicks are not disturbed. It only
// adds: the page has a link that loads it anew.
"use strict";
for (const part of document.querySelectorAll("[data-live]")) {
  let timer;

  function put(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== 1 || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
      old.replaceWith(fresh);
      return;
    }
    // Whether details are open is up to whoever reads.
    for (const { name } of [...old.attributes])
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes)
      if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    const before = [...old.childNodes], after = [...fresh.childNodes];
    after.forEach((node, place) => (place < before.length ? put(before[place], node) : old.append(node)));
    before.slice(after.length).forEach((node) => node.remove());
  }

  function say(words) {
    const state = document.getElementById("live-state");
    if (state.textContent !== words) state.textContent = words;
  }

  async function refresh() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, {
        headers: { "X-Live": "1" }, redirect: "manual", signal: AbortSignal.timeout(10000),
      });
      if (answer.type === "opaqueredirect") {
        say("The session has ended: log in again.");
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      put(part, page.getElementById(part.id));
    } catch {
      say("The server does not answer; trying again.");
    }
    timer = setTimeout(refresh, 1000 * part.dataset.live);
  }

  document.addEventListener("visibilitychange", refresh);
  timer = setTimeout(refresh, 1000 * part.dataset.live);
}
