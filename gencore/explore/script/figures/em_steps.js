// The half-steps of EM: points in the colours of their components, and the bound below log p(x).
gencoreParts.element.register("em_steps", (figure, data) => {
  const { fixed } = gencoreParts.numbers;
  const { BLUE, ORANGE, GREEN, INK, COLOURS, DASHES } = gencoreParts.colours;
  const { describe } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { slider } = gencoreParts.controls;

  const { points, weights, means, variances, bounds, evidence } = data;
  const count = points.shape[0], parts = weights.shape[1], last = bounds.length - 1;
  const state = { step: 0, responsibilities: null };
  const light = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  const hues = COLOURS.slice(0, 6).map(light);
  const xs = points.filter((_, i) => i % 2 === 0), ys = points.filter((_, i) => i % 2);

  function range(values) {
    const low = Math.min(...values), high = Math.max(...values), margin = 0.04 * (high - low);
    return [low - margin, high + margin];
  }

  function responsibilities(round) {
    const found = new Float64Array(count * parts);
    for (let i = 0; i < count; i++) {
      const logs = [];
      for (let k = 0; k < parts; k++) {
        const first = 2 * (round * parts + k);
        let value = Math.log(weights[round * parts + k]);
        for (const [d, x] of [[0, xs[i]], [1, ys[i]]]) {
          const variance = variances[first + d];
          value -= (x - means[first + d]) ** 2 / (2 * variance)
            + 0.5 * Math.log(2 * Math.PI * variance);
        }
        logs.push(value);
      }
      const top = Math.max(...logs), shares = logs.map((value) => Math.exp(value - top));
      const total = shares.reduce((a, b) => a + b);
      shares.forEach((share, k) => { found[i * parts + k] = share / total; });
    }
    found.shape = [count, parts];
    return found;
  }

  function point(i) {
    const mixed = [0, 1, 2].map((d) => {
      let sum = 0;
      for (let k = 0; k < parts; k++) sum += state.responsibilities[i * parts + k] * hues[k % 6][d];
      return Math.round(sum);
    });
    plane.context.fillStyle = `rgb(${mixed})`;
    plane.context.fillRect(plane.px(xs[i]) - 1.5, plane.py(ys[i]) - 1.5, 3, 3);
  }

  /** Draw a component as the ellipse of one standard deviation. */
  function component(round, k) {
    const first = 2 * (round * parts + k), ellipse = [];
    for (let a = 0; a <= 60; a++) {
      const turn = (a / 60) * 2 * Math.PI;
      ellipse.push([
        plane.px(means[first] + Math.sqrt(variances[first]) * Math.cos(turn)),
        plane.py(means[first + 1] + Math.sqrt(variances[first + 1]) * Math.sin(turn)),
      ]);
    }
    plane.stroke(ellipse, "#ffffff", 5);
    plane.stroke(ellipse, COLOURS[k % 6], 2.5, DASHES[k % 4]);
  }

  const sides = { xlabel: "first component", ylabel: "second component" };
  const plane = new Plot({ x: range(xs), y: range(ys), ...sides }, () => {
    plane.axes();
    for (let i = 0; i < count; i++) point(i);
    for (let k = 0; k < parts; k++) component(Math.ceil(state.step / 2), k);
  });

  const low = Math.min(...bounds.slice(1)), high = Math.max(...evidence);
  const margin = 0.1 * (high - low), levels = [low - margin, high + margin];
  const names = { xlabel: "half-step", ylabel: "nats per point" };
  const curve = new Plot({ x: [0, last], y: levels, ...names }, () => {
    curve.axes();
    curve.line(Array.from(evidence, (_, i) => i), evidence, BLUE);
    for (let i = 0; i <= state.step; i++) {
      if (bounds[i] >= levels[0]) curve.dot(i, bounds[i], i % 2 ? GREEN : ORANGE, 3.5);
    }
    curve.upright(state.step, INK);
    const left = curve.box.right - 170, { bottom } = curve.box;
    curve.legend([["log p(x)", BLUE, []]], left, bottom - 52);
    const marks = [["bound, after an E-step", ORANGE], ["bound, after an M-step", GREEN]];
    marks.forEach(([words, colour], i) => {
      curve.text("\u25cf", left + 13, bottom - 34 + 18 * i, "center", colour);
      curve.text(words, left + 32, bottom - 34 + 18 * i);
    });
  });
  describe(plane.canvas, "points and components");
  describe(curve.canvas, "bound and log-likelihood");

  const round = (step) => `round ${Math.floor(step / 2) + 1}`;
  const half = (step) => (step % 2 ? "M-step" : "E-step");
  function show(step) {
    state.step = step;
    state.responsibilities = responsibilities(Math.floor(step / 2));
    plane.draw();
    curve.draw();
    figure.say(`After the ${half(step)} of ${round(step)}: bound ${fixed(bounds[step], 4)}, ` +
      `log-likelihood ${fixed(evidence[step], 4)} nats per point.`);
  }
  figure.stage(plane.panel, curve.panel);
  const scale = { min: 0, max: last, step: 1, value: 0 };
  figure.control(slider("Half-step", scale, (step) => `${round(step)}: ${half(step)}`, show));
  show(0);
  return state;
});
