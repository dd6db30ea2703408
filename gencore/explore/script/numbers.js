// Numbers: arrays that travel as text, and the small arithmetic that the other parts share.
gencoreParts.numbers ??= (() => {
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const fixed = (value, digits = 2) => value.toFixed(digits).replace("-", "\u2212");
  const sigmoid = (value) => 1 / (1 + Math.exp(-value));

  function half(bits) {
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    if (!exponent) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  /** Return an array of what `packed` in Python made of it, and every other value as it is. */
  function unpacked(key, value) {
    if (!value || typeof value.base64 !== "string") return value;
    const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
    const read = {
      float64: () => new Float64Array(bytes.buffer),
      float16: () => Float32Array.from(new Uint16Array(bytes.buffer), half),
      uint8: () => bytes,
      uint4: () => Uint8Array.from({ length: 2 * bytes.length }, (_, i) =>
        i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4),
    };
    const array = read[value.type]();
    array.shape = value.shape;
    return array;
  }

  const row = (array, i) => array.subarray(i * array.shape[1], (i + 1) * array.shape[1]);

  return { clamp, fixed, row, sigmoid, unpacked };
})();
