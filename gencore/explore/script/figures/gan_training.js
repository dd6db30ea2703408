// The training of a GAN on the line: densities and discriminator at moments chosen by a slider.
gencoreParts.element.register("gan_training", (figure, data) => {
  const { fixed, row } = gencoreParts.numbers;
  const { BLUE, ORANGE, GREEN, INK, DASHES } = gencoreParts.colours;
  const { describe } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { slider } = gencoreParts.controls;

  const { grid, real, names, generated, discriminator } = data;
  const state = { moment: 0, overlap: 0 };
  const frame = { x: [grid[0], grid[grid.length - 1]], y: [0, 1.35], xlabel: "x" };
  const plot = new Plot(frame, () => {
    plot.axes();
    const samples = row(generated, state.moment), answers = row(discriminator, state.moment);
    const best = Array.from(real, (density, i) => {
      const both = density + samples[i];
      return both > 1e-3 ? density / both : NaN;
    });
    const shown = [
      ["data p", real, BLUE, []],
      ["samples q", samples, ORANGE, DASHES[1]],
      ["discriminator D", answers, GREEN, DASHES[2]],
      ["best answer D*", best, INK, DASHES[3]],
    ];
    shown.forEach(([, values, colour, dash]) => plot.line(grid, values, colour, dash));
    const entries = shown.map(([name, , colour, dash]) => [name, colour, dash]);
    plot.legend(entries.slice(0, 2));
    plot.legend(entries.slice(2), (plot.box.left + plot.box.right) / 2);
  }, 0.6);
  describe(plot.canvas, "densities of data and samples, and the discriminator");

  function show(moment) {
    state.moment = moment;
    const samples = row(generated, moment), step = grid[1] - grid[0];
    state.overlap = real.reduce((sum, density, i) => sum + Math.min(density, samples[i]) * step, 0);
    plot.draw();
    figure.say(`${names[moment]}: data and samples share ` +
      `${fixed(100 * state.overlap, 0)} % of their area.`);
  }
  figure.stage(plot.panel);
  plot.panel.classList.add("gencore-wide");
  const scale = { min: 0, max: names.length - 1, step: 1, value: 0 };
  figure.control(slider("Moment", scale, (moment) => names[moment], show));
  show(0);
  return state;
});
