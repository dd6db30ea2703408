// Figures of several panels get a box each: on a phone they keep a size at which their words can be
// read, and scroll in it.
const figures = ".bd-article div.cell_output :is(figure > img, .gencore-live > img)";
const WIDE = 800; // pixels of a file; an inch of a figure has 110
const LEGIBLE = 0.55; // eleven points are then 9 pixels on the screen

async function box(image) {
  await image.decode().catch(() => null);
  if (image.naturalWidth <= WIDE) return;
  const frame = document.createElement("div");
  frame.className = "gencore-scroll";
  frame.style.setProperty("--legible", `${Math.round(LEGIBLE * image.naturalWidth)}px`);
  image.replaceWith(frame);
  frame.append(image);
}

const INLINE = "mjx-container:not([display])";
const OVERHANG = 4; // pixels that a sign may reach over the edge of a formula in a line

function beyond(element) {
  const overhang = element.matches(INLINE) ? OVERHANG : 0;
  return element.scrollWidth - element.clientWidth - overhang;
}

// Formulas that are a little too wide get smaller.
const SMALLEST = 0.75; // of the size of the text

function fit() {
  const formulas = [...document.querySelectorAll(".bd-article mjx-container")];
  for (const formula of formulas) formula.style.fontSize = "";
  const shares = formulas.map((formula) =>
    beyond(formula) > 0 ? (0.99 * formula.clientWidth) / formula.scrollWidth : 1,
  );
  shares.forEach((share, i) => {
    if (share < 1) formulas[i].style.fontSize = `${100 * Math.max(share, SMALLEST)}%`;
  });
}

// What scrolls sideways can be reached and moved by the keyboard, and shows that it goes on.
const wide =
  ".bd-article :is(table, pre, div.math, mjx-container, div.cell_output, div.output, .gencore-scroll)";

function mark(element) {
  element.classList.toggle("gencore-goes-on", beyond(element) - element.scrollLeft > 1);
}

function reach() {
  fit();
  for (const element of document.querySelectorAll(wide)) {
    const scrolls = beyond(element) > 0;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
    if (element.matches(INLINE)) element.style.overflow = scrolls ? "" : "visible";
    mark(element);
    element.onscroll = () => mark(element);
  }
}

window.addEventListener("load", async () => {
  await Promise.all([...document.querySelectorAll(figures)].map(box));
  if (window.MathJax?.startup) await MathJax.startup.promise;
  document.fonts.addEventListener("loadingdone", reach); // fonts of formulas come late
  // At once, and when the window changes or something is unfolded: both change the page's size.
  new ResizeObserver(reach).observe(document.body);
});
