// A threshold over the scores of normal and anomalous examples, and its point on the ROC curve.
gencoreParts.element.register("threshold", (figure, data) => {
  const { clamp, fixed } = gencoreParts.numbers;
  const { BLUE, ORANGE, INK } = gencoreParts.colours;
  const { describe } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { Sheet } = gencoreParts.sheet;
  const { slider } = gencoreParts.controls;
  const { draggable } = gencoreParts.dragging;

  const { thresholds, ends, bins, kinds } = data;
  const last = thresholds.length - 1, COLUMNS = 12, BLACK = 15, PALE_BLUE = "#0072B259";
  const state = { ends, kinds, thresholds, index: data.start, threshold: 0, rates: [], shown: [] };

  /** Return how many of some rising numbers are at most a value, or below it. */
  function below(numbers, value, equal = true) {
    let from = 0, to = numbers.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (numbers[middle] < value || (equal && numbers[middle] === value)) from = middle + 1;
      else to = middle;
    }
    return from;
  }
  const above = ({ scores }, value, equal) => 1 - below(scores, value, equal) / scores.length;

  /** Return the ROC curve: rates of both kinds as the threshold falls below one score after another. */
  function trace() {
    const values = [...new Set(kinds.flatMap(({ scores }) => Array.from(scores)))];
    values.sort((a, b) => b - a);
    return kinds.map((kind) => [0, ...values.map((value) => above(kind, value, false))]);
  }

  function area([across, up]) {
    let sum = 0;
    for (let i = 1; i < up.length; i++) sum += (across[i] - across[i - 1]) * (up[i] + up[i - 1]);
    return sum / 2;
  }

  const step = (ends[1] - ends[0]) / bins;
  const counts = kinds.map(({ scores }) => {
    const found = Array(bins).fill(0);
    for (const score of scores) {
      found[clamp(Math.floor((score - ends[0]) / step), 0, bins - 1)] += 1 / scores.length;
    }
    return found;
  });
  const frame = {
    x: ends, y: [0, 1.3 * Math.max(...counts.flat())],
    xlabel: data.score, ylabel: "share of the examples",
  };
  const chart = new Plot(frame, () => {
    const { context } = chart, { top, bottom, right } = chart.box;
    const here = chart.px(clamp(state.threshold, ...ends));
    context.fillStyle = "#f2f2f2";
    context.fillRect(here, top, right - here, bottom - top);
    chart.axes();
    const [filled, outlined] = counts;
    context.fillStyle = PALE_BLUE;
    filled.forEach((share, i) => {
      const at = chart.px(ends[0] + i * step), wide = chart.px(ends[0] + (i + 1) * step) - at;
      context.fillRect(at, chart.py(share), wide, bottom - chart.py(share));
    });
    const corners = outlined.flatMap((share, i) =>
      [i, i + 1].map((side) => [chart.px(ends[0] + side * step), chart.py(share)]));
    chart.stroke(corners, ORANGE, 2);
    chart.stroke([[here, top], [here, bottom]], INK, 1.5, [5, 3]);
    const before = here > right - 60;
    chart.text("alarm", here + (before ? -5 : 5), top + 44, before ? "right" : "left");
    chart.legend(kinds.map(({ name }, k) => [name, k ? ORANGE : BLUE, []]));
  });
  const square = {
    x: [0, 1], y: [0, 1], xlabel: "rate of false alarms", ylabel: "rate of detection",
  };
  const roc = new Plot(square, () => {
    roc.still(() => {
      roc.axes();
      roc.line([0, 1], [0, 1], "#8a8a8a", [3, 4], 1);
      roc.line(...state.curve, BLUE);
    });
    roc.dot(...state.rates, "#ffffff", 8);
    roc.dot(...state.rates, ORANGE, 6);
  });

  // In this order: normal without and with an alarm, anomalous without and with one.
  const OUTCOMES = ["no alarm", "false alarm", "missed", "detected"];
  const sheets = OUTCOMES.map(() => new Sheet("", COLUMNS, COLUMNS));

  /** Show the images of a kind on one side, in the order of their scores, next to the threshold. */
  function picture(outcome) {
    const { name, count, shown, images } = kinds[outcome >> 1], alarm = outcome % 2;
    const edge = below(shown, state.threshold);
    const from = alarm ? edge : Math.max(0, edge - COLUMNS);
    const to = alarm ? Math.min(shown.length, edge + COLUMNS) : edge;
    const pixels = new Uint8Array(784 * COLUMNS);
    const skipped = alarm ? 0 : COLUMNS - (to - from);
    pixels.set(images.subarray(784 * from, 784 * to), 784 * skipped);
    const rate = state.rates[outcome >> 1], share = fixed(100 * (alarm ? rate : 1 - rate), 1);
    sheets[outcome].call(`${name}, ${OUTCOMES[outcome]}: ${share} % of ${count}`);
    sheets[outcome].show(pixels, BLACK);
    return Array.from({ length: to - from }, (_, i) => from + i);
  }

  const written = (index) => `${+thresholds[index].toPrecision(4)}`.replace("-", "\u2212");
  function show(index) {
    const start = performance.now();
    Object.assign(state, { index, threshold: thresholds[index] });
    state.rates = kinds.map((kind) => above(kind, state.threshold));
    state.shown = OUTCOMES.map((_, outcome) => picture(outcome));
    chart.draw();
    roc.draw();
    const [alarms, found] = state.rates.map((rate) => `${fixed(100 * rate, 1)} %`);
    const words = `false alarms ${alarms}, detected ${found}`;
    describe(roc.canvas, `ROC curve, area ${fixed(state.area, 3)}; the point: ${words}`);
    chart.canvas.setAttribute("aria-label", `threshold ${written(index)} over two histograms`);
    figure.say(`Threshold ${written(index)}: ${words}. Area under the curve: ` +
      `${fixed(state.area, 3)}.`);
    state.milliseconds = performance.now() - start;
  }

  const scale = { min: 0, max: last, step: 1, value: state.index };
  const control = slider("Threshold", scale, written, show), input = control.querySelector("input");
  function choose(index) {
    input.value = clamp(index, 0, last);
    input.dispatchEvent(new Event("input"));
  }
  function nearest(value) {
    const right = clamp(below(thresholds, value), 1, last), left = right - 1;
    return value - thresholds[left] < thresholds[right] - value ? left : right;
  }
  draggable(chart.canvas, "threshold", {
    move: (event) => choose(nearest(chart.place(event)[0])),
    nudge: (across, up, far) => choose(state.index + (across + up) * (far ? 10 : 1)),
  });
  state.curve = trace();
  state.area = area(state.curve);
  figure.stage(chart.panel, roc.panel, ...sheets.map(({ panel }) => panel));
  figure.control(control);
  show(state.index);
  return state;
});
