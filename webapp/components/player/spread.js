// From where to where a scale of colours reaches, so that the differences among numbers are seen.

const [LOW, HIGH] = [0.02, 0.98];

// [low, high]: the 2nd and the 98th percentile of `numbers`, further apart where they differ by less
// than `least(high)`; never below 0 nor above `most`.
export function spread(numbers, { least, most }) {
  const sorted = Float64Array.from(numbers).sort();
  const [low, high] = [LOW, HIGH].map((share) => at(sorted, share));
  const width = Math.max(high - low, least(high), 1e-9);
  if (width === high - low) return [low, high];
  const from = Math.max(0, Math.min((low + high - width) / 2, most - width));
  return [from, from + width];
}

// Between two numbers of the sorted ones in proportion; 0 without any.
function at(sorted, share) {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
