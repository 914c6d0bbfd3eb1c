/** cos((2x + 1) u π / 16) · C(u) / 2, at [x * 8 + u], T.81 A.3.3. */
const BASIS = Float64Array.from({ length: 64 }, (_, index) => {
  const x = index >> 3;
  const u = index & 7;
  return (Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1)) / 2;
});

const between = new Float64Array(64);

/** Inverse DCT of an 8 × 8 block in place, in floating point: rows, then columns. */
export function inverseDct(block: Float64Array): void {
  transform(block, between);
  transform(between, block);
}

/** Transforms each row and writes it as a column, so that two passes leave the block upright. */
function transform(from: Float64Array, to: Float64Array): void {
  for (let row = 0; row < 8; row++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += (from[row * 8 + u] ?? 0) * (BASIS[x * 8 + u] ?? 0);
      to[x * 8 + row] = sum;
    }
  }
}
