// Picture: one grey image on a canvas of its own, 0 white and 1 black.
gencoreParts.picture ??= (() => {
  const { clamp } = gencoreParts.numbers;
  const { describe, node } = gencoreParts.nodes;

  class Picture {
    constructor(name, size = 28) {
      this.size = size;
      this.canvas = node("canvas", { width: size, height: size, class: "gencore-picture" });
      describe(this.canvas, name);
      this.caption = node("div", { class: "gencore-caption" }, name);
      this.panel = node("div", { class: "gencore-image" }, this.canvas, this.caption);
    }

    show(pixels) {
      const context = this.canvas.getContext("2d");
      const image = context.createImageData(this.size, this.size);
      for (let i = 0; i < pixels.length; i++) {
        image.data.fill(Math.round(255 * (1 - clamp(pixels[i], 0, 1))), 4 * i, 4 * i + 3);
        image.data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
    }
  }

  return { Picture };
})();
