// Noise in the training digits: what models trained under a variance make, and how they score.
gencoreParts.element.register("noise_levels", (figure, { levels, seen, models, names, curves }) => {
  const { row } = gencoreParts.numbers;
  const { BLUE, ORANGE } = gencoreParts.colours;
  const { describe, node } = gencoreParts.nodes;
  const { Sheet } = gencoreParts.sheet;
  const { Plot } = gencoreParts.plot;
  const { choice, slider } = gencoreParts.controls;

  const BLACK = 15, PALE = "#b9b9b9", score = names[0];
  const state = { model: 0, level: 0, seen: null, samples: null, scores: [] };
  const training = new Sheet("", seen.shape[1], 10);
  const made = new Sheet("", models[0].samples.shape[1], 10);
  const finite = Array.from(curves).filter(Number.isFinite);
  const frame = {
    x: [0, 1.03 * levels[levels.length - 1] || 1],
    y: [0.8 * Math.min(...finite), 1.25 * Math.max(...finite)],
    log: true, xlabel: "variance of the noise", ylabel: score,
  };

  function part(array, i) {
    const size = array.shape.slice(1).reduce((a, b) => a * b);
    return array.subarray(i * size, (i + 1) * size);
  }

  function draw(model, colour, width, radius) {
    const own = levels.map((level, i) => [level, row(curves, model)[i]])
      .filter(([, value]) => Number.isFinite(value));
    plot.line(own.map(([level]) => level), own.map(([, value]) => value), colour, [], width);
    own.forEach(([level, value]) => plot.dot(level, value, colour, radius));
  }

  const plot = new Plot(frame, () => {
    plot.axes();
    models.forEach((_, i) => i === state.model || draw(i, PALE, 1, 2));
    draw(state.model, BLUE, 2.5, 3);
    const here = [levels[state.level], row(curves, state.model)[state.level]];
    plot.dot(...here, "#ffffff", 8);
    plot.dot(...here, ORANGE, 6);
    const entries = [[models[state.model].name, BLUE, []], ["the other models", PALE, []]];
    plot.legend(entries, plot.box.right - 190, plot.box.bottom - 28);
  }, 0.75);

  const table = node("table", { class: "gencore-scores" });
  const words = (place) => `${+levels[models[state.model].levels[place]].toPrecision(3)}`;
  const most = Math.max(...models.map((model) => model.levels.length));
  const scale = { min: 0, max: most - 1, step: 1, value: 0 };
  const number = slider("Variance of the noise", scale, words, show);
  const input = number.querySelector("input");

  /** Write the scores into the table, beside those without noise where the model has them. */
  function tabulate(place) {
    const { levels: own, scores } = models[state.model];
    const clean = levels[own[0]] === 0 && place > 0 ? scores[0] : null;
    const titles = ["score", `at ${words(place)}`].concat(clean ? ["without noise"] : []);
    const head = node("tr", {}, ...titles.map((title) => node("th", { scope: "col" }, title)));
    const rows = names.map((name, k) => {
      const values = [scores[place][k]].concat(clean ? [clean[k]] : []);
      const cells = values.map((value) => node("td", {}, value));
      return node("tr", {}, node("th", { scope: "row" }, name), ...cells);
    });
    table.replaceChildren(node("thead", {}, head), node("tbody", {}, ...rows));
  }

  function show(place) {
    const { name, levels: own, samples, scores } = models[state.model];
    state.level = own[place];
    state.seen = part(seen, state.level);
    state.samples = part(samples, place);
    state.scores = scores[place];
    training.call(`training digits, variance ${words(place)}`);
    training.show(state.seen, BLACK);
    made.call(`samples of the model: ${name}`);
    made.show(state.samples, BLACK);
    tabulate(place);
    const along = own.map((level, i) => `${scores[i][0]} at ${levels[level]}`).join(", ");
    describe(plot.canvas, `${score} of ${name} against the variance: ${along}`);
    plot.draw();
    const said = names.map((title, k) => `${title} ${state.scores[k]}`).join("; ");
    figure.say(`${name}, trained on digits with noise of variance ${words(place)}: ${said}.`);
  }

  /** Show another model at its variance nearest to the one before. */
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
  const scores = node("div", { class: "gencore-panel" }, table);
  figure.stage(training.panel, made.panel, plot.panel, scores);
  figure.control(choice("Model", models.map((model) => model.name), use), number);
  use(0);
  return state;
});
