// Draw a digit and see it copied: a field to draw in, and the copies that the models make of it.
gencoreParts.element.register("draw_and_reconstruct", (figure, { models, examples }) => {
  const { clamp, fixed, row } = gencoreParts.numbers;
  const { run } = gencoreParts.networks;
  const { Picture } = gencoreParts.picture;
  const { button, slider } = gencoreParts.controls;
  const { draggable } = gencoreParts.dragging;

  const SIZE = 28, ink = new Float32Array(SIZE * SIZE), noise = normal(SIZE * SIZE);
  const state = { ink, seen: null, copies: [], milliseconds: 0, variance: 0 };
  const drawing = new Picture("your drawing"), seen = new Picture("what the models see");
  const copies = models.map((model) => new Picture(model.name));
  let pen = null, lifted = true, cursor = [14, 14], example = -1;

  /** Normal numbers of a fixed seed (Box and Muller): the same noise for every reader. */
  function normal(length) {
    let seed = 1;
    const uniform = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 2 ** 32;
    };
    return Float32Array.from({ length }, () =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  function refresh() {
    const sigma = Math.sqrt(state.variance);
    state.seen = ink.map((value, i) => clamp(value + sigma * noise[i], 0, 1));
    const start = performance.now();
    state.copies = models.map(({ encoder, decoder }) => run(decoder, run(encoder, state.seen)));
    state.milliseconds = performance.now() - start;
    drawing.show(ink);
    seen.show(state.seen);
    copies.forEach((picture, i) => picture.show(state.copies[i]));
    const errors = state.copies.map((pixels) =>
      pixels.reduce((sum, value, i) => sum + (value - ink[i]) ** 2, 0));
    const said = models.map(({ name }, i) => `${name} ${fixed(errors[i], 1)}`).join(", ");
    figure.say(`Squared error against the drawing: ${said}.`);
  }

  /** Lay ink along a segment: a pen one and a half pixels wide with a soft edge. */
  function stroke([fromX, fromY], [toX, toY]) {
    const right = toX - fromX, down = toY - fromY, length = right ** 2 + down ** 2;
    for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) {
      const along = ((x - fromX) * right + (y - fromY) * down) / (length || 1);
      const share = clamp(along, 0, 1);
      const distance = Math.hypot(x - fromX - share * right, y - fromY - share * down);
      ink[y * SIZE + x] = Math.max(ink[y * SIZE + x], clamp(1.9 - distance, 0, 1));
    }
    refresh();
  }

  function place(event) {
    const bounds = drawing.canvas.getBoundingClientRect(), unit = SIZE / bounds.width;
    return [
      (event.clientX - bounds.left) * unit - 0.5,
      (event.clientY - bounds.top) * unit - 0.5,
    ];
  }

  function copy(pixels) {
    ink.set(pixels);
    refresh();
  }

  function show(number) {
    example = number;
    copy(Float32Array.from(row(examples, example), (value) => value / 255));
  }

  draggable(drawing.canvas, "drawing; arrow keys move the pen, space lowers and lifts it", {
    begin: (event) => { pen = place(event); stroke(pen, pen); },
    move: (event) => { const next = place(event); stroke(pen, next); pen = next; },
    nudge: (right, up) => {
      const next = [clamp(cursor[0] + right, 0, 27), clamp(cursor[1] - up, 0, 27)];
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
    button("Next test digit", () => show((example + 1) % examples.shape[0])),
    slider("Variance of the noise", scale, (value) => fixed(value), (value) => {
      state.variance = value;
      refresh();
    }),
  );
  show(0);
  return Object.assign(state, { refresh });
});
