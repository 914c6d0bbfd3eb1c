/**
 * What devices write into texts without words: kernels, versions, stacks, models. Too short to be anybody's number, and looked
 * for only where the tag says that such a thing stands.
 */
const SHORT_CODES: ReadonlyMap<number, RegExp> = new Map([
  [0x00081090, /^[A-Z]{0,3}\d{2,3}[A-Z]?$/], // Manufacturer's Model Name
  [0x00181020, /^(V?[A-Z]{1,2}\d{2}[A-Z]?|\d{1,3}\.\d{1,3}(\.\d{1,3})?)$/], // Software Versions
  [0x00181210, /^([A-Z][a-z]{0,2}|[A-Z]{2})\d{1,3}[a-z]?$/], // Convolution Kernel
  [0x00189316, /^([A-Z][a-z]{0,2}|[A-Z]{2})\d{1,3}[a-z]?$/], // Convolution Kernel Group
  [0x00209056, /^\d{1,4}$/], // Stack ID
  [0x00281054, /^(HU|HU_MOD|US|OD|MGML|Z_EFF|ED|EDW|PCT)$/], // Rescale Type (PS3.3 C.11.1.1.2)
  [0x003a0203, /^[A-Za-z]{1,3}\d{0,2}[A-Z]?$/], // Channel Label
]);

/** The parts of a text of this tag that are such codes, apart from its words. */
export function isShortCode(tag: number, part: string): boolean {
  return SHORT_CODES.get(tag)?.test(part) ?? false;
}
