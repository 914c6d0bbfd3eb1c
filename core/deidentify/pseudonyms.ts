import { createHmac } from "node:crypto";

/** What stands for the originals within one export. The same key gives the same again; without it nothing leads back. */
export interface Pseudonyms {
  /** Another UID under 2.25 (PS3.5 §B.2), always the same for this one: references between instances hold. */
  uid(original: string): string;
  /** By how many days the dates of this patient move: back, between a month and five years. */
  shiftDays(patientKey: string): number;
}

const SHORTEST_DAYS = 30;
const LONGEST_DAYS = 5 * 365;

export function pseudonymsOf(key: Uint8Array): Pseudonyms {
  const hash = (kind: string, original: string) => createHmac("sha256", key).update(`${kind}\0${original}`).digest();
  return {
    uid: (original) => `2.25.${BigInt(`0x${hash("uid", original).toString("hex", 0, 16)}`)}`,
    shiftDays: (patientKey) =>
      -(SHORTEST_DAYS + (hash("days", patientKey).readUInt32BE(0) % (LONGEST_DAYS - SHORTEST_DAYS + 1))),
  };
}
