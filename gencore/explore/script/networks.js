// Networks: runs a small one, layer by layer. Images are flat, row after row, channels innermost,
// as Keras flattens them.
gencoreParts.networks ??= (() => {
  const { sigmoid } = gencoreParts.numbers;

  const activations = {
    relu: (value) => (value > 0 ? value : 0),
    silu: (value) => value / (1 + Math.exp(-value)),
    sigmoid,
    tanh: Math.tanh,
  };

  const layers = {
    dense({ kernel, bias }, values) {
      const units = bias.length, sums = Float32Array.from(bias);
      for (let i = 0; i < values.length; i++) {
        const value = values[i], start = i * units;
        if (value) for (let j = 0; j < units; j++) sums[j] += value * kernel[start + j];
      }
      return sums;
    },

    // Both convolutions pad as "same" does. The transposed one goes the way of a convolution from
    // its output to its input backwards; its kernel comes as (height, width, in, out) too.
    convolution({ kernel, bias, input, output, stride }, values) {
      const [height, width, depth] = input, [rows, columns, filters] = output;
      const size = kernel.shape[0];
      const before = Math.max(0, (rows - 1) * stride + size - height) >> 1;
      const sums = new Float32Array(rows * columns * filters);
      for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
        const to = (row * columns + column) * filters;
        for (let k = 0; k < filters; k++) sums[to + k] = bias[k];
        for (let down = 0; down < size; down++) for (let across = 0; across < size; across++) {
          const y = row * stride + down - before, x = column * stride + across - before;
          if (y >= 0 && y < height && x >= 0 && x < width) {
            const start = (down * size + across) * depth * filters;
            spread(kernel, start, values, (y * width + x) * depth, depth, sums, to, filters);
          }
        }
      }
      return sums;
    },

    transposed({ kernel, bias, input, output, stride }, values) {
      const [height, width, depth] = input, [rows, columns, filters] = output;
      const size = kernel.shape[0];
      const before = Math.max(0, (height - 1) * stride + size - rows) >> 1;
      const sums = new Float32Array(rows * columns * filters);
      for (let i = 0; i < sums.length; i++) sums[i] = bias[i % filters];
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        for (let down = 0; down < size; down++) for (let across = 0; across < size; across++) {
          const row = y * stride + down - before, column = x * stride + across - before;
          if (row >= 0 && row < rows && column >= 0 && column < columns) {
            const start = (down * size + across) * depth * filters;
            const to = (row * columns + column) * filters;
            spread(kernel, start, values, (y * width + x) * depth, depth, sums, to, filters);
          }
        }
      }
      return sums;
    },
  };

  /** Add to one pixel of the output what one pixel of the input gives through the kernel. */
  function spread(kernel, start, values, from, depth, sums, to, filters) {
    for (let i = 0; i < depth; i++) {
      const value = values[from + i], first = start + i * filters;
      if (value) for (let k = 0; k < filters; k++) sums[to + k] += value * kernel[first + k];
    }
  }

  function run(network, values) {
    for (const layer of network) {
      values = layers[layer.kind](layer, values);
      const activate = activations[layer.activation];
      if (activate) for (let i = 0; i < values.length; i++) values[i] = activate(values[i]);
    }
    return values;
  }

  return { run };
})();
