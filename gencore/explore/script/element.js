// Element: where a figure lives in a page. It reads the numbers inside and starts the figure of
// their kind; the files of the kinds register here.
gencoreParts.element ??= (() => {
  const { unpacked } = gencoreParts.numbers;
  const { node } = gencoreParts.nodes;
  const kinds = {}, waiting = {};
  let count = 0;

  /** Let `build(figure, data)` start every figure of a kind; it returns what is live in it. */
  function register(kind, build) {
    if (kinds[kind]) return; // another figure of the page brought it along
    kinds[kind] = build;
    for (const element of waiting[kind] || []) element.start();
  }

  customElements.define("gencore-explorer", class extends HTMLElement {
    connectedCallback() {
      if (this.live) return;
      // While the page is read the numbers inside the element have not been parsed yet.
      if (document.readyState !== "loading") setTimeout(() => this.start());
      else document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
    }

    start() {
      const source = this.querySelector("script[type='application/json']");
      if (this.live || !source) return;
      const { kind, data } = JSON.parse(source.textContent, unpacked);
      // A notebook may show the element before it runs the script that brings its kind along.
      if (!kinds[kind]) return void (waiting[kind] ||= []).push(this);
      const about = this.querySelector(".gencore-about");
      about.id = `gencore-explorer-${++count}`;
      this.setAttribute("aria-describedby", about.id);
      this.classList.add("gencore-running");
      this.panels = node("div", { class: "gencore-stage" });
      this.controls = node("div", { class: "gencore-controls" });
      this.status = node("p", { class: "gencore-status", role: "status" });
      this.append(this.panels, this.controls, this.status);
      this.live = kinds[kind](this, data);
    }

    stage(...panels) { this.panels.append(...panels); }
    control(...controls) { this.controls.append(...controls); }
    say(words) { this.status.textContent = words; }
  });

  return { register };
})();
