// A dream on its way: the picture after some steps, layer by layer.
gencoreParts.element.register("dream", (figure, { start, dreams }) => {
  const { clamp } = gencoreParts.numbers;
  const { Photograph } = gencoreParts.photograph;
  const { choice, slider } = gencoreParts.controls;

  const state = { layer: 0, frame: 0, shown: "" };
  const before = new Photograph("the picture", start), after = new Photograph("the dream", start);
  const frame = (place) => {
    const { frames } = dreams[state.layer];
    return frames[clamp(place, 0, frames.length - 1)];
  };
  const words = (place) => `octave ${frame(place).octave}, step ${frame(place).step}`;
  const most = Math.max(...dreams.map(({ frames }) => frames.length));
  const scale = { min: 0, max: most - 1, step: 1, value: 0 };
  const place = slider("Octave and step", scale, words, show);
  const input = place.querySelector("input");

  function show(number) {
    const { name } = dreams[state.layer], { picture, value } = frame(number);
    state.frame = number;
    state.shown = picture;
    after.show(`${name}, ${words(number)}`, picture);
    figure.say(`${name}, ${words(number)}: the mean square of the layer is ${value}.`);
  }

  function use(layer) {
    state.layer = layer;
    input.max = dreams[layer].frames.length - 1;
    input.disabled = dreams[layer].frames.length === 1;
    input.dispatchEvent(new Event("input"));
  }
  figure.stage(before.panel, after.panel);
  figure.control(choice("Layer", dreams.map(({ name }) => name), use), place);
  use(0);
  return state;
});
