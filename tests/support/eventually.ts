/** Looks every 20 ms until `look` gives something else than undefined or false. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<T, false>;
    if (performance.now() > deadline) throw new Error(`still not so after ${limitMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
