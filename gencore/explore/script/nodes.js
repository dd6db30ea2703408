// Nodes: makes the elements that a figure is built of, and names those that only the eye can read.
gencoreParts.nodes ??= (() => {
  function node(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** Say what a canvas shows, for those who do not see it. */
  function describe(canvas, words) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words);
  }

  return { describe, node };
})();
