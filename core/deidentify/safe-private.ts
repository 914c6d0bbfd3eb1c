/**
 * Private attributes known to be safe: creator, group, element within the block, VR. Out of PS3.15 Table E.3.10-1 and from
 * nowhere else; of it only numbers and code strings, since what a text says nobody can vouch for.
 */
const SAFE: readonly (readonly [creator: string, group: number, element: number, vr: string])[] = [
  ["Philips PET Private Group", 0x7053, 0x00, "DS"],
  ["Philips PET Private Group", 0x7053, 0x09, "DS"],
  ["ELSCINT1", 0x00e1, 0x21, "DS"],
  ["ELSCINT1", 0x00e1, 0x50, "DS"],
  ["ELSCINT1", 0x01e1, 0x26, "CS"],
  ["ELSCINT1", 0x01f1, 0x01, "CS"],
  ["ELSCINT1", 0x01f1, 0x07, "DS"],
  ["ELSCINT1", 0x01f1, 0x26, "DS"],
  ["ELSCINT1", 0x01f1, 0x27, "DS"],
  ["Philips Imaging DD 001", 0x2001, 0x03, "FL"],
  ["Philips Imaging DD 001", 0x2001, 0x04, "CS"],
  ["Philips MR Imaging DD 001", 0x2005, 0x0d, "FL"],
  ["Philips MR Imaging DD 001", 0x2005, 0x0e, "FL"],
  ["SIEMENS MR HEADER", 0x0019, 0x0c, "IS"],
  ["SIEMENS MR HEADER", 0x0019, 0x0d, "CS"],
  ["SIEMENS MR HEADER", 0x0019, 0x0e, "FD"],
  ["SIEMENS MR HEADER", 0x0019, 0x27, "FD"],
  ["GEMS_ACQU_01", 0x0019, 0x23, "DS"],
  ["GEMS_ACQU_01", 0x0019, 0x24, "DS"],
  ["GEMS_ACQU_01", 0x0019, 0x27, "DS"],
  ["GEMS_PARM_01", 0x0043, 0x39, "IS"],
  ["GEMS_PARM_01", 0x0043, 0x6f, "DS"],
  ["GEMS_SERS_01", 0x0025, 0x07, "SL"],
  ["GEMS_HELIOS_01", 0x0045, 0x01, "SS"],
  ["GEMS_HELIOS_01", 0x0045, 0x02, "FL"],
];

const placeOf = (tag: number) => Math.floor(tag / 0x10000) * 0x10000 + (tag & 0xff);
const PLACES = new Set(SAFE.map(([, group, element]) => group * 0x10000 + element));
const CREATORS = new Set(SAFE.map(([creator]) => creator));
const BY_PLACE = new Map(SAFE.map(([creator, group, element, vr]) => [`${creator}\0${group}\0${element}`, vr]));

/** The VR of a safe private attribute; undefined when it is not known to be one. */
export function safePrivateVr(creator: string, tag: number): string | undefined {
  return BY_PLACE.get(`${creator}\0${Math.floor(tag / 0x10000)}\0${tag & 0xff}`);
}

/** Asked before anything is looked up: a hostile header has hundreds of thousands of private elements. */
export function mayBeSafePrivate(tag: number): boolean {
  return PLACES.has(placeOf(tag));
}

export function isSafeCreator(creator: string): boolean {
  return CREATORS.has(creator);
}
