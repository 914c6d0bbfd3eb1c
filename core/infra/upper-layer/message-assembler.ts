import { type CommandSet, decodeCommand, NO_DATA_SET } from "./command-codec.ts";
import type { AcceptedContext } from "./pdu.ts";
import type { PdvPiece } from "./pdu-reader.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

export type MessagePart =
  | {
      readonly kind: "command";
      readonly command: CommandSet;
      readonly context: AcceptedContext;
      readonly hasDataSet: boolean;
    }
  | { readonly kind: "data"; readonly data: Buffer; readonly isLast: boolean };

const MAX_COMMAND_LENGTH = 65_536;

/**
 * Makes messages of PDV pieces: a whole command set, then the pieces of its data set. One message at a time, on one
 * presentation context (PS3.8 Annex E); whatever mixes two is a fault, so that fragments never end up in another instance.
 */
export class MessageAssembler {
  readonly #contexts: ReadonlyMap<number, AcceptedContext>;
  #phase: "between" | "command" | "data" = "between";
  #context: AcceptedContext | null = null;
  #command: Buffer[] = [];
  #commandLength = 0;

  constructor(contexts: ReadonlyMap<number, AcceptedContext>) {
    this.#contexts = contexts;
  }

  /** The peer owes the rest of a message. */
  get isInMessage(): boolean {
    return this.#phase !== "between";
  }

  /** Null while the command is not whole. Throws UpperLayerFault. */
  take(piece: PdvPiece): MessagePart | null {
    const context = this.#contexts.get(piece.contextId);
    if (!context) throw new UpperLayerFault("invalidParameterValue", "PDV of a context that was not accepted");
    if (this.#phase !== "between" && context !== this.#context) {
      throw new UpperLayerFault("unexpectedParameter", "PDV of another context within a message");
    }
    if (piece.isCommand !== (this.#phase !== "data")) {
      const what = piece.isCommand ? "command within a data set" : "data set without a command";
      throw new UpperLayerFault("unexpectedParameter", what);
    }
    if (!piece.isCommand) {
      if (piece.isLast) this.#phase = "between";
      return { kind: "data", data: piece.data, isLast: piece.isLast };
    }
    this.#phase = "command";
    this.#context = context;
    this.#commandLength += piece.data.length;
    if (this.#commandLength > MAX_COMMAND_LENGTH) {
      throw new UpperLayerFault("invalidParameterValue", "command longer than allowed");
    }
    // Copied: a view of a few bytes would keep its whole chunk in memory.
    if (piece.data.length > 0) this.#command.push(Buffer.from(piece.data));
    return piece.isLast ? this.#finishCommand(context) : null;
  }

  #finishCommand(context: AcceptedContext): MessagePart {
    const command = decodeCommand(Buffer.concat(this.#command));
    this.#command = [];
    this.#commandLength = 0;
    if (command.commandDataSetType === undefined) {
      throw new UpperLayerFault("invalidParameterValue", "command without its data set type");
    }
    const hasDataSet = command.commandDataSetType !== NO_DATA_SET;
    this.#phase = hasDataSet ? "data" : "between";
    return { kind: "command", command, context, hasDataSet };
  }
}
