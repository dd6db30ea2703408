// Brings the interactive figures of the book to life. gencore/explore.py writes the elements, each
// with its numbers inside; everything is computed here, in the page, and nothing is fetched.
(() => {
  "use strict";
  if (customElements.get("gencore-explorer")) return; // another figure of the page was first

  const BLUE = "#0072B2", ORANGE = "#D55E00", GREEN = "#009E73", GREY = "#8a8a8a", INK = "#1b1b1b";
  const COLORS = [BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
  const CLASSES = ["#1f77b4", "#d95f02", "#2ca02c", "#d62728", "#9467bd",
    "#8c564b", "#c2379a", "#5b5b5b", "#8a8b00", "#0f8fa0"];
  const DASHES = [[], [7, 4], [8, 3, 2, 3], [2, 3]];
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const inside = (value, [low, high]) => value >= low && value <= high;
  const fixed = (value, digits = 2) => value.toFixed(digits).replace("-", "\u2212");

  // --- Numbers that travel as text ---------------------------------------------------------------

  function half(bits) {
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    if (!exponent) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  function unpacked(key, value) {
    if (!value || typeof value.base64 !== "string") return value;
    const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
    const read = {
      float64: () => new Float64Array(bytes.buffer),
      float16: () => Float32Array.from(new Uint16Array(bytes.buffer), half),
      uint8: () => bytes,
      uint4: () => Uint8Array.from({ length: 2 * bytes.length }, (_, i) =>
        i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4),
    };
    const array = read[value.type]();
    array.shape = value.shape;
    return array;
  }

  const row = (array, i) => array.subarray(i * array.shape[1], (i + 1) * array.shape[1]);

  // --- Networks: images are flat, row after row, channels innermost, as Keras flattens them -------

  const ACTIVATIONS = {
    relu: (v) => (v > 0 ? v : 0),
    silu: (v) => v / (1 + Math.exp(-v)),
    sigmoid: (v) => 1 / (1 + Math.exp(-v)),
    tanh: Math.tanh,
  };

  const LAYERS = {
    dense({ kernel, bias }, x) {
      const n = bias.length, y = Float32Array.from(bias);
      for (let i = 0; i < x.length; i++) {
        const v = x[i], base = i * n;
        if (v) for (let j = 0; j < n; j++) y[j] += v * kernel[base + j];
      }
      return y;
    },

    // Both convolutions pad as "same" does. The transposed one goes the way of a convolution from
    // its output to its input backwards; its kernel comes as (height, width, in, out) too.
    convolution({ kernel, bias, input, output, stride }, x) {
      const [height, width, from] = input, [rows, columns, to] = output, size = kernel.shape[0];
      const before = Math.max(0, (rows - 1) * stride + size - height) >> 1;
      const y = new Float32Array(rows * columns * to);
      for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
        const out = (r * columns + c) * to;
        for (let k = 0; k < to; k++) y[out + k] = bias[k];
        for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) {
          const h = r * stride + a - before, w = c * stride + b - before;
          if (h >= 0 && h < height && w >= 0 && w < width) {
            spread(kernel, (a * size + b) * from * to, x, (h * width + w) * from, from, y, out, to);
          }
        }
      }
      return y;
    },

    transposed({ kernel, bias, input, output, stride }, x) {
      const [height, width, from] = input, [rows, columns, to] = output, size = kernel.shape[0];
      const before = Math.max(0, (height - 1) * stride + size - rows) >> 1;
      const y = new Float32Array(rows * columns * to);
      for (let i = 0; i < y.length; i++) y[i] = bias[i % to];
      for (let h = 0; h < height; h++) for (let w = 0; w < width; w++) {
        for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) {
          const r = h * stride + a - before, c = w * stride + b - before;
          if (r >= 0 && r < rows && c >= 0 && c < columns) {
            const out = (r * columns + c) * to;
            spread(kernel, (a * size + b) * from * to, x, (h * width + w) * from, from, y, out, to);
          }
        }
      }
      return y;
    },
  };

  function spread(kernel, start, x, at, from, y, out, to) {
    for (let i = 0; i < from; i++) {
      const v = x[at + i], base = start + i * to;
      if (v) for (let k = 0; k < to; k++) y[out + k] += v * kernel[base + k];
    }
  }

  function run(network, x) {
    for (const layer of network) {
      x = LAYERS[layer.kind](layer, x);
      const f = ACTIVATIONS[layer.activation];
      if (f) for (let i = 0; i < x.length; i++) x[i] = f(x[i]);
    }
    return x;
  }

  // --- Drawing -----------------------------------------------------------------------------------

  function node(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** Grey images side by side are canvases of their own: 0 white, 1 black. */
  class Picture {
    constructor(name, size = 28) {
      this.size = size;
      this.canvas = node("canvas", { width: size, height: size, class: "gencore-picture" });
      this.canvas.setAttribute("role", "img");
      this.canvas.setAttribute("aria-label", name);
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

  /** Images of 28 by 28 pixels in a row, or in several rows. */
  class Sheet {
    constructor(name, count, columns) {
      this.columns = columns;
      const size = { width: 30 * columns - 2, height: 30 * Math.ceil(count / columns) - 2 };
      this.canvas = node("canvas", { ...size, class: "gencore-picture", role: "img" });
      this.caption = node("div", { class: "gencore-caption" });
      this.panel = node("div", { class: "gencore-row" }, this.caption, this.canvas);
      this.call(name);
    }
    call(name) {
      this.canvas.setAttribute("aria-label", name);
      this.caption.textContent = name;
    }
    /** Show the first images of an array with values up to `white`, which is drawn black. */
    show(pixels, white) {
      const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
      const image = context.createImageData(width, height);
      image.data.fill(255);
      for (let i = 0; i < pixels.length; i++) {
        const tile = Math.floor(i / 784), x = i % 28, y = Math.floor((i % 784) / 28);
        const down = 30 * Math.floor(tile / this.columns) + y, across = 30 * (tile % this.columns) + x;
        const at = 4 * (down * width + across);
        image.data.fill(Math.round(255 * (1 - pixels[i] / white)), at, at + 3);
      }
      context.putImageData(image, 0, 0);
    }
  }

  /** A frame with axes; `paint(plot)` draws what it holds, again after every change of width. */
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
      const { top, bottom } = this.box, [low, high] = this.y.map((v) => this.level(v));
      return bottom - ((this.level(y) - low) / (high - low)) * (bottom - top);
    }
    level(y) {
      return this.log ? Math.log10(Math.max(y, 1e-12)) : y;
    }
    place(event) {
      const bounds = this.canvas.getBoundingClientRect(), { left, right, top, bottom } = this.box;
      const u = (event.clientX - bounds.left - left) / (right - left);
      const v = (bottom - event.clientY + bounds.top) / (bottom - top);
      const [xlow, xhigh] = this.x, [ylow, yhigh] = this.y;
      return [
        clamp(xlow + u * (xhigh - xlow), xlow, xhigh),
        clamp(ylow + v * (yhigh - ylow), ylow, yhigh),
      ];
    }
    axes() {
      const { context: c } = this, { left, right, top, bottom } = this.box;
      c.font = "12px sans-serif";
      c.lineWidth = 1;
      c.setLineDash([]);
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
      c.save();
      c.translate(9, (top + bottom) / 2);
      c.rotate(-Math.PI / 2);
      this.text(this.ylabel || "", 0, 0, "center");
      c.restore();
    }
    text(words, x, y, align = "left", color = INK) {
      Object.assign(this.context, { fillStyle: color, textAlign: align, textBaseline: "middle" });
      this.context.fillText(words, x, y);
    }
    stroke(points, color, width = 1, dash = []) {
      const { context: c } = this;
      c.beginPath();
      Object.assign(c, { strokeStyle: color, lineWidth: width });
      c.setLineDash(dash);
      points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
      c.stroke();
      c.setLineDash([]);
    }
    /** Draw a curve inside the frame; values that are not finite interrupt it. */
    line(xs, ys, color, dash = [], width = 2) {
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
          this.stroke(part, color, width, dash);
          part = [];
        }
      }
      this.context.restore();
    }
    dot(x, y, color, radius = 4, filled = true) {
      const { context: c } = this;
      c.beginPath();
      c.arc(this.px(x), this.py(y), radius, 0, 2 * Math.PI);
      Object.assign(c, { fillStyle: color, strokeStyle: color, lineWidth: 2 });
      if (filled) c.fill();
      else c.stroke();
    }
    legend(entries, x = this.box.left + 8, y = this.box.top + 8) {
      this.context.font = "12px sans-serif";
      entries.forEach(([name, color, dash], i) => {
        this.stroke([[x, y + 16 * i], [x + 26, y + 16 * i]], color, 2, dash);
        this.text(name, x + 32, y + 16 * i);
      });
    }
  }

  function ticks(low, high) {
    const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((s) => s * power >= rough * 0.999) * power, found = [];
    for (let k = Math.ceil(low / step); k * step <= high + 1e-9; k++) found.push(k * step);
    return found;
  }
  function powers(low, high) {
    const first = Math.ceil(Math.log10(low)), last = Math.floor(Math.log10(high)), found = [];
    const step = Math.max(1, Math.ceil((last - first) / 5));
    for (let k = first; k <= last; k += step) found.push(10 ** k);
    if (found.length > 1) return found;
    // Within a decade or two: 1, 2, 5 and their tenfold.
    const steps = [first - 1, first, first + 1].flatMap((k) => [1, 2, 5].map((m) => m * 10 ** k));
    return steps.filter((value) => value >= low && value <= high);
  }
  function label(value) {
    const small = Math.abs(value) < 1e-12 ? 0 : value;
    const text = small && Math.abs(Math.log10(Math.abs(small))) > 3.5
      ? small.toExponential(0) : String(+small.toPrecision(3));
    return text.replace("-", "\u2212");
  }

  // --- Controls: the browser's own, so that touch and keyboard come with them ---------------------

  function slider(name, { min, max, step, value }, words, change) {
    const input = node("input", { type: "range", min, max, step });
    const said = node("output", {}, words(value));
    input.value = value;
    input.setAttribute("aria-valuetext", words(value));
    input.addEventListener("input", () => {
      said.textContent = words(+input.value);
      input.setAttribute("aria-valuetext", said.textContent);
      change(+input.value);
    });
    return node("label", {}, node("span", {}, name), input, said);
  }
  function choice(name, options, change) {
    const select = node("select");
    options.forEach((option, i) => select.append(node("option", { value: i }, option)));
    select.addEventListener("change", () => change(+select.value));
    return node("label", {}, node("span", {}, name), select);
  }
  function button(name, press) {
    const made = node("button", { type: "button" }, name);
    made.addEventListener("click", press);
    return made;
  }

  const ARROWS = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  };

  /** Let a point of a canvas be dragged, tapped, and moved by the arrow keys. */
  function draggable(canvas, name, { begin, move, nudge, key }) {
    canvas.tabIndex = 0;
    canvas.classList.add("gencore-touch");
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", name);
    let down = false;
    canvas.addEventListener("pointerdown", (event) => {
      down = true;
      canvas.setPointerCapture(event.pointerId);
      (begin || move)(event);
    });
    canvas.addEventListener("pointermove", (event) => down && move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => { down = false; });
    }
    canvas.addEventListener("keydown", (event) => {
      if (ARROWS[event.key]) nudge(...ARROWS[event.key], event.shiftKey);
      else if (!key || !key(event.key)) return;
      event.preventDefault();
    });
  }

  // --- The figures -------------------------------------------------------------------------------

  const FIGURES = {
    latent_map(figure, { models, labels }) {
      const state = { model: models[0], code: null, pixels: null, milliseconds: 0, draw: -1 };
      const picture = new Picture("decoded image");
      picture.panel.classList.add("gencore-large");
      const plot = new Plot({ xlabel: "first coordinate", ylabel: "second coordinate" }, () => {
        plot.still(() => {
          plot.axes();
          plot.context.font = "10px sans-serif";
          const { codes, draws } = state.model;
          for (let i = 0; i < draws.shape[0]; i++) plot.dot(...row(draws, i), "#b4b4b4", 1.5);
          for (let i = 0; i < labels.length; i++) {
            const [x, y] = row(codes, i);
            if (!inside(x, plot.x) || !inside(y, plot.y)) continue;
            plot.text(labels[i], plot.px(x), plot.py(y), "center", CLASSES[labels[i]]);
          }
        });
        plot.dot(...state.code, "#ffffff", 9);
        plot.dot(...state.code, "#000000", 9, false);
        plot.dot(...state.code, ORANGE, 5);
      });

      function decode(code) {
        const start = performance.now();
        state.pixels = run(state.model.decoder, Float32Array.from(code));
        state.milliseconds = performance.now() - start;
        return state.pixels;
      }
      function nearest([x, y]) {
        const { codes } = state.model, counts = new Array(10).fill(0), found = [];
        for (let i = 0; i < labels.length; i++) {
          const [u, v] = row(codes, i);
          found.push([(u - x) ** 2 + (v - y) ** 2, labels[i]]);
        }
        found.sort((a, b) => a[0] - b[0]);
        found.slice(0, 10).forEach(([, digit]) => counts[digit]++);
        const digits = counts.map((n, digit) => [n, digit]).filter(([n]) => n);
        digits.sort((a, b) => b[0] - a[0]);
        return digits.map(([n, digit]) => `${n} \u00d7 ${digit}`).join(", ");
      }
      function put(code, before = "") {
        const [xlow, xhigh] = plot.x, [ylow, yhigh] = plot.y;
        state.code = [clamp(code[0], xlow, xhigh), clamp(code[1], ylow, yhigh)];
        picture.show(decode(state.code));
        plot.draw();
        const [x, y] = state.code;
        figure.say(`${before}Code (${fixed(x)}, ${fixed(y)}). Its ten nearest digits: ${nearest(state.code)}.`);
      }
      function use(model) {
        state.model = model;
        plot.x = model.extent.slice(0, 2);
        plot.y = model.extent.slice(2);
        plot.background = null;
        state.draw = -1;
        next.hidden = !model.draws.length;
        put(model.start);
      }
      const next = button("Draw a code from the prior", () => {
        const { draws } = state.model;
        state.draw = (state.draw + 1) % draws.shape[0];
        put(row(draws, state.draw), "Drawn from the prior. ");
      });

      draggable(plot.canvas, "plane of codes; arrow keys move the point", {
        move: (event) => put(plot.place(event)),
        nudge: (dx, dy, far) => {
          const step = (far ? 0.1 : 0.02) * (plot.x[1] - plot.x[0]);
          put([state.code[0] + dx * step, state.code[1] + dy * step]);
        },
      });
      figure.stage(plot.panel, picture.panel);
      if (models.length > 1) {
        figure.control(choice("Model", models.map((m) => m.name), (i) => use(models[i])));
      }
      figure.control(next);
      use(models[0]);
      return Object.assign(state, { decode });
    },

    draw_and_reconstruct(figure, { models, examples }) {
      const SIZE = 28, ink = new Float32Array(SIZE * SIZE), noise = normal(SIZE * SIZE);
      const state = { ink, seen: null, copies: [], milliseconds: 0, variance: 0 };
      const drawing = new Picture("your drawing"), seen = new Picture("what the models see");
      const copies = models.map((model) => new Picture(model.name));
      let pen = null, lifted = true, cursor = [14, 14], example = -1;

      function refresh() {
        const sigma = Math.sqrt(state.variance);
        state.seen = ink.map((v, i) => clamp(v + sigma * noise[i], 0, 1));
        const start = performance.now();
        state.copies = models.map((m) => run(m.decoder, run(m.encoder, state.seen)));
        state.milliseconds = performance.now() - start;
        drawing.show(ink);
        seen.show(state.seen);
        copies.forEach((picture, i) => picture.show(state.copies[i]));
        const errors = state.copies.map((copy) => copy.reduce((s, v, i) => s + (v - ink[i]) ** 2, 0));
        const said = models.map((m, i) => `${m.name} ${fixed(errors[i], 1)}`).join(", ");
        figure.say(`Squared error against the drawing: ${said}.`);
      }
      /** Lay ink along a segment: a pen one and a half pixels wide with a soft edge. */
      function stroke([x0, y0], [x1, y1]) {
        const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
        for (let r = 0; r < SIZE; r++) for (let c = 0; c < SIZE; c++) {
          const along = ((c - x0) * (x1 - x0) + (r - y0) * (y1 - y0)) / (length || 1);
          const t = clamp(along, 0, 1);
          const distance = Math.hypot(c - x0 - t * (x1 - x0), r - y0 - t * (y1 - y0));
          ink[r * SIZE + c] = Math.max(ink[r * SIZE + c], clamp(1.9 - distance, 0, 1));
        }
        refresh();
      }
      function place(event) {
        const bounds = drawing.canvas.getBoundingClientRect(), unit = SIZE / bounds.width;
        return [(event.clientX - bounds.left) * unit - 0.5, (event.clientY - bounds.top) * unit - 0.5];
      }
      function copy(pixels) {
        ink.set(pixels);
        refresh();
      }

      draggable(drawing.canvas, "drawing; arrow keys move the pen, space lowers and lifts it", {
        begin: (event) => { pen = place(event); stroke(pen, pen); },
        move: (event) => { const next = place(event); stroke(pen, next); pen = next; },
        nudge: (dx, dy) => {
          const next = [clamp(cursor[0] + dx, 0, 27), clamp(cursor[1] - dy, 0, 27)];
          if (!lifted) stroke(cursor, next);
          cursor = next;
          figure.say(`Pen ${lifted ? "up" : "down"} at column ${cursor[0]}, row ${cursor[1]}.`);
        },
        key: (name) => {
          if (name !== " ") return false;
          lifted = !lifted;
          if (!lifted) stroke(cursor, cursor);
          figure.say(`Pen ${lifted ? "up" : "down"}.`);
          return true;
        },
      });
      figure.stage(drawing.panel, seen.panel, ...copies.map((picture) => picture.panel));
      const scale = { min: 0, max: 0.5, step: 0.01, value: 0 };
      figure.control(
        button("Clear", () => copy(new Float32Array(SIZE * SIZE))),
        button("Next test digit", () => {
          example = (example + 1) % examples.shape[0];
          copy(Float32Array.from(row(examples, example), (v) => v / 255));
        }),
        slider("Variance of the noise", scale, (v) => fixed(v), (value) => {
          state.variance = value;
          refresh();
        }),
      );
      copy(Float32Array.from(row(examples, (example = 0)), (v) => v / 255));
      return Object.assign(state, { refresh });
    },

    game(figure, { start }) {
      const state = { game: 0, rule: 0, eta: 0.3, steps: 60, penalty: 0, start, path: [] };
      const sigmoid = ACTIVATIONS.sigmoid;
      const GAMES = [
        ["bilinear game", (x, y) => [y, x]],
        ["Dirac-GAN", (x, y) => [-sigmoid(x * y) * y, -sigmoid(x * y) * x - state.penalty * y]],
      ];
      const RULES = [
        ["simultaneous", (field, x, y, eta) => {
          const [gx, gy] = field(x, y);
          return [x - eta * gx, y + eta * gy];
        }],
        ["alternating", (field, x, y, eta) => {
          x -= eta * field(x, y)[0];
          return [x, y + eta * field(x, y)[1]];
        }],
        ["extragradient", (field, x, y, eta) => {
          const [gx, gy] = field(x, y), [hx, hy] = field(x - eta * gx, y + eta * gy);
          return [x - eta * hx, y + eta * hy];
        }],
      ];
      const FAR = 1e6;
      const plane = new Plot({ x: [-2.5, 2.5], y: [-2.5, 2.5], xlabel: "player x", ylabel: "player y" }, () => {
        plane.axes();
        const field = GAMES[state.game][1];
        for (let x = -2.25; x < 2.5; x += 0.5) for (let y = -2.25; y < 2.5; y += 0.5) {
          const [gx, gy] = field(x, y), scale = 0.12;
          const tip = [plane.px(x - scale * gx), plane.py(y + scale * gy)];
          plane.stroke([[plane.px(x), plane.py(y)], tip], "#b0b0b0", 1.2);
          plane.context.fillStyle = "#909090";
          plane.context.fillRect(tip[0] - 1.5, tip[1] - 1.5, 3, 3);
        }
        const xs = state.path.map((p) => p[0]), ys = state.path.map((p) => p[1]);
        plane.line(xs, ys, BLUE, [], 1.5);
        for (const [x, y] of state.path) {
          if (Math.max(Math.abs(x), Math.abs(y)) <= 2.5) plane.dot(x, y, BLUE, 2);
        }
        plane.dot(...state.start, ORANGE, 6);
        plane.text("+", plane.px(0), plane.py(0), "center");
      });
      const frame = { log: true, xlabel: "step", ylabel: "distance from the equilibrium" };
      const far = new Plot(frame, () => {
        far.axes();
        far.line(state.path.map((_, i) => i), distances(), BLUE);
      });
      const distances = () => state.path.map(([x, y]) => Math.hypot(x, y));

      function play() {
        const field = GAMES[state.game][1], step = RULES[state.rule][1];
        state.path = [state.start];
        for (let i = 0; i < state.steps; i++) {
          const next = step(field, ...state.path[i], state.eta);
          if (!(Math.hypot(...next) < FAR)) break;
          state.path.push(next);
        }
        const d = distances(), finite = d.filter((v) => v > 0), done = state.path.length - 1;
        far.x = [0, state.steps];
        far.y = [Math.min(0.1, ...finite) / 2, Math.max(10, ...finite) * 2];
        penalty.hidden = state.game !== 1;
        plane.draw();
        far.draw();
        const gone = done < state.steps ? "; then they leave every bound" : "";
        figure.say(`${RULES[state.rule][0]} steps: the distance goes from ${fixed(d[0])} to ` +
          `${d[done].toPrecision(3)} in ${done} steps${gone}.`);
      }
      function begin(place) {
        state.start = place.map((v) => clamp(v, -2.5, 2.5));
        play();
      }
      const set = (name) => (value) => { state[name] = value; play(); };
      const penalty = slider("Penalty", { min: 0, max: 2, step: 0.05, value: 0 }, (v) => fixed(v), set("penalty"));

      draggable(plane.canvas, "plane of the two players; arrow keys move the start", {
        move: (event) => begin(plane.place(event)),
        nudge: (dx, dy, much) => {
          const step = much ? 0.5 : 0.1;
          begin([state.start[0] + dx * step, state.start[1] + dy * step]);
        },
      });
      far.canvas.setAttribute("role", "img");
      far.canvas.setAttribute("aria-label", "distance from the equilibrium after each step");
      figure.stage(plane.panel, far.panel);
      figure.control(
        choice("Game", GAMES.map(([name]) => name), set("game")),
        choice("Rule", RULES.map(([name]) => name), set("rule")),
        slider("Step size", { min: 0.02, max: 1.5, step: 0.02, value: 0.3 }, (v) => fixed(v), set("eta")),
        slider("Steps", { min: 1, max: 200, step: 1, value: 60 }, String, set("steps")),
        penalty,
      );
      play();
      return Object.assign(state, { play });
    },

    em_steps(figure, { points, weights, means, variances, bounds, evidence }) {
      const n = points.shape[0], parts = weights.shape[1], last = bounds.length - 1;
      const state = { step: 0, responsibilities: null };
      const hues = COLORS.slice(0, 6).map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)));
      const xs = points.filter((_, i) => i % 2 === 0), ys = points.filter((_, i) => i % 2);

      function e_step(round) {
        const found = new Float64Array(n * parts), [w, m, v] = [weights, means, variances];
        for (let i = 0; i < n; i++) {
          const log = [];
          for (let k = 0; k < parts; k++) {
            const at = 2 * (round * parts + k);
            let value = Math.log(w[round * parts + k]);
            for (const [d, x] of [[0, xs[i]], [1, ys[i]]]) {
              value -= (x - m[at + d]) ** 2 / (2 * v[at + d]) + 0.5 * Math.log(2 * Math.PI * v[at + d]);
            }
            log.push(value);
          }
          const top = Math.max(...log), each = log.map((value) => Math.exp(value - top));
          const total = each.reduce((a, b) => a + b);
          each.forEach((value, k) => { found[i * parts + k] = value / total; });
        }
        found.shape = [n, parts];
        return found;
      }

      const plane = new Plot({ x: range(xs), y: range(ys), xlabel: "first component", ylabel: "second component" }, () => {
        plane.axes();
        const q = state.responsibilities, c = plane.context;
        for (let i = 0; i < n; i++) {
          const mixed = [0, 1, 2].map((d) => {
            let sum = 0;
            for (let k = 0; k < parts; k++) sum += q[i * parts + k] * hues[k % 6][d];
            return Math.round(sum);
          });
          c.fillStyle = `rgb(${mixed})`;
          c.fillRect(plane.px(xs[i]) - 1.5, plane.py(ys[i]) - 1.5, 3, 3);
        }
        const round = Math.ceil(state.step / 2);
        for (let k = 0; k < parts; k++) {
          const at = 2 * (round * parts + k), ellipse = [];
          for (let a = 0; a <= 60; a++) {
            const turn = (a / 60) * 2 * Math.PI;
            ellipse.push([
              plane.px(means[at] + Math.sqrt(variances[at]) * Math.cos(turn)),
              plane.py(means[at + 1] + Math.sqrt(variances[at + 1]) * Math.sin(turn)),
            ]);
          }
          plane.stroke(ellipse, "#ffffff", 5);
          plane.stroke(ellipse, COLORS[k % 6], 2.5, DASHES[k % 4]);
        }
      });
      const low = Math.min(...bounds.slice(1)), high = Math.max(...evidence);
      const frame = { x: [0, last], y: [low - 0.1 * (high - low), high + 0.1 * (high - low)], xlabel: "half-step", ylabel: "nats per point" };
      const curve = new Plot(frame, () => {
        curve.axes();
        const steps = Array.from(evidence, (_, i) => i), { bottom } = curve.box;
        curve.line(steps, evidence, BLUE);
        steps.slice(0, state.step + 1).forEach((i) => {
          if (bounds[i] >= frame.y[0]) curve.dot(i, bounds[i], i % 2 ? GREEN : ORANGE, 3.5);
        });
        const here = curve.px(state.step);
        curve.stroke([[here, curve.box.top], [here, bottom]], INK, 1, [4, 3]);
        const left = curve.box.right - 170;
        curve.legend([["log p(x)", BLUE, []]], left, bottom - 52);
        [["bound, after an E-step", ORANGE], ["bound, after an M-step", GREEN]].forEach(
          ([words, color], i) => {
            curve.text("\u25cf", left + 13, bottom - 34 + 18 * i, "center", color);
            curve.text(words, left + 32, bottom - 34 + 18 * i);
          },
        );
      });
      for (const [plot, name] of [[plane, "points and components"], [curve, "bound and log-likelihood"]]) {
        plot.canvas.setAttribute("role", "img");
        plot.canvas.setAttribute("aria-label", name);
      }
      const words = (i) => i % 2 ? `round ${(i + 1) / 2}: M-step` : `round ${i / 2 + 1}: E-step`;
      function show(step) {
        state.step = step;
        state.responsibilities = e_step(Math.floor(step / 2));
        plane.draw();
        curve.draw();
        figure.say(`After the ${words(step).replace(/.*: /, "")} of ${words(step).split(":")[0]}: ` +
          `bound ${fixed(bounds[step], 4)}, log-likelihood ${fixed(evidence[step], 4)} nats per point.`);
      }
      figure.stage(plane.panel, curve.panel);
      figure.control(slider("Half-step", { min: 0, max: last, step: 1, value: 0 }, words, show));
      show(0);
      return Object.assign(state, { e_step });
    },

    gan_training(figure, { grid, real, names, generated, discriminator }) {
      const frames = names.length, state = { frame: 0, overlap: 0 };
      const curve = (array) => row(array, state.frame);
      const frame = { x: [grid[0], grid[grid.length - 1]], y: [0, 1.35], xlabel: "x" };
      const plot = new Plot(frame, () => {
        plot.axes();
        const q = curve(generated), d = curve(discriminator);
        const best = Array.from(real, (p, i) => (p + q[i] > 1e-3 ? p / (p + q[i]) : NaN));
        const shown = [["data p", real, BLUE, []], ["samples q", q, ORANGE, DASHES[1]],
          ["discriminator D", d, GREEN, DASHES[2]], ["best answer D*", best, INK, DASHES[3]]];
        shown.forEach(([, ys, color, dash]) => plot.line(grid, ys, color, dash));
        const entries = shown.map(([name, , color, dash]) => [name, color, dash]);
        const middle = (plot.box.left + plot.box.right) / 2;
        plot.legend(entries.slice(0, 2));
        plot.legend(entries.slice(2), middle);
      }, 0.6);
      plot.canvas.setAttribute("role", "img");
      plot.canvas.setAttribute("aria-label", "densities of data and samples, and the discriminator");
      function show(frame) {
        state.frame = frame;
        const q = curve(generated), step = grid[1] - grid[0];
        state.overlap = real.reduce((sum, p, i) => sum + Math.min(p, q[i]) * step, 0);
        plot.draw();
        figure.say(`${names[frame]}: data and samples share ${fixed(100 * state.overlap, 0)} % of their area.`);
      }
      figure.stage(plot.panel);
      plot.panel.classList.add("gencore-wide");
      figure.control(slider("Moment", { min: 0, max: frames - 1, step: 1, value: 0 }, (i) => names[i], show));
      show(0);
      return state;
    },

    noise_levels(figure, { levels, seen, models, names, curves }) {
      const WHITE = 15, most = Math.max(...models.map((model) => model.levels.length));
      const state = { model: 0, level: 0, seen: null, samples: null, scores: [] };
      const part = (array, i) => {
        const size = array.shape.slice(1).reduce((a, b) => a * b);
        return array.subarray(i * size, (i + 1) * size);
      };
      const training = new Sheet("", seen.shape[1], 10);
      const made = new Sheet("", models[0].samples.shape[1], 10);
      const all = Array.from(curves).filter(Number.isFinite);
      const frame = { x: [0, 1.03 * levels[levels.length - 1] || 1], log: true,
        y: [0.8 * Math.min(...all), 1.25 * Math.max(...all)], xlabel: "variance of the noise", ylabel: names[0] };
      const plot = new Plot(frame, () => {
        plot.axes();
        const draw = (k, color, width, radius) => {
          const ys = Array.from(row(curves, k)), own = levels.map((_, i) => i).filter((i) => Number.isFinite(ys[i]));
          plot.line(own.map((i) => levels[i]), own.map((i) => ys[i]), color, [], width);
          own.forEach((i) => plot.dot(levels[i], ys[i], color, radius));
        };
        models.forEach((_, k) => k === state.model || draw(k, "#b9b9b9", 1, 2));
        draw(state.model, BLUE, 2.5, 3);
        plot.dot(levels[state.level], row(curves, state.model)[state.level], "#ffffff", 8);
        plot.dot(levels[state.level], row(curves, state.model)[state.level], ORANGE, 6);
        plot.legend([[models[state.model].name, BLUE, []], ["the other models", "#b9b9b9", []]], plot.box.right - 190, plot.box.bottom - 28);
      }, 0.75);
      plot.canvas.setAttribute("role", "img");
      const table = node("table", { class: "gencore-scores" });
      const words = (i) => `${+levels[models[state.model].levels[i]].toPrecision(3)}`;
      const number = slider("Variance of the noise", { min: 0, max: most - 1, step: 1, value: 0 }, words, show);
      const input = number.querySelector("input");

      function show(place) {
        const { name, levels: own, samples, scores } = models[state.model];
        state.level = own[place];
        state.seen = part(seen, state.level);
        state.samples = part(samples, place);
        state.scores = scores[place];
        const clean = levels[own[0]] === 0 ? scores[0] : null, head = clean && place > 0;
        training.call(`training digits, variance ${words(place)}`);
        training.show(state.seen, WHITE);
        made.call(`samples of the model: ${name}`);
        made.show(state.samples, WHITE);
        const cell = (tag, text) => node(tag, tag === "th" ? { scope: "col" } : {}, text);
        const top = node("tr", {}, cell("th", "score"), cell("th", `at ${words(place)}`));
        if (head) top.append(cell("th", "without noise"));
        table.replaceChildren(node("thead", {}, top), node("tbody", {}, ...names.map((title, k) => {
          const line = node("tr", {}, node("th", { scope: "row" }, title), cell("td", state.scores[k]));
          if (head) line.append(cell("td", clean[k]));
          return line;
        })));
        plot.canvas.setAttribute("aria-label",
          `${names[0]} of ${name} against the variance: ` + own.map((level, i) => `${scores[i][0]} at ${levels[level]}`).join(", "));
        plot.draw();
        figure.say(`${name}, trained on digits with noise of variance ${words(place)}: ` +
          names.map((title, k) => `${title} ${state.scores[k]}`).join("; ") + ".");
      }
      function use(index) {
        const before = levels[state.level];
        state.model = index;
        const own = models[index].levels, away = (i) => Math.abs(levels[own[i]] - before);
        const nearest = own.map((_, i) => i).reduce((a, b) => (away(b) < away(a) ? b : a));
        input.max = own.length - 1;
        input.disabled = own.length === 1;
        input.value = nearest;
        input.dispatchEvent(new Event("input"));
      }
      figure.stage(training.panel, made.panel, plot.panel, node("div", { class: "gencore-panel" }, table));
      figure.control(choice("Model", models.map((model) => model.name), use), number);
      use(0);
      return state;
    },

    bandwidth(figure, { bandwidths, names, scores, start }) {
      const state = { index: start, order: [] }, all = Array.from(scores).filter(Number.isFinite);
      const high = Math.max(...all), low = Math.max(Math.min(...all), high - 600);
      const xs = Array.from(bandwidths), pad = 0.05 * (high - low);
      const frame = { x: [xs[0], xs[xs.length - 1]], y: [low - pad, high + pad], xlabel: "bandwidth", ylabel: "nats per image" };
      const plot = new Plot(frame, () => {
        plot.axes();
        names.forEach((name, k) => {
          plot.line(xs, row(scores, k), COLORS[k % 7], DASHES[k % 4]);
          plot.dot(xs[state.index], Math.max(row(scores, k)[state.index], low - pad), COLORS[k % 7], 4);
        });
        const here = plot.px(xs[state.index]), { top, bottom } = plot.box;
        plot.stroke([[here, top], [here, bottom]], INK, 1, [4, 3]);
      }, 0.8);
      plot.canvas.setAttribute("role", "img");
      plot.canvas.setAttribute("aria-label", "score of each set of samples against the bandwidth");
      const list = node("ol", { class: "gencore-ranks" });
      function show(index) {
        state.index = index;
        const values = names.map((name, k) => [row(scores, k)[index], name, k]);
        values.sort((a, b) => b[0] - a[0]);
        state.order = values.map(([, name]) => name);
        list.replaceChildren(...values.map(([score, name, k]) => {
          const mark = node("span", { class: "gencore-mark" });
          mark.style.background = COLORS[k % 7];
          return node("li", {}, mark, ` ${name}: ${fixed(score, 1)} nats`);
        }));
        plot.draw();
        figure.say(`Bandwidth ${fixed(xs[index])}: ${state.order[0]} scores highest.`);
      }
      figure.stage(plot.panel, node("div", { class: "gencore-panel" }, list));
      figure.control(slider("Bandwidth", { min: 0, max: xs.length - 1, step: 1, value: start }, (i) => fixed(xs[i]), show));
      show(start);
      return state;
    },
  };

  const range = (values) => {
    const low = Math.min(...values), high = Math.max(...values), pad = 0.04 * (high - low);
    return [low - pad, high + pad];
  };

  /** Normal numbers of a fixed seed (Box and Muller): the same noise for every reader. */
  function normal(n) {
    let seed = 1;
    const uniform = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 2 ** 32;
    };
    return Float32Array.from({ length: n }, () =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  let count = 0;

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
      const about = this.querySelector(".gencore-about");
      about.id = `gencore-explorer-${++count}`;
      this.setAttribute("aria-describedby", about.id);
      this.classList.add("gencore-running");
      this.panels = node("div", { class: "gencore-stage" });
      this.controls = node("div", { class: "gencore-controls" });
      this.status = node("p", { class: "gencore-status", role: "status" });
      this.append(this.panels, this.controls, this.status);
      this.live = FIGURES[kind](this, data);
    }
    stage(...panels) { this.panels.append(...panels); }
    control(...controls) { this.controls.append(...controls); }
    say(words) { this.status.textContent = words; }
  });
})();
