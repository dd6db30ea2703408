// A two-sample test: the points of two sets, and the kernel distance among that of random deals.
gencoreParts.element.register("two_sample", (figure, data) => {
  const { fixed, row } = gencoreParts.numbers;
  const { BLUE, ORANGE, INK } = gencoreParts.colours;
  const { describe } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { slider } = gencoreParts.controls;

  const { x, y, widths, reach, fewest, permutations, bins } = data;
  const most = x.shape[0], middle = widths.length >> 1;
  const state = { x, y, shift: 0, width: widths[middle], n: most, null: [], deals: [] };

  /** Return a generator of numbers from 0 to below 1, each determined by the seed. */
  function uniform(seed) {
    let word = seed | 0;
    return () => {
      word = (word + 0x9e3779b9) | 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
    };
  }

  /** Deal 2 n points anew: for each permutation the n that come first. */
  function deal(n) {
    const random = uniform(data.seed), order = Array.from({ length: 2 * n }, (_, i) => i);
    state.deals = Array.from({ length: permutations }, () => {
      for (let i = 0; i < n; i++) {
        const j = i + Math.floor(random() * (2 * n - i));
        [order[i], order[j]] = [order[j], order[i]];
      }
      return Int32Array.from(order.slice(0, n));
    });
  }

  /** Return the kernels of all pairs of different points, the first set before the second. */
  function kernels(n) {
    const size = 2 * n, found = new Float64Array(size * size), scale = -0.5 / state.width ** 2;
    const across = (i) => (i < n ? x[2 * i] : y[2 * (i - n)] + state.shift);
    const up = (i) => (i < n ? x[2 * i + 1] : y[2 * (i - n) + 1]);
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) {
      const square = (across(i) - across(j)) ** 2 + (up(i) - up(j)) ** 2;
      found[i * size + j] = found[j * size + i] = Math.exp(scale * square);
    }
    return found;
  }

  function test() {
    const start = performance.now(), { n } = state, size = 2 * n, kernel = kernels(n);
    const rows = new Float64Array(size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) rows[i] += kernel[i * size + j];
    const total = rows.reduce((sum, value) => sum + value, 0);
    function discrepancy(first) {
      let within = 0, all = 0;
      for (let a = 0; a < n; a++) {
        const at = first[a] * size;
        all += rows[first[a]];
        for (let b = 0; b < a; b++) within += 2 * kernel[at + first[b]];
      }
      const rest = total - 2 * all + within;
      return (within + rest) / (n * (n - 1)) - (2 * (all - within)) / (n * n);
    }
    state.statistic = discrepancy(Int32Array.from({ length: n }, (_, i) => i));
    state.null = state.deals.map(discrepancy);
    // Deals that are the same sets are ties, of which rounding leaves a difference.
    const above = state.null.filter((value) => value >= state.statistic - 1e-12).length;
    state.p = (1 + above) / (permutations + 1);
    state.milliseconds = performance.now() - start;
  }

  const ends = (axis) => [x, y].flatMap((part) => Array.from(part).filter((_, i) => i % 2 === axis));
  const [left, right] = [Math.min(...ends(0)), Math.max(...ends(0))];
  const [low, high] = [Math.min(...ends(1)), Math.max(...ends(1))];
  const edge = 0.04 * (high - low), frame = {
    x: [left - edge, right + reach + edge], y: [low - edge, high + edge],
  };
  const plane = new Plot(frame, () => {
    plane.axes();
    for (let i = 0; i < state.n; i++) {
      const [across, up] = row(y, i);
      plane.dot(...row(x, i), BLUE, 3);
      plane.dot(across + state.shift, up, ORANGE, 3, false);
    }
  });
  const chart = new Plot({ xlabel: "squared discrepancy", ylabel: "permutations" }, () => {
    const all = [...state.null, state.statistic], from = Math.min(...all);
    const step = Math.max((Math.max(...all) - from) / bins, 1e-12), counts = Array(bins).fill(0);
    for (const value of state.null) counts[Math.min(bins - 1, Math.floor((value - from) / step))]++;
    chart.x = [from - step, from + (bins + 1) * step];
    chart.y = [0, 1.1 * Math.max(...counts)];
    chart.axes();
    chart.context.fillStyle = BLUE;
    counts.forEach((count, i) => {
      const at = chart.px(from + i * step), top = chart.py(count);
      const wide = chart.px(from + (i + 1) * step) - at - 1;
      chart.context.fillRect(at, top, wide, chart.py(0) - top);
    });
    chart.upright(state.statistic, ORANGE);
    const at = chart.px(state.statistic), before = at > (chart.box.left + chart.box.right) / 2;
    const side = before ? "right" : "left";
    chart.text("the two sets", at + (before ? -4 : 4), chart.box.top + 6, side, INK);
  });

  function show() {
    test();
    plane.draw();
    chart.draw();
    const words = `squared discrepancy ${fixed(state.statistic, 4)}, p-value ${fixed(state.p, 3)}`;
    describe(plane.canvas, `two sets of ${state.n} points, one shifted by ${fixed(state.shift)}`);
    describe(chart.canvas, `histogram of ${permutations} permutations; the two sets: ${words}`);
    const notices = state.p <= 0.05 ? "notices" : "does not notice";
    figure.say(`With ${state.n} points of each: ${words}. A test at 5 % ${notices} a difference.`);
  }

  const widthOf = (index) => fixed(widths[index]);
  const steps = { min: 0, max: 40, step: 1, value: 0 }, shiftOf = (step) => (reach * step) / 40;
  figure.stage(plane.panel, chart.panel);
  figure.control(
    slider("Shift", steps, (step) => fixed(shiftOf(step)), (step) => {
      state.shift = shiftOf(step);
      show();
    }),
    slider("Bandwidth", { min: 0, max: widths.length - 1, step: 1, value: middle }, widthOf,
      (index) => {
        state.width = widths[index];
        show();
      }),
    slider("Points", { min: fewest, max: most, step: 1, value: most }, String, (n) => {
      state.n = n;
      deal(n);
      show();
    }),
  );
  deal(most);
  show();
  return state;
});
