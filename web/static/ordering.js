// Orders a list by dragging or with keys. It only adds: buttons beside each entry do the same.
"use strict";
for (const list of document.querySelectorAll("ol[data-order]")) {
  const form = document.getElementById(list.dataset.order);
  const status = list.nextElementSibling;
  let held, before, pointer;

  const order = (entries) => entries.map((entry) => entry.dataset.place).join(" ");

  function say(name, entry) {
    const place = [...list.children].indexOf(entry) + 1;
    const values = { ...entry.dataset, place, all: list.children.length };
    status.textContent = list.dataset[name].replace(/{(\w+)}/g, (_, key) => values[key]);
  }

  function hold(entry, on) {
    entry.classList.toggle("held", on);
    entry.firstElementChild.ariaPressed = on;
    held = on && entry;
  }

  function take(entry, byPointer) {
    before = [...list.children];
    pointer = byPointer;
    hold(entry, true);
    say("taken", entry);
  }

  // The neighbour moves, not the held entry, which would lose the focus and the pointer.
  function step(down) {
    const next = down ? held.nextElementSibling : held.previousElementSibling;
    if (!next) return;
    held[down ? "before" : "after"](next);
    held.scrollIntoView({ block: "nearest" });
    say("moved", held);
  }

  function drop() {
    hold(held, false);
    form.order.value = order([...list.children]);
    if (form.order.value !== order(before)) form.submit();
  }

  function putBack(entry) {
    if (held !== entry) return;
    const place = before.indexOf(entry);
    entry.before(...before.slice(0, place));
    entry.after(...before.slice(place + 1));
    hold(entry, false);
    say("back", entry);
  }

  for (const entry of list.children) {
    const grip = entry.firstElementChild;
    const on = (type, react) => grip.addEventListener(type, react);
    grip.hidden = false;
    on("pointerdown", (event) => {
      if (event.button || held) return;
      grip.setPointerCapture(event.pointerId);
      take(entry, true);
    });
    on("pointermove", ({ clientY }) => {
      if (held !== entry || !pointer) return;
      const middle = (one) => {
        const { top, height } = one.getBoundingClientRect();
        return top + height / 2;
      };
      const [up, down] = [entry.previousElementSibling, entry.nextElementSibling];
      if (down && clientY > middle(down)) step(true);
      else if (up && clientY < middle(up)) step(false);
    });
    on("pointerup", () => held === entry && pointer && drop());
    on("pointercancel", () => putBack(entry));
    on("blur", () => putBack(entry));
    on("keydown", (event) => {
      const { key } = event;
      if (key === " " || key === "Enter") held ? drop() : take(entry);
      else if (!held) return;
      else if (key === "Escape") putBack(entry);
      else if (/^Arrow(Up|Down)$/.test(key)) step(key === "ArrowDown");
      else return;
      event.preventDefault();
    });
  }
}
onload = () => document.querySelector(":target > .grip")?.focus();
