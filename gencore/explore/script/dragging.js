// Dragging: lets a point of a canvas be dragged, tapped, and moved by the arrow keys.
gencoreParts.dragging ??= (() => {
  const ARROWS = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  };

  function draggable(canvas, name, { begin, move, nudge, key }) {
    canvas.tabIndex = 0;
    canvas.classList.add("gencore-touch");
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", name);
    let down = false;
    canvas.addEventListener("pointerdown", (event) => {
      down = true;
      canvas.setPointerCapture(event.pointerId);
      (begin || move)(event);
    });
    canvas.addEventListener("pointermove", (event) => down && move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => { down = false; });
    }
    canvas.addEventListener("keydown", (event) => {
      if (ARROWS[event.key]) nudge(...ARROWS[event.key], event.shiftKey);
      else if (!key || !key(event.key)) return;
      event.preventDefault();
    });
  }

  return { draggable };
})();
