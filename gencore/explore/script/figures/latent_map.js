// A map of the latent plane: a point to drag over the codes, and what its place decodes to.
gencoreParts.element.register("latent_map", (figure, { models, labels }) => {
  const { clamp, fixed, row } = gencoreParts.numbers;
  const { run } = gencoreParts.networks;
  const { ORANGE } = gencoreParts.colours;
  const { Picture } = gencoreParts.picture;
  const { Plot } = gencoreParts.plot;
  const { button, choice } = gencoreParts.controls;
  const { draggable } = gencoreParts.dragging;

  const DIGITS = ["#1f77b4", "#d95f02", "#2ca02c", "#d62728", "#9467bd",
    "#8c564b", "#c2379a", "#5b5b5b", "#8a8b00", "#0f8fa0"];
  const state = { model: models[0], code: null, pixels: null, milliseconds: 0, draw: -1 };
  const picture = new Picture("decoded image");
  picture.panel.classList.add("gencore-large");
  const inside = (value, [low, high]) => value >= low && value <= high;
  const plot = new Plot({ xlabel: "first coordinate", ylabel: "second coordinate" }, () => {
    plot.still(() => {
      plot.axes();
      plot.context.font = "10px sans-serif";
      const { codes, draws } = state.model;
      for (let i = 0; i < draws.shape[0]; i++) plot.dot(...row(draws, i), "#b4b4b4", 1.5);
      for (let i = 0; i < labels.length; i++) {
        const [x, y] = row(codes, i);
        if (!inside(x, plot.x) || !inside(y, plot.y)) continue;
        plot.text(labels[i], plot.px(x), plot.py(y), "center", DIGITS[labels[i]]);
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
    const digits = counts.map((times, digit) => [times, digit]).filter(([times]) => times);
    digits.sort((a, b) => b[0] - a[0]);
    return digits.map(([times, digit]) => `${times} \u00d7 ${digit}`).join(", ");
  }

  function put(code, before = "") {
    const x = clamp(code[0], ...plot.x), y = clamp(code[1], ...plot.y);
    state.code = [x, y];
    picture.show(decode(state.code));
    plot.draw();
    figure.say(`${before}Code (${fixed(x)}, ${fixed(y)}). ` +
      `Its ten nearest digits: ${nearest(state.code)}.`);
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
    nudge: (right, up, far) => {
      const step = (far ? 0.1 : 0.02) * (plot.x[1] - plot.x[0]);
      put([state.code[0] + right * step, state.code[1] + up * step]);
    },
  });
  figure.stage(plot.panel, picture.panel);
  if (models.length > 1) {
    figure.control(choice("Model", models.map(({ name }) => name), (i) => use(models[i])));
  }
  figure.control(next);
  use(models[0]);
  return Object.assign(state, { decode });
});
