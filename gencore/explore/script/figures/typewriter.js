// A typewriter: the reader begins a text, the network goes on, and bars show what may come next.
gencoreParts.element.register("typewriter", (figure, data) => {
  const { fixed } = gencoreParts.numbers;
  const { BLUE, INK } = gencoreParts.colours;
  const { describe, node } = gencoreParts.nodes;
  const { Plot } = gencoreParts.plot;
  const { button, slider } = gencoreParts.controls;
  const { blank, drawn, read, tempered } = gencoreParts.recurrent;

  const { network, bars, length } = data, symbols = Array.from(data.symbols);
  const number = new Map(symbols.map((symbol, i) => [symbol, i]));
  const names = { "\n": "line end", " ": "blank" };
  const named = (symbol) => names[symbol] || symbol;
  const live = { text: "", strange: [], temperature: 1, running: false, random: Math.random };

  /** Read a text from its start; characters that the network does not know are left out. */
  function begin(text) {
    live.text = text;
    live.strange = [...new Set(Array.from(text).filter((symbol) => !number.has(symbol)))];
    live.states = blank(network);
    live.logits = read(network, live.states, symbols.length);
    for (const symbol of text) {
      if (number.has(symbol)) live.logits = read(network, live.states, number.get(symbol));
    }
    weigh();
  }

  function weigh() {
    live.probabilities = tempered(live.logits, live.temperature);
  }

  /** Write one more character. */
  function write() {
    const next = drawn(live.probabilities, live.random());
    live.text += symbols[next];
    live.logits = read(network, live.states, next);
    weigh();
  }

  const sheet = node("textarea", { rows: 9, spellcheck: "false", "aria-label": "The text" });
  const likeliest = () => live.probabilities.map((p, i) => [p, symbols[i]])
    .sort(([a], [b]) => b - a).slice(0, bars);
  const chart = new Plot({ x: [0, 1], y: [bars, 0] }, () => {
    const { context, width, height } = chart, left = 62, tall = height / bars;
    context.font = "13px monospace";
    likeliest().forEach(([p, symbol], i) => {
      const middle = (i + 0.5) * tall, long = p * (width - left - 52);
      chart.text(named(symbol), left - 8, middle, "right", INK);
      context.fillStyle = BLUE;
      context.fillRect(left, middle - 0.36 * tall, long, 0.72 * tall);
      chart.text(fixed(p, 3), left + long + 5, middle, "left", INK);
    });
  }, 0.9);

  function show() {
    if (sheet.value !== live.text) sheet.value = live.text;
    chart.draw();
    const [[p, symbol]] = likeliest(), said = `${named(symbol)} with probability ${fixed(p, 3)}`;
    describe(chart.canvas, `the likeliest characters to come next, first ${said}`);
    const left = live.strange.map(named).join(" ");
    const out = left && ` The network does not know ${left}: left out.`;
    if (!live.running) figure.say(`${live.text.length} characters; next comes ${said}.${out}`);
  }

  const go = button("Write on", () => (live.running ? stop() : start()));
  function stop() {
    live.running = false;
    go.textContent = "Write on";
    show();
  }

  /** Write a character or more at each picture of the screen, until enough are written. */
  function start() {
    live.running = true;
    go.textContent = "Stop";
    figure.say("Writing.");
    let rest = length;
    const from = performance.now();
    requestAnimationFrame(function more() {
      if (!live.running) return;
      const picture = performance.now();
      do {
        write();
        rest--;
      } while (rest && performance.now() - picture < 4);
      show();
      sheet.scrollTop = sheet.scrollHeight;
      if (rest) return void requestAnimationFrame(more);
      live.rate = (1000 * length) / (performance.now() - from);
      stop();
    });
  }

  sheet.addEventListener("input", () => {
    live.running = false;
    go.textContent = "Write on";
    begin(sheet.value);
    show();
  });
  const panel = node("div", { class: "gencore-panel gencore-paper" }, sheet);
  figure.stage(panel, chart.panel);
  figure.control(
    slider("Temperature", { min: 0.2, max: 2, step: 0.1, value: 1 }, (t) => fixed(t, 1), (t) => {
      live.temperature = t;
      weigh();
      show();
    }),
    go,
    button("One character", () => {
      if (live.running) return;
      write();
      show();
    }),
    button("Begin again", () => {
      live.running = false;
      go.textContent = "Write on";
      begin(data.start);
      show();
    }),
  );
  begin(data.start);
  show();
  return Object.assign(live, { begin, write });
});
