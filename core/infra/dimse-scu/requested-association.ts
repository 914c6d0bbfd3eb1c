import type { Socket } from "node:net";
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../dicom/uid.ts";
import {
  type CommandSet,
  encodeCommand,
  NO_DATA_SET,
  RESPONSE_BIT,
  WITH_DATA_SET,
} from "../upper-layer/command-codec.ts";
import { type AcceptedContext, APPLICATION_CONTEXT_UID, type RoleSelection } from "../upper-layer/pdu.ts";
import { encodeFragments, encodePdu } from "../upper-layer/pdu-codec.ts";
import { SocketWriter } from "../upper-layer/socket-writer.ts";
import { streamFragments } from "../upper-layer/stream-fragments.ts";
import { AssociationFailed } from "./association-failed.ts";
import { PDU_LIMITS, type PeerMessage, peerInbox } from "./peer-inbox.ts";

/** What is proposed: each with the transfer syntaxes it can be sent in, the best first. */
export interface Proposal {
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUids: readonly string[];
  /** We are the SCP of it on this association (PS3.7 §D.3.3.4): storage commitment's report. */
  readonly asScp?: boolean;
}

export interface RequestTimeouts {
  /** For the connection, and for the answer to the association request. */
  readonly connectMs: number;
  /** From the end of what we sent to the peer's next word. */
  readonly responseMs: number;
  readonly writeStallMs: number;
  /** From the end of what we sent to the final response, however often the peer says that it is still at it. */
  readonly wholeMs: number;
}

/** An association that we asked for. Every method rejects with AssociationFailed when the peer does not do its part. */
export interface RequestedAssociation {
  readonly contexts: readonly AcceptedContext[];
  /**
   * Sends a request and gives its final response; those before it that say "pending" go to `onPending`. One at a time.
   */
  request(
    context: AcceptedContext,
    command: CommandSet & { readonly commandField: number },
    dataSet?: AsyncIterable<Uint8Array> | null,
    onPending?: (message: PeerMessage) => void,
  ): Promise<PeerMessage>;
  release(): Promise<void>;
  abort(): void;
}

const RELEASE_MS = 5000;

interface Titles {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

/** Association requestor (PS3.8 §9.2) on a connection that stands. More than 128 proposals are more than fit. */
export async function requestAssociation(
  socket: Socket,
  { callingAeTitle, calledAeTitle }: Titles,
  proposals: readonly Proposal[],
  timeouts: RequestTimeouts,
): Promise<RequestedAssociation> {
  if (proposals.length === 0 || proposals.length > 128) throw new RangeError("1 to 128 presentation contexts");
  const writer = new SocketWriter(socket, timeouts.writeStallMs, () => undefined);
  const inbox = peerInbox(socket);
  let messageId = 0;

  async function write(bytes: readonly Uint8Array[]): Promise<void> {
    if (inbox.failure) throw inbox.failure;
    await writer.write(bytes).catch(() => {
      throw inbox.failure ?? new AssociationFailed("lost", "");
    });
  }

  const proposed = proposals.map((proposal, i) => ({ ...proposal, id: 2 * i + 1 }));
  const roles = proposals.flatMap(({ abstractSyntaxUid, asScp }): RoleSelection[] =>
    asScp ? [{ sopClassUid: abstractSyntaxUid, scu: false, scp: true }] : [],
  );
  await write([
    encodePdu({
      kind: "associate-rq",
      protocolVersion: 1,
      applicationContextUid: APPLICATION_CONTEXT_UID,
      callingAeTitle,
      calledAeTitle,
      contexts: proposed,
      user: {
        maxPduLength: PDU_LIMITS.maxPduLength,
        implementationClassUid: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        roles,
      },
    }),
  ]);
  const answer = await inbox.next(timeouts.connectMs);
  if (!("kind" in answer) || answer.kind !== "associate-ac") {
    socket.destroy();
    if ("kind" in answer && answer.kind === "associate-rj")
      throw new AssociationFailed(
        "rejected",
        `result ${answer.result}, source ${answer.source}, reason ${answer.reason}`,
      );
    throw new AssociationFailed("protocol", "no answer to the association request");
  }
  const peerMaxPduLength = answer.user.maxPduLength;
  const contexts = answer.contexts.flatMap(({ id, result, transferSyntaxUid }): AcceptedContext[] => {
    const asked = proposed.find((each) => each.id === id);
    const isOurs = result === 0 && asked?.transferSyntaxUids.includes(transferSyntaxUid);
    return isOurs && asked ? [{ id, abstractSyntaxUid: asked.abstractSyntaxUid, transferSyntaxUid }] : [];
  });
  inbox.agreeOn(contexts);

  return {
    contexts,
    request: async (context, request, dataSet, onPending) => {
      messageId = (messageId % 0xffff) + 1;
      const commandDataSetType = dataSet ? WITH_DATA_SET : NO_DATA_SET;
      const bytes = encodeCommand({ ...request, messageId, commandDataSetType });
      await write(encodeFragments(context.id, true, bytes, peerMaxPduLength));
      if (dataSet) for await (const pdus of streamFragments(context.id, dataSet, peerMaxPduLength)) await write(pdus);
      const end = performance.now() + timeouts.wholeMs;
      for (;;) {
        const message = await inbox.next(Math.max(1, Math.min(timeouts.responseMs, end - performance.now())));
        const isAnswer =
          "command" in message &&
          message.command.commandField === (request.commandField | RESPONSE_BIT) &&
          message.command.messageIdBeingRespondedTo === messageId &&
          message.command.status !== undefined;
        if (!isAnswer) {
          const why = new AssociationFailed("protocol", "not the response to the request");
          inbox.fail(why);
          throw inbox.failure ?? why;
        }
        if (!isPending(message.command.status ?? 0)) return message;
        onPending?.(message);
      }
    },
    release: async () => {
      await write([encodePdu({ kind: "release-rq" })]);
      await inbox.next(Math.min(RELEASE_MS, timeouts.responseMs)).catch(() => undefined); // it is over either way
      socket.end();
      socket.destroySoon();
    },
    abort: () => {
      if (socket.writable) socket.write(encodePdu({ kind: "abort", source: 0, reason: 0 }));
      inbox.fail(new AssociationFailed("aborted", "by us"));
    },
  };
}

/** FF00H and FF01H (PS3.7 §C.4). */
function isPending(status: number): boolean {
  return status === 0xff00 || status === 0xff01;
}
