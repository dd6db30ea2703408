// Make a page of the site ready for paper: still figures, open folds, formulas that fit.
async (pictures) => {
  if (window.MathJax) await MathJax.startup.promise;
  document.documentElement.dataset.theme = "light";
  document.querySelectorAll("gencore-explorer").forEach((figure, index) => {
    const about = figure.querySelector(".gencore-about");
    const picture = document.createElement("img");
    picture.src = pictures[index];
    picture.alt = about.textContent;
    figure.replaceWith(picture, about);
  });
  document.querySelectorAll("details.below-input, .toggle-details").forEach(fold => {
    fold.open = true;
  });
  document.querySelectorAll(".toggle-hidden").forEach(e => e.classList.remove("toggle-hidden"));
  document.querySelectorAll("img").forEach(img => { img.loading = "eager"; });
  await Promise.all([...document.images].map(img => img.decode().catch(() => null)));
  await document.fonts.ready;
  const wide = [...document.querySelectorAll("mjx-container, table")];
  for (const element of wide.filter(e => e.scrollWidth > e.clientWidth + 1)) {
    const part = element.clientWidth / element.scrollWidth;
    element.style.zoom = Math.max(0.4, 0.98 * part);
  }
  return document.querySelector("h1").firstChild.textContent.trim();
}
