import type { PaletteTable } from "../decode/decoded-frame.ts";
import { expandSegmentedPalette } from "./segmented-palette.ts";
import type { PaletteChannelSource, PaletteSource } from "./study-model.ts";

/** Fetches what of the palette stands outside the metadata and makes one table of bytes of it (PS3.3 C.7.9). */
export async function paletteTable(
  source: PaletteSource,
  bulkData: (uri: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<PaletteTable> {
  const channels = await Promise.all(source.channels.map((channel) => entriesOf(channel, bulkData)));
  const count = Math.max(...channels.map((entries) => entries.length));
  const rgb = new Uint8Array(count * 3);
  for (const [offset, entries] of channels.entries()) {
    for (let index = 0; index < count; index++)
      rgb[index * 3 + offset] = entries[Math.min(index, entries.length - 1)] ?? 0;
  }
  return { firstMapped: source.channels[0].descriptor[1], rgb };
}

async function entriesOf(
  channel: PaletteChannelSource,
  bulkData: (uri: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<readonly number[]> {
  const [described, , bits] = channel.descriptor;
  const count = described === 0 ? 65536 : described;
  const words = await wordsOf(channel, count, bulkData);
  const entries = channel.segmented ? expandSegmentedPalette(words) : words.slice(0, count);
  // Some writers say 16 bits and put 8-bit values in; a table that never leaves the low byte is read as 8 bits.
  const shift = bits > 8 && entries.some((entry) => entry > 255) ? 8 : 0;
  return entries.map((entry) => (entry >> shift) & 255);
}

async function wordsOf(
  channel: PaletteChannelSource,
  count: number,
  bulkData: (uri: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<readonly number[]> {
  if (channel.values.length > 0) return channel.values;
  const bytes = channel.uri
    ? await bulkData(channel.uri)
    : Uint8Array.from(atob(channel.inline ?? ""), (letter) => letter.charCodeAt(0));
  // Entries of 8 bits may be packed two to a word.
  if (!channel.segmented && bytes.length < count * 2) return [...bytes];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 1 }, (_, index) => view.getUint16(index * 2, true));
}
