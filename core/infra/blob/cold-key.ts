const PREFIX = "cold/";

/** A key says which store it is of, so that nobody has to look in two: rows name `cold/<key>` for what lies in the cold one. */
export function coldKey(key: string): string {
  return PREFIX + key;
}

export function isColdKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** The key as its own store knows it. */
export function keyInStore(key: string): string {
  return isColdKey(key) ? key.slice(PREFIX.length) : key;
}
