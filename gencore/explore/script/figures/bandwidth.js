// Scores against the bandwidth of the kernels: curves, and the sets of samples in their order.
gencoreParts.element.register("bandwidth", (figure, { bandwidths, names, scores, start }) => {
  const { fixed, row } = gencoreParts.numbers;
  const { INK, COLOURS, DASHES } = gencoreParts.colours;
  const { describe, node } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { slider } = gencoreParts.controls;

  const state = { index: start, order: [] }, finite = Array.from(scores).filter(Number.isFinite);
  const high = Math.max(...finite), low = Math.max(Math.min(...finite), high - 600);
  const widths = Array.from(bandwidths), last = widths.length - 1, margin = 0.05 * (high - low);
  const frame = {
    x: [widths[0], widths[last]], y: [low - margin, high + margin],
    xlabel: "bandwidth", ylabel: "nats per image",
  };
  const plot = new Plot(frame, () => {
    plot.axes();
    names.forEach((_, k) => {
      const values = row(scores, k), shown = Math.max(values[state.index], low - margin);
      plot.line(widths, values, COLOURS[k % 7], DASHES[k % 4]);
      plot.dot(widths[state.index], shown, COLOURS[k % 7], 4);
    });
    plot.upright(widths[state.index], INK);
  }, 0.8);
  describe(plot.canvas, "score of each set of samples against the bandwidth");
  const list = node("ol", { class: "gencore-ranks" });

  function show(index) {
    state.index = index;
    const ranks = names.map((name, k) => [row(scores, k)[index], name, k]);
    ranks.sort((a, b) => b[0] - a[0]);
    state.order = ranks.map(([, name]) => name);
    list.replaceChildren(...ranks.map(([score, name, k]) => {
      const mark = node("span", { class: "gencore-mark" });
      mark.style.background = COLOURS[k % 7];
      return node("li", {}, mark, ` ${name}: ${fixed(score, 1)} nats`);
    }));
    plot.draw();
    figure.say(`Bandwidth ${fixed(widths[index])}: ${state.order[0]} scores highest.`);
  }
  figure.stage(plot.panel, node("div", { class: "gencore-panel" }, list));
  const scale = { min: 0, max: last, step: 1, value: start };
  figure.control(slider("Bandwidth", scale, (index) => fixed(widths[index]), show));
  show(start);
  return state;
});
