import type { Socket } from "node:net";
import type { CommandSet } from "../upper-layer/command-codec.ts";
import { MessageAssembler } from "../upper-layer/message-assembler.ts";
import type { AcceptedContext, Pdu } from "../upper-layer/pdu.ts";
import { encodePdu } from "../upper-layer/pdu-codec.ts";
import { PduReader } from "../upper-layer/pdu-reader.ts";
import { AssociationFailed } from "./association-failed.ts";

export interface PeerMessage {
  readonly command: CommandSet;
  readonly dataSet: Buffer | null;
}

/** What a peer that we called says, word by word. */
export interface PeerInbox {
  /** Rejects with AssociationFailed when nothing comes within `limitMs` (the peer is then told, too) or the line is lost. */
  next(limitMs: number): Promise<PeerMessage | Pdu>;
  /** Messages are understood from here on: these contexts were agreed on. */
  agreeOn(contexts: readonly AcceptedContext[]): void;
  /** Ends the connection; whoever waits hears why. The first reason stands. */
  fail(why: AssociationFailed): void;
  readonly failure: AssociationFailed | null;
}

/** Of a PDU, in bytes; the second is told to the peer. */
export const PDU_LIMITS = { maxAssociateLength: 65_536, maxPduLength: 262_144 };
/** The longest data set of a response that anyone means. */
const MAX_DATA_SET_BYTES = 1024 * 1024;
/** Messages that may lie here unread: a C-FIND's matches come as fast as the peer likes. */
const MAX_ARRIVED = 10_000;
/** And all of them together. */
const MAX_ARRIVED_BYTES = 8 * 1024 * 1024;

/** What waits for the peer's next word. */
interface Waiting {
  readonly resolve: (message: PeerMessage | Pdu) => void;
  readonly reject: (error: Error) => void;
  readonly clock: NodeJS.Timeout;
}

export function peerInbox(socket: Socket): PeerInbox {
  const reader = new PduReader(PDU_LIMITS);
  const arrived: (PeerMessage | Pdu)[] = [];
  let assembler: MessageAssembler | null = null;
  let command: CommandSet | null = null;
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  let arrivedBytes = 0;
  let waiting: Waiting | null = null;
  let failure: AssociationFailed | null = null;

  function fail(why: AssociationFailed): void {
    failure ??= why;
    socket.destroy();
    const waits = waiting;
    waiting = null;
    if (!waits) return;
    clearTimeout(waits.clock);
    waits.reject(failure);
  }

  function give(message: PeerMessage | Pdu): void {
    const waits = waiting;
    waiting = null;
    if (!waits) {
      arrivedBytes += bytesOf(message);
      if (arrived.length >= MAX_ARRIVED || arrivedBytes > MAX_ARRIVED_BYTES)
        throw new AssociationFailed("protocol", "more than was asked for");
      return void arrived.push(message);
    }
    clearTimeout(waits.clock);
    waits.resolve(message);
  }

  function next(limitMs: number): Promise<PeerMessage | Pdu> {
    const ready = arrived.shift();
    if (ready) {
      arrivedBytes -= bytesOf(ready);
      return Promise.resolve(ready);
    }
    if (failure) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        if (socket.writable) socket.write(encodePdu({ kind: "abort", source: 2, reason: 0 }));
        fail(new AssociationFailed("silent", ""));
      }, limitMs);
      waiting = { resolve, reject, clock };
    });
  }

  function take(chunk: Buffer): void {
    for (const event of reader.read(chunk)) {
      if (event.kind === "p-data") continue;
      if (event.kind === "pdu") {
        if (event.pdu.kind === "abort") throw new AssociationFailed("aborted", `source ${event.pdu.source}`);
        give(event.pdu);
        continue;
      }
      const part = assembler?.take(event);
      if (!assembler) throw new AssociationFailed("protocol", "data before the association");
      if (part?.kind === "command") {
        command = part.command;
        if (!part.hasDataSet) finish(null);
      } else if (part) {
        pieceBytes += part.data.length;
        if (pieceBytes > MAX_DATA_SET_BYTES)
          throw new AssociationFailed("protocol", "data set of a response is too long");
        pieces.push(Buffer.from(part.data));
        if (part.isLast) finish(Buffer.concat(pieces));
      }
    }
  }

  function finish(dataSet: Buffer | null): void {
    const whole = command as CommandSet;
    command = null;
    pieces = [];
    pieceBytes = 0;
    give({ command: whole, dataSet });
  }

  socket.on("data", (chunk: Buffer) => {
    try {
      take(chunk);
    } catch (error) {
      fail(error instanceof AssociationFailed ? error : new AssociationFailed("protocol", "malformed PDU"));
    }
  });
  socket.on("error", () => undefined); // followed by "close"
  socket.on("close", () => fail(new AssociationFailed("lost", "")));

  return {
    next,
    agreeOn: (contexts) => {
      assembler = new MessageAssembler(new Map(contexts.map((context) => [context.id, context])));
    },
    fail,
    get failure() {
      return failure;
    },
  };
}

function bytesOf(message: PeerMessage | Pdu): number {
  return "command" in message ? (message.dataSet?.length ?? 0) : 0;
}
