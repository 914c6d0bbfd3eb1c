/** The caller's own marks, then those of each other reader. */
const COLOURS = ["#f2c14e", "#5cc8ff", "#ff9d76", "#c79bff", "#8fd16a"] as const;

export function readerColour(reader: number): string {
  return COLOURS[reader === 0 ? 0 : 1 + ((reader - 1) % (COLOURS.length - 1))] ?? COLOURS[0];
}
