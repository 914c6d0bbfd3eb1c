import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import {
  type CommandSet,
  encodeCommand,
  NO_DATA_SET,
  WITH_DATA_SET,
} from "../../core/infra/upper-layer/command-codec.ts";
import { MessageAssembler } from "../../core/infra/upper-layer/message-assembler.ts";
import { encodeFragments, encodePdu } from "../../core/infra/upper-layer/pdu-codec.ts";
import { PduReader } from "../../core/infra/upper-layer/pdu-reader.ts";

export interface ScriptedResponse {
  readonly status: number;
  readonly dataSet?: Buffer;
  readonly more?: CommandSet;
}

/** What it says to a request, one after the other; after the last it is silent. */
type Script = () => AsyncGenerator<ScriptedResponse, void>;

export interface ScriptedPacs {
  readonly port: number;
  /** How many requests it had. */
  readonly requests: () => number;
  close(): Promise<void>;
}

const C_FIND = 0x0020;
const LIMITS = { maxAssociateLength: 65_536, maxPduLength: 65_536 };

/** A PACS that answers as it is told to, also as none should: an SCP of one association after the other. */
export async function scriptedPacs(script: { readonly find: Script; readonly move?: Script }): Promise<ScriptedPacs> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    const reader = new PduReader(LIMITS);
    let assembler: MessageAssembler | null = null;
    let asked: { readonly command: CommandSet; readonly contextId: number } | null = null;
    socket.on("data", (chunk: Buffer) => {
      for (const event of reader.read(chunk)) {
        if (event.kind === "p-data") continue;
        if (event.kind === "pdu") {
          const { pdu } = event;
          if (pdu.kind === "release-rq") socket.end(encodePdu({ kind: "release-rp" }));
          if (pdu.kind !== "associate-rq") continue;
          const contexts = pdu.contexts.map(({ id, abstractSyntaxUid, transferSyntaxUids }) => ({
            id,
            abstractSyntaxUid,
            transferSyntaxUid: transferSyntaxUids[0] ?? "",
          }));
          assembler = new MessageAssembler(new Map(contexts.map((context) => [context.id, context])));
          const { kind: _, contexts: __, ...rest } = pdu;
          const answers = contexts.map(({ id, transferSyntaxUid }) => ({ id, result: 0, transferSyntaxUid }));
          socket.write(encodePdu({ ...rest, kind: "associate-ac", contexts: answers }));
          continue;
        }
        const part = assembler?.take(event);
        if (part?.kind === "command") asked = { command: part.command, contextId: part.context.id };
        if (part?.kind !== "data" || !part.isLast || !asked) continue;
        requests += 1;
        const { command, contextId } = asked;
        void answer(socket, contextId, command, command.commandField === C_FIND ? script.find : script.move);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    requests: () => requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(socket: Socket, contextId: number, request: CommandSet, script?: Script): Promise<void> {
  for await (const { status, dataSet, more } of script?.() ?? []) {
    if (!socket.writable) return;
    const command = encodeCommand({
      ...more,
      affectedSopClassUid: request.affectedSopClassUid ?? "",
      commandField: (request.commandField ?? 0) | 0x8000,
      messageIdBeingRespondedTo: request.messageId ?? 0,
      commandDataSetType: dataSet ? WITH_DATA_SET : NO_DATA_SET,
      status,
    });
    const fragments = [command, ...(dataSet ? [dataSet] : [])].flatMap((bytes, i) =>
      encodeFragments(contextId, i === 0, bytes, 16_384),
    );
    if (!socket.write(Buffer.concat(fragments)))
      await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
  }
}
