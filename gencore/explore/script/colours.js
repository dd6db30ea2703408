// Colours and dashes of the curves: apart for every eye, and in grey by their dashes.
gencoreParts.colours ??= (() => {
  const BLUE = "#0072B2", ORANGE = "#D55E00", GREEN = "#009E73", INK = "#1b1b1b";
  const COLOURS = [BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
  const DASHES = [[], [7, 4], [8, 3, 2, 3], [2, 3]];
  return { BLUE, ORANGE, GREEN, INK, COLOURS, DASHES };
})();
