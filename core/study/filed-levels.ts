import type { DataSet } from "dicom-parser";
import { lruCache } from "../lru-cache.ts";
import { SERIES_ATTRIBUTES, STUDY_ATTRIBUTES } from "./index-attributes.ts";

const TAGS = ["x00080005", ...[STUDY_ATTRIBUTES, SERIES_ATTRIBUTES].flatMap(keysOf)];
/** Longer ones are not worth their memory. */
const MAX_KEY = 16 * 1024;
const KEPT = 256;

function keysOf(attributes: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(attributes).map((tag) => `x${tag.toLowerCase()}`);
}

/**
 * What `read` makes of the patient, study and series of a data set, which is made once for all instances that say the same
 * of them, byte for byte: the readings, the pinyin and the JSON of a series of 300 images are one.
 */
export function filedLevels<Levels extends object>(read: (dataSet: DataSet) => Levels): (dataSet: DataSet) => Levels {
  const recent = lruCache<string, Levels>(KEPT);
  return (dataSet) => {
    const key = saidBy(dataSet);
    const known = key !== null && recent.get(key);
    if (known) return known;
    const levels = read(dataSet);
    if (key !== null) recent.set(key, levels);
    return levels;
  };
}

/** Every byte that the levels are read from, and how they are read. */
function saidBy(dataSet: DataSet): string | null {
  const bytes = Buffer.from(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset, dataSet.byteArray.byteLength);
  let said = dataSet.byteArrayParser.readUint16(ONE, 0) === 1 ? "" : "big";
  for (const tag of TAGS) {
    const element = dataSet.elements[tag];
    if (!element) continue;
    const { vr = "", dataOffset, length } = element;
    if (length > MAX_KEY) return null;
    said += `${tag}${vr}${length}:${bytes.toString("latin1", dataOffset, dataOffset + length)}`;
  }
  return said.length > MAX_KEY ? null : said;
}

const ONE = new Uint8Array([1, 0]);
