// Plot: a frame with axes, and curves, dots and words inside.
gencoreParts.plot ??= (() => {
  const { clamp } = gencoreParts.numbers;
  const { INK } = gencoreParts.colours;
  const { node } = gencoreParts.nodes;
  const { label, powers, ticks } = gencoreParts.ticks;

  /** `paint(plot)` draws what the frame holds, again after every change of its width. */
  class Plot {
    constructor(frame, paint, ratio = 1) {
      Object.assign(this, frame, { paint, ratio });
      this.canvas = node("canvas", { class: "gencore-plot" });
      this.canvas.style.aspectRatio = `1 / ${ratio}`;
      this.panel = node("div", { class: "gencore-panel" }, this.canvas);
      this.background = null;
      new ResizeObserver(() => this.fit()).observe(this.canvas);
    }

    fit() {
      const width = this.canvas.clientWidth, dense = window.devicePixelRatio || 1;
      if (!width) return;
      this.width = width;
      this.height = Math.round(width * this.ratio);
      this.canvas.width = Math.round(width * dense);
      this.canvas.height = Math.round(this.height * dense);
      this.context = this.canvas.getContext("2d");
      this.context.setTransform(dense, 0, 0, dense, 0, 0);
      this.background = null;
      this.draw();
    }

    draw() {
      if (!this.context) return;
      this.context.clearRect(0, 0, this.width, this.height);
      this.paint(this);
    }

    /** Paint what stays once, and copy it from then on. */
    still(paint) {
      if (!this.background) {
        paint();
        this.background = node("canvas", { width: this.canvas.width, height: this.canvas.height });
        this.background.getContext("2d").drawImage(this.canvas, 0, 0);
      } else {
        this.context.drawImage(this.background, 0, 0, this.width, this.height);
      }
    }

    get box() {
      return { left: 54, right: this.width - 8, top: 10, bottom: this.height - 36 };
    }

    px(x) {
      const { left, right } = this.box, [low, high] = this.x;
      return left + ((x - low) / (high - low)) * (right - left);
    }

    py(y) {
      const { top, bottom } = this.box, [low, high] = this.y.map((end) => this.level(end));
      return bottom - ((this.level(y) - low) / (high - low)) * (bottom - top);
    }

    level(y) {
      return this.log ? Math.log10(Math.max(y, 1e-12)) : y;
    }

    /** Return the place in the frame that a pointer is at. */
    place(event) {
      const bounds = this.canvas.getBoundingClientRect(), { left, right, top, bottom } = this.box;
      const across = (event.clientX - bounds.left - left) / (right - left);
      const up = (bottom - event.clientY + bounds.top) / (bottom - top);
      const [leftmost, rightmost] = this.x, [lowest, highest] = this.y;
      return [
        clamp(leftmost + across * (rightmost - leftmost), leftmost, rightmost),
        clamp(lowest + up * (highest - lowest), lowest, highest),
      ];
    }

    axes() {
      const { context } = this, { left, right, top, bottom } = this.box;
      context.font = "12px sans-serif";
      context.lineWidth = 1;
      context.setLineDash([]);
      for (const x of ticks(...this.x)) {
        this.stroke([[this.px(x), top], [this.px(x), bottom]], "#e4e4e4");
        this.text(label(x), this.px(x), bottom + 12, "center");
      }
      for (const y of this.log ? powers(...this.y) : ticks(...this.y)) {
        this.stroke([[left, this.py(y)], [right, this.py(y)]], "#e4e4e4");
        this.text(label(y), left - 5, this.py(y), "right");
      }
      this.stroke([[left, top], [left, bottom], [right, bottom]], INK);
      this.text(this.xlabel || "", (left + right) / 2, this.height - 8, "center");
      context.save();
      context.translate(9, (top + bottom) / 2);
      context.rotate(-Math.PI / 2);
      this.text(this.ylabel || "", 0, 0, "center");
      context.restore();
    }

    text(words, x, y, align = "left", colour = INK) {
      const { context } = this;
      Object.assign(context, { fillStyle: colour, textAlign: align, textBaseline: "middle" });
      context.fillText(words, x, y);
    }

    stroke(points, colour, width = 1, dash = []) {
      const { context } = this;
      context.beginPath();
      Object.assign(context, { strokeStyle: colour, lineWidth: width });
      context.setLineDash(dash);
      points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
      context.setLineDash([]);
    }

    /** Draw a curve inside the frame; values that are not finite interrupt it. */
    line(xs, ys, colour, dash = [], width = 2) {
      const { left, right, top, bottom } = this.box;
      this.context.save();
      this.context.beginPath();
      this.context.rect(left, top, right - left, bottom - top);
      this.context.clip();
      let part = [];
      for (let i = 0; i <= xs.length; i++) {
        if (i < xs.length && Number.isFinite(ys[i])) {
          part.push([this.px(xs[i]), clamp(this.py(ys[i]), -1e4, 1e4)]);
        } else if (part.length) {
          this.stroke(part, colour, width, dash);
          part = [];
        }
      }
      this.context.restore();
    }

    /** Draw a line from the top of the frame to its bottom. */
    upright(x, colour) {
      const { top, bottom } = this.box, here = this.px(x);
      this.stroke([[here, top], [here, bottom]], colour, 1, [4, 3]);
    }

    dot(x, y, colour, radius = 4, filled = true) {
      const { context } = this;
      context.beginPath();
      context.arc(this.px(x), this.py(y), radius, 0, 2 * Math.PI);
      Object.assign(context, { fillStyle: colour, strokeStyle: colour, lineWidth: 2 });
      if (filled) context.fill();
      else context.stroke();
    }

    legend(entries, x = this.box.left + 8, y = this.box.top + 8) {
      this.context.font = "12px sans-serif";
      entries.forEach(([name, colour, dash], i) => {
        this.stroke([[x, y + 16 * i], [x + 26, y + 16 * i]], colour, 2, dash);
        this.text(name, x + 32, y + 16 * i);
      });
    }
  }

  return { Plot };
})();
