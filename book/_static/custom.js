// What scrolls sideways can be reached and moved by the keyboard.
const wide = ".bd-article :is(table, pre, div.math, mjx-container, div.cell_output, div.output)";

function reach() {
  for (const element of document.querySelectorAll(wide)) {
    const scrolls = element.scrollWidth > element.clientWidth;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

window.addEventListener("load", async () => {
  if (window.MathJax?.startup) await MathJax.startup.promise;
  document.fonts.addEventListener("loadingdone", reach); // fonts of formulas come late
  window.addEventListener("resize", reach);
  await document.fonts.ready;
  reach();
});
