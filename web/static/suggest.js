// Suggests under the search box, as a combobox of ARIA 1.2. It only adds: where it cannot run, or
// nothing answers, the box stays what it is.
"use strict";
(() => {
  const input = document.getElementById("q");
  const words = input?.form?.dataset;
  if (!words?.suggest) return;
  const set = (node, attributes) => {
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    return node;
  };
  const make = (tag, attributes) => set(document.createElement(tag), attributes);
  const kinds = JSON.parse(words.kinds);
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  const list = make("div", { id: "suggestions", role: "listbox", "aria-label": words.list, hidden: "" });
  const status = make("span", { role: "status", class: "unseen" });
  let active = -1, timer, asking = new AbortController();

  input.form.append(list, status);
  // A box of type search may not be a combobox.
  set(input, { type: "text", enterkeyhint: "search", role: "combobox", "aria-autocomplete": "list",
    "aria-controls": list.id, "aria-expanded": false });

  function show(options) {
    choose(-1);
    list.replaceChildren(...options);
    list.hidden = !options.length;
    set(input, { "aria-expanded": !list.hidden });
    status.textContent = list.hidden ? "" : words.found.replace("{}", digits.format(options.length));
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    show([]);
  }

  function choose(place) {
    if (active >= 0) set(list.children[active], { "aria-selected": false });
    active = place;
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    const option = set(list.children[place], { "aria-selected": true });
    set(input, { "aria-activedescendant": option.id });
    option.scrollIntoView({ block: "nearest" });
  }

  function option({ kind, marked, count, url }, place) {
    const link = make("a", { id: `suggestion-${place}`, role: "option", "aria-selected": false,
      href: url, tabindex: -1, "data-kind": kind });
    const text = make("span", { dir: "auto" });
    const what = make("small");
    text.innerHTML = marked; // escaped by the server, but for its <mark>
    what.textContent = kinds[kind];
    if (!/query|title/.test(kind)) what.textContent += ` · ${digits.format(count)}`;
    link.append(text, " ", what);
    return link;
  }

  async function ask() {
    asking.abort();
    const typed = input.value, { signal } = (asking = new AbortController());
    if (!typed.trim() || typed.length > 200) return close();
    try {
      const answer = await fetch(`${words.suggest}?q=${encodeURIComponent(typed)}`, { signal });
      const { suggestions } = await answer.json();
      if (!signal.aborted) show(document.activeElement === input ? suggestions.map(option) : []);
    } catch {
      if (!signal.aborted) close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  input.addEventListener("blur", close);
  addEventListener("pagehide", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  input.addEventListener("keydown", (event) => {
    const { key } = event, last = list.children.length - 1;
    if (event.isComposing || key === "Tab") return;
    if (key === "ArrowDown" && list.hidden) ask();
    else if (list.hidden) return;
    else if (key === "Escape") close();
    else if (key === "ArrowDown") choose(active < last ? active + 1 : -1);
    else if (key === "ArrowUp") choose(active < 0 ? last : active - 1);
    else if (active < 0) return;
    else if (key === "Home") choose(0);
    else if (key === "End") choose(last);
    else if (key === "Enter") list.children[active].click();
    else return;
    event.preventDefault();
  });
})();
