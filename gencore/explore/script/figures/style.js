// A picture in a style: the content, the style, and what is painted with a weight.
gencoreParts.element.register("style", (figure, { start, styles }) => {
  const { clamp } = gencoreParts.numbers;
  const { Photograph } = gencoreParts.photograph;
  const { choice, slider } = gencoreParts.controls;

  const state = { style: 0, frame: 0, shown: "" };
  const original = new Photograph("the picture", start);
  const manner = new Photograph("the style", styles[0].picture);
  const painted = new Photograph("painted", start);
  const frame = (place) => {
    const { frames } = styles[state.style];
    return frames[clamp(place, 0, frames.length - 1)];
  };
  const words = (place) => frame(place).weight;
  const most = Math.max(...styles.map(({ frames }) => frames.length));
  const scale = { min: 0, max: most - 1, step: 1, value: 0 };
  const place = slider("Weight of the style", scale, words, show);
  const input = place.querySelector("input");

  function show(number) {
    const { name } = styles[state.style], { picture, weight, content, style } = frame(number);
    state.frame = number;
    state.shown = picture;
    painted.show(`weight ${weight}`, picture);
    figure.say(`${name} with the weight ${weight}: distance to the style ${style}, to the `
      + `content ${content}.`);
  }

  function use(style) {
    state.style = style;
    manner.show(styles[style].name, styles[style].picture);
    input.max = styles[style].frames.length - 1;
    input.disabled = styles[style].frames.length === 1;
    input.dispatchEvent(new Event("input"));
  }
  figure.stage(original.panel, manner.panel, painted.panel);
  figure.control(choice("Style", styles.map(({ name }) => name), use), place);
  use(0);
  return state;
});
