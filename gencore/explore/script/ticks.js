// Ticks: round numbers along an axis, and how they are written.
gencoreParts.ticks ??= (() => {
  function ticks(low, high) {
    const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough)), found = [];
    const step = [1, 2, 5, 10].find((times) => times * power >= rough * 0.999) * power;
    for (let k = Math.ceil(low / step); k * step <= high + 1e-9; k++) found.push(k * step);
    return found;
  }

  function powers(low, high) {
    const first = Math.ceil(Math.log10(low)), last = Math.floor(Math.log10(high)), found = [];
    const step = Math.max(1, Math.ceil((last - first) / 5));
    for (let k = first; k <= last; k += step) found.push(10 ** k);
    if (found.length > 1) return found;
    // Within a decade or two: 1, 2, 5 and their tenfold.
    const decades = [first - 1, first, first + 1];
    const steps = decades.flatMap((k) => [1, 2, 5].map((times) => times * 10 ** k));
    return steps.filter((value) => value >= low && value <= high);
  }

  function label(value) {
    const small = Math.abs(value) < 1e-12 ? 0 : value;
    const text = small && Math.abs(Math.log10(Math.abs(small))) > 3.5
      ? small.toExponential(0) : String(+small.toPrecision(3));
    return text.replace("-", "\u2212");
  }

  return { label, powers, ticks };
})();
