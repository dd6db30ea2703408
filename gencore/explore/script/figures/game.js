// Two players who follow their gradients: the plane they move in, and how far they are from rest.
gencoreParts.element.register("game", (figure, { start }) => {
  const { clamp, fixed, sigmoid } = gencoreParts.numbers;
  const { BLUE, ORANGE } = gencoreParts.colours;
  const { describe } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { choice, slider } = gencoreParts.controls;
  const { draggable } = gencoreParts.dragging;

  const EDGE = 2.5, FAR = 1e6;
  const state = { game: 0, rule: 0, eta: 0.3, steps: 60, penalty: 0, start, path: [] };
  // The gradients of a game's value, which x makes small and y large.
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
  const distances = () => state.path.map(([x, y]) => Math.hypot(x, y));

  function arrow(field, x, y) {
    const [gx, gy] = field(x, y), scale = 0.12;
    const tip = [plane.px(x - scale * gx), plane.py(y + scale * gy)];
    plane.stroke([[plane.px(x), plane.py(y)], tip], "#b0b0b0", 1.2);
    plane.context.fillStyle = "#909090";
    plane.context.fillRect(tip[0] - 1.5, tip[1] - 1.5, 3, 3);
  }

  const sides = { x: [-EDGE, EDGE], y: [-EDGE, EDGE], xlabel: "player x", ylabel: "player y" };
  const plane = new Plot(sides, () => {
    plane.axes();
    const field = GAMES[state.game][1];
    for (let x = -2.25; x < EDGE; x += 0.5) for (let y = -2.25; y < EDGE; y += 0.5) {
      arrow(field, x, y);
    }
    plane.line(state.path.map(([x]) => x), state.path.map(([, y]) => y), BLUE, [], 1.5);
    for (const [x, y] of state.path) {
      if (Math.max(Math.abs(x), Math.abs(y)) <= EDGE) plane.dot(x, y, BLUE, 2);
    }
    plane.dot(...state.start, ORANGE, 6);
    plane.text("+", plane.px(0), plane.py(0), "center");
  });
  const frame = { log: true, xlabel: "step", ylabel: "distance from the equilibrium" };
  const curve = new Plot(frame, () => {
    curve.axes();
    curve.line(state.path.map((_, i) => i), distances(), BLUE);
  });

  function play() {
    const field = GAMES[state.game][1], [name, step] = RULES[state.rule];
    state.path = [state.start];
    for (let i = 0; i < state.steps; i++) {
      const next = step(field, ...state.path[i], state.eta);
      if (!(Math.hypot(...next) < FAR)) break;
      state.path.push(next);
    }
    const found = distances(), positive = found.filter((distance) => distance > 0);
    const done = state.path.length - 1;
    curve.x = [0, state.steps];
    curve.y = [Math.min(0.1, ...positive) / 2, Math.max(10, ...positive) * 2];
    penalty.hidden = state.game !== 1;
    plane.draw();
    curve.draw();
    const gone = done < state.steps ? "; then they leave every bound" : "";
    figure.say(`${name} steps: the distance goes from ${fixed(found[0])} to ` +
      `${found[done].toPrecision(3)} in ${done} steps${gone}.`);
  }

  function begin(place) {
    state.start = place.map((value) => clamp(value, -EDGE, EDGE));
    play();
  }

  const set = (name) => (value) => { state[name] = value; play(); };
  const number = (name, scale, change) => slider(name, scale, (value) => fixed(value), change);
  const penalty = number("Penalty", { min: 0, max: 2, step: 0.05, value: 0 }, set("penalty"));

  draggable(plane.canvas, "plane of the two players; arrow keys move the start", {
    move: (event) => begin(plane.place(event)),
    nudge: (right, up, far) => {
      const step = far ? 0.5 : 0.1;
      begin([state.start[0] + right * step, state.start[1] + up * step]);
    },
  });
  describe(curve.canvas, "distance from the equilibrium after each step");
  figure.stage(plane.panel, curve.panel);
  figure.control(
    choice("Game", GAMES.map(([name]) => name), set("game")),
    choice("Rule", RULES.map(([name]) => name), set("rule")),
    number("Step size", { min: 0.02, max: 1.5, step: 0.02, value: 0.3 }, set("eta")),
    slider("Steps", { min: 1, max: 200, step: 1, value: 60 }, String, set("steps")),
    penalty,
  );
  play();
  return Object.assign(state, { play });
});
