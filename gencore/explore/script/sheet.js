// Sheet: images of 28 by 28 pixels in a row, or in several rows, on one canvas.
gencoreParts.sheet ??= (() => {
  const { describe, node } = gencoreParts.nodes;

  class Sheet {
    constructor(name, count, columns) {
      this.columns = columns;
      const size = { width: 30 * columns - 2, height: 30 * Math.ceil(count / columns) - 2 };
      this.canvas = node("canvas", { ...size, class: "gencore-picture" });
      this.caption = node("div", { class: "gencore-caption" });
      this.panel = node("div", { class: "gencore-row" }, this.caption, this.canvas);
      this.call(name);
    }

    call(name) {
      describe(this.canvas, name);
      this.caption.textContent = name;
    }

    /** Show the first images of an array with values up to `most`, which is drawn black. */
    show(pixels, most) {
      const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
      const image = context.createImageData(width, height);
      image.data.fill(255);
      for (let i = 0; i < pixels.length; i++) {
        const tile = Math.floor(i / 784), x = i % 28, y = Math.floor((i % 784) / 28);
        const down = 30 * Math.floor(tile / this.columns) + y;
        const across = 30 * (tile % this.columns) + x, at = 4 * (down * width + across);
        image.data.fill(Math.round(255 * (1 - pixels[i] / most)), at, at + 3);
      }
      context.putImageData(image, 0, 0);
    }
  }

  return { Sheet };
})();
