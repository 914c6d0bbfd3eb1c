/** Fractions of 2^13, and one more bit kept between the passes: as much as 12-bit samples leave room for. */
const CONSTANT_BITS = 13;
const BETWEEN_BITS = 1;

const fixed = (value: number): number => Math.round(value * 2 ** CONSTANT_BITS);
const C0_298 = fixed(0.298631336);
const C0_390 = fixed(0.39018064);
const C0_541 = fixed(0.5411961);
const C0_765 = fixed(0.765366865);
const C0_899 = fixed(0.899976223);
const C1_175 = fixed(1.175875602);
const C1_501 = fixed(1.50132111);
const C1_847 = fixed(1.847759065);
const C1_961 = fixed(1.96157056);
const C2_053 = fixed(2.053119869);
const C2_562 = fixed(2.562915447);
const C3_072 = fixed(3.072711026);

/**
 * Inverse DCT of an 8 × 8 block of dequantized coefficients in place: columns, then rows, by Loeffler, Ligtenberg and
 * Moschytz (1989) in fixed point. With these bits and roundings it gives the very samples that the reference decoder of
 * the Independent JPEG Group gives, which T.83 alone does not ask for, but two systems that show one image should agree.
 */
export function inverseDct(block: Float64Array): void {
  for (let column = 0; column < 8; column++) transform(block, column, 8, CONSTANT_BITS - BETWEEN_BITS);
  for (let row = 0; row < 8; row++) transform(block, row * 8, 1, CONSTANT_BITS + BETWEEN_BITS + 3);
}

/** Eight values, `step` apart, and the sum brought down by `bits`. */
function transform(block: Float64Array, first: number, step: number, bits: number): void {
  const at = (index: number): number => block[first + index * step] ?? 0;
  const unit = 2 ** CONSTANT_BITS;
  // even part
  const turn = (at(2) + at(6)) * C0_541;
  const low = turn - at(6) * C1_847;
  const high = turn + at(2) * C0_765;
  const sum = (at(0) + at(4)) * unit;
  const difference = (at(0) - at(4)) * unit;
  const even = [sum + high, difference + low, difference - low, sum - high];
  // odd part
  const [a, b, c, d] = [at(7), at(5), at(3), at(1)];
  const all = (a + c + b + d) * C1_175;
  const ad = -(a + d) * C0_899;
  const bc = -(b + c) * C2_562;
  const ac = all - (a + c) * C1_961;
  const bd = all - (b + d) * C0_390;
  const odd = [d * C1_501 + ad + bd, c * C3_072 + bc + ac, b * C2_053 + bc + bd, a * C0_298 + ad + ac];
  const half = 2 ** (bits - 1);
  const whole = 2 ** bits;
  for (let index = 0; index < 4; index++) {
    const [e, o] = [even[index] ?? 0, odd[index] ?? 0];
    block[first + index * step] = Math.floor((e + o + half) / whole);
    block[first + (7 - index) * step] = Math.floor((e - o + half) / whole);
  }
}
