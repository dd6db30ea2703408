// Recurrent: an LSTM over symbols that reads one at a time and keeps its state.
gencoreParts.recurrent ??= (() => {
  const { row, sigmoid } = gencoreParts.numbers;

  /** Return the state before anything was read: of each layer its output and its cell. */
  function blank(network) {
    return network.lstm.map(({ recurrent }) => {
      const units = recurrent.shape[0];
      return { output: new Float32Array(units), cell: new Float32Array(units) };
    });
  }

  /** Add the product of values and a matrix to sums. */
  function add(values, matrix, sums) {
    const width = matrix.shape[1];
    for (let i = 0; i < values.length; i++) {
      const value = values[i], first = i * width;
      if (value) for (let k = 0; k < width; k++) sums[k] += value * matrix[first + k];
    }
    return sums;
  }

  /** Read one symbol: change the state, and return the logits of the next one. */
  function read(network, state, symbol) {
    let values = row(network.embedding, symbol);
    network.lstm.forEach(({ kernel, recurrent, bias }, layer) => {
      const { output, cell } = state[layer], units = cell.length;
      const gates = add(output, recurrent, add(values, kernel, Float32Array.from(bias)));
      for (let i = 0; i < units; i++) {
        const kept = sigmoid(gates[units + i]) * cell[i];
        cell[i] = kept + sigmoid(gates[i]) * Math.tanh(gates[2 * units + i]);
        output[i] = sigmoid(gates[3 * units + i]) * Math.tanh(cell[i]);
      }
      values = output;
    });
    return add(values, network.kernel, Float32Array.from(network.bias));
  }

  /** Return probabilities in proportion to p^(1/T), p being those of the logits. */
  function tempered(logits, temperature) {
    const most = Math.max(...logits);
    const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  }

  /** Return the first symbol at which the sum of probabilities passes a number below 1. */
  function drawn(probabilities, number) {
    let sum = 0;
    const found = probabilities.findIndex((p) => (sum += p) > number);
    return found < 0 ? probabilities.findLastIndex((p) => p > 0) : found;
  }

  return { blank, drawn, read, tempered };
})();
