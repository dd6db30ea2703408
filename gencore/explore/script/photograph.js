// Photograph: a picture in colour that travels compressed, with words under it.
gencoreParts.photograph ??= (() => {
  const { node } = gencoreParts.nodes;

  class Photograph {
    constructor(name, source) {
      this.image = node("img", { class: "gencore-photograph", alt: `a picture: ${name}`, src: source });
      this.caption = node("div", { class: "gencore-caption" }, name);
      this.panel = node("div", { class: "gencore-image gencore-colour" }, this.image, this.caption);
    }

    show(name, source) {
      this.image.setAttribute("alt", `a picture: ${name}`);
      this.image.setAttribute("src", source);
      this.caption.textContent = name;
    }
  }

  return { Photograph };
})();
