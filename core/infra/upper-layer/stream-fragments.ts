import { fragmentHeader, fragmentRoom } from "./pdu-codec.ts";

/**
 * A data set that streams, as P-DATA-TF PDUs of one fragment each: what one chunk gives comes in one list, ready to be
 * written. All fragments but the last are full, so of even length; nothing is held but what does not fill one.
 */
export async function* streamFragments(
  contextId: number,
  dataSet: AsyncIterable<Uint8Array>,
  maxPduLength: number,
): AsyncGenerator<readonly Uint8Array[], void> {
  const room = fragmentRoom(maxPduLength);
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of dataSet) {
    const pdus: Uint8Array[] = [];
    let at = 0;
    // A full fragment is kept back until more has come: it may be the last.
    while (heldBytes + chunk.length - at > room) {
      const piece = chunk.subarray(at, at + room - heldBytes);
      pdus.push(fragmentHeader(contextId, room, { isCommand: false, isLast: false }), ...held, piece);
      at += piece.length;
      held = [];
      heldBytes = 0;
    }
    if (at < chunk.length) held.push(chunk.subarray(at));
    heldBytes += chunk.length - at;
    if (pdus.length > 0) yield pdus;
  }
  yield [fragmentHeader(contextId, heldBytes, { isCommand: false, isLast: true }), ...held];
}
