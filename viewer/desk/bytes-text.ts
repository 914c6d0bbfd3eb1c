const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** "812 KB", "12.4 MB": three figures are enough. Steps of 1024, as file managers count. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit > 0 && value < 100 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
