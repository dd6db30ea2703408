// Controls: the browser's own, so that touch and keyboard come with them.
gencoreParts.controls ??= (() => {
  const { node } = gencoreParts.nodes;

  function slider(name, { min, max, step, value }, words, change) {
    const input = node("input", { type: "range", min, max, step });
    const said = node("output", {}, words(value));
    input.value = value;
    input.setAttribute("aria-valuetext", words(value));
    input.addEventListener("input", () => {
      said.textContent = words(+input.value);
      input.setAttribute("aria-valuetext", said.textContent);
      change(+input.value);
    });
    return node("label", {}, node("span", {}, name), input, said);
  }

  function choice(name, options, change) {
    const select = node("select");
    options.forEach((option, i) => select.append(node("option", { value: i }, option)));
    select.addEventListener("change", () => change(+select.value));
    return node("label", {}, node("span", {}, name), select);
  }

  function button(name, press) {
    const made = node("button", { type: "button" }, name);
    made.addEventListener("click", press);
    return made;
  }

  return { button, choice, slider };
})();
