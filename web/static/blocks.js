// <backfile-blocks> shows what the archive has beside an article and counts what is followed. It only
// adds: where it cannot run, or nothing sensible answers, the page stays what it was.
"use strict";
(() => {
  const script = document.currentScript?.src;
  const style = ""; // blocks.css, when this is served
  const answers = { __proto__: null }; // one for an article, whichever elements of the page show parts of it
  const viewed = new Set();
  let sheet, headings = 0;

  const make = (tag, attributes, ...content) => {
    const node = document.createElement(tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.append(...content);
    return node;
  };

  const tell = (url, fact) => navigator.sendBeacon?.(url, JSON.stringify(fact));

  // Neither a tab in the background nor a page that is prepared in advance is visible.
  function view(url, receipt) {
    let timer;
    const count = () => {
      if (!viewed.has(receipt)) tell(url, { receipt });
      viewed.add(receipt);
    };
    const look = () => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(count, 1000);
    };
    document.addEventListener("visibilitychange", look);
    look();
  }

  async function ask(url) {
    const options = { credentials: "omit", signal: AbortSignal.timeout(3000) };
    return (await fetch(url, options)).json();
  }

  function day(published, language) {
    const date = published.slice(0, 10);
    try {
      return new Date(date).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" });
    } catch {
      return date; // what the page calls its language is none
    }
  }

  // A page may have the script twice.
  if (!customElements.get("backfile-blocks")) customElements.define("backfile-blocks", class extends HTMLElement {
    connectedCallback() {
      const start = () => this.#start();
      // What stands inside may not have been read yet.
      if (document.readyState === "loading") addEventListener("DOMContentLoaded", start, { once: true });
      else start();
    }

    async #start() {
      if (this.service) return;
      this.lang ||= this.closest("[lang]")?.lang ?? "";
      this.service = this.getAttribute("src")?.replace(/\/*$/, "/") ?? script;
      for (const kind of ["click", "auxclick"]) this.addEventListener(kind, this.#follow);
      const fragment = this.querySelector("[data-receipt]");
      try {
        // The image of a fragment counts its view.
        if (fragment?.querySelector("img")) return;
        const receipt = fragment ? fragment.dataset.receipt : await this.#fill();
        if (receipt) view(this.#api("views"), receipt);
      } catch {
        // What stood here stays.
      } finally {
        this.hidden = !this.children.length && !this.textContent.trim();
      }
    }

    #api(name) {
      return new URL(`api/v1/${name}`, this.service);
    }

    async #fill() {
      const given = (name) => this.getAttribute(name), id = given("article");
      const article = id || given("url") ||
        document.querySelector("link[rel=canonical]")?.href || location.href.split("#", 1);
      const url = this.#api("page-blocks?fallback=true"), asked = url.searchParams;
      asked.set(id ? "id" : "url", article);
      asked.set("lang", this.lang);
      for (const name of ["limit", "mode", "section", "recipe"])
        if (given(name)) asked.set(name, given(name));
      answers[article] ??= ask(url);
      const { blocks, receipt } = await answers[article].catch(() => delete answers[article]);
      // A block that stands on the page does not stand there twice.
      const stands = (name) => this.getRootNode().querySelector(`[data-receipt="${receipt}"] [data-block=${name}]`);
      const sections = (given("blocks") || "related editors_choice popular").match(/\w+/g)
        .flatMap((name) => (stands(name) ? [] : this.#section(name, blocks[name])));
      if (sections.length) {
        if (!sheet) {
          (sheet = new CSSStyleSheet()).replaceSync(style);
          document.adoptedStyleSheets.push(sheet);
        }
        this.replaceChildren(make("div", { class: "backfile-blocks", "data-receipt": receipt }, ...sections));
      }
      return receipt;
    }

    #section(name, block) {
      // Nothing but the web is followed.
      const items = (block?.items ?? []).filter(({ url }) => /^https?:/i.test(url));
      if (!items.length) return [];
      const level = /^[1-6]$/.exec(this.getAttribute("heading-level")) ?? 2, id = `backfile-${++headings}`;
      return make("section", { class: "backfile-block", "data-block": name, "aria-labelledby": id },
        make(`h${level}`, { id }, block.title),
        make("ol", {}, ...items.map((item) => this.#item(item))));
    }

    #item({ position, reason, url, title, published, reason_text }) {
      const when = published
        ? [make("time", { datetime: published }, day(published, this.lang)), " · "] : [];
      return make("li", { "data-position": position, "data-reason": reason },
        make("a", { href: url, dir: "auto" }, title || url), " ",
        make("span", { class: "backfile-meta" }, ...when, reason_text));
    }

    #follow({ target, isTrusted, type, button }) {
      const item = target.closest("a")?.closest("[data-position]");
      // Of the other buttons only the middle one opens a link.
      if (!item || !isTrusted || (type === "auxclick" && button !== 1)) return;
      const block = item.closest("[data-block]"), { receipt } = block.parentNode.dataset;
      tell(this.#api("clicks"), { receipt, block: block.dataset.block, position: +item.dataset.position });
    }
  });
})();
