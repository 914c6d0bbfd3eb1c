import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import { readZipEntry } from "./read-zip-entry.ts";
import { type ReadRange, readZipDirectory, type ZipEntry } from "./zip-directory.ts";

async function open(zip: Uint8Array): Promise<{ read: ReadRange; entry: ZipEntry }> {
  const read: ReadRange = async (start, end) => new Uint8Array(zip.subarray(start, end));
  const [entry] = await readZipDirectory(read, zip.length);
  if (entry === undefined) throw new Error("no entry");
  return { read, entry };
}

async function whole(read: ReadRange, entry: ZipEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.size);
  let at = 0;
  for await (const chunk of readZipEntry(read, entry)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

// 200 000 bytes that do not pack well, so that several steps are read
const noise = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 2654435761) >>> 13);

test("CRC-32 of the check string", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926); // the check value of CRC-32/ISO-HDLC
  expect(crc32(new TextEncoder().encode("6789"), crc32(new TextEncoder().encode("12345")))).toBe(0xcbf43926);
});

test.each([0, 6] as const)("gives back what was packed, level %d", async (level) => {
  const { read, entry } = await open(zipSync({ "a.dcm": [noise, { level }] }));
  expect(crc32(await whole(read, entry))).toBe(crc32(noise));
});

test("stops an entry that gives more than it announced", async () => {
  const { read, entry } = await open(zipSync({ bomb: [new Uint8Array(30_000_000), { level: 9 }] }));
  let got = 0;
  const reading = (async () => {
    for await (const chunk of readZipEntry(read, { ...entry, size: 1000 })) got += chunk.length;
  })();
  await expect(reading).rejects.toMatchObject({ reason: "zip-damaged" });
  expect(got).toBeLessThan(1000 + 17 * 1024 * 1024);
});

test("one flipped bit is noticed", async () => {
  const zip = zipSync({ "a.dcm": [noise, { level: 0 }] });
  zip[1000] = (zip[1000] ?? 0) ^ 1;
  const { read, entry } = await open(zip);
  await expect(whole(read, entry)).rejects.toMatchObject({ reason: "zip-damaged" });
});
