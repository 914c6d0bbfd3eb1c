import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { entryProblem, entryRange, type ReadRange, readZipDirectory } from "./zip-directory.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const reader =
  (zip: Uint8Array): ReadRange =>
  async (start, end) =>
    new Uint8Array(zip.subarray(Math.max(0, start), Math.max(0, end)));
const list = (zip: Uint8Array) => readZipDirectory(reader(zip), zip.length);

/** Where the first record with this signature is. */
function find(zip: Uint8Array, signature: number): number {
  const data = new DataView(zip.buffer, zip.byteOffset);
  for (let at = 0; at + 4 <= zip.length; at++) if (data.getUint32(at, true) === signature) return at;
  throw new Error("no such record");
}

test("lists the files, not the folders, with their sizes", async () => {
  const zip = zipSync({ CT: { "1.dcm": [bytes("a".repeat(1000)), { level: 9 }], empty: bytes("") } });
  const entries = await list(zip);
  expect(entries.map((e) => [e.path, e.size])).toEqual([
    ["CT/1.dcm", 1000],
    ["CT/empty", 0],
  ]);
  expect(entries[0]?.compressedSize).toBeLessThan(100);
});

test("finds the packed bytes behind the local header", async () => {
  const zip = zipSync({ "a.dcm": [bytes("stored as it is"), { level: 0 }] });
  const [entry] = await list(zip);
  if (entry === undefined) throw new Error("no entry");
  const [start, end] = await entryRange(reader(zip), entry);
  expect(new TextDecoder().decode(zip.subarray(start, end))).toBe("stored as it is");
});

test("a name in GBK, as Windows writes it, is read", async () => {
  const zip = zipSync({ xxxx: bytes("1") });
  const name = Uint8Array.from([0xcd, 0xb7, 0xb2, 0xbf]); // 头部 in GBK, 4 bytes as "xxxx"
  zip.set(name, find(zip, 0x02014b50) + 46);
  expect((await list(zip))[0]?.path).toBe("头部");
});

test("an archive with a comment behind it is read", async () => {
  const zip = zipSync({ a: bytes("1") });
  const end = find(zip, 0x06054b50);
  const commented = new Uint8Array(zip.length + 5);
  commented.set(zip);
  commented.set(bytes("hello"), zip.length);
  commented[end + 20] = 5;
  expect(await list(commented)).toHaveLength(1);
});

test("what is no zip, and a zip cut short, say so", async () => {
  await expect(list(bytes("not a zip at all, but long enough to look"))).rejects.toMatchObject({
    reason: "zip-unreadable",
  });
  const zip = zipSync({ a: bytes("1") });
  await expect(list(zip.subarray(0, zip.length - 30))).rejects.toMatchObject({ reason: "zip-unreadable" });
});

test("entries that are together larger than the archive overlap: refused", async () => {
  const zip = zipSync({ a: [bytes("0123456789"), { level: 0 }] });
  const at = find(zip, 0x02014b50);
  new DataView(zip.buffer, zip.byteOffset).setUint32(at + 20, 100_000, true); // 100 000 packed bytes > the whole zip
  await expect(list(zip)).rejects.toMatchObject({ reason: "zip-too-large" });
});

test("entries that cannot be opened say why", async () => {
  const entry = { path: "a", method: 8, encrypted: false, compressedSize: 1, size: 1, headerOffset: 0, crc32: 0 };
  expect(entryProblem(entry)).toBeNull();
  expect(entryProblem({ ...entry, encrypted: true })).toBe("zip-encrypted");
  expect(entryProblem({ ...entry, method: 12 })).toBe("zip-method"); // bzip2
  expect(entryProblem({ ...entry, size: 2 ** 31 })).toBe("zip-too-large"); // 2 GiB
});
