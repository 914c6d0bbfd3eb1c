import { AssociationEnded } from "../../core/infra/upper-layer/association-ended.ts";
import { type CommandSet, RESPONSE_BIT } from "../../core/infra/upper-layer/command-codec.ts";
import { DataSetStream } from "../../core/infra/upper-layer/data-set-stream.ts";
import type { MessagePart } from "../../core/infra/upper-layer/message-assembler.ts";
import { UpperLayerFault } from "../../core/infra/upper-layer/upper-layer-fault.ts";
import type { DimseAssociation, DimseRequest, DimseService } from "./dimse-service.ts";
import { dimseStatusOf, SOP_CLASS_NOT_SUPPORTED, UNRECOGNIZED_OPERATION } from "./dimse-status.ts";

const C_CANCEL_RQ = 0x0fff;

interface Running {
  readonly request: DimseRequest;
  readonly dataSet: DataSetStream;
  readonly canceller: AbortController;
  readonly done: Promise<void>;
}

/**
 * Gives each request to its service, one after the other: the next waits until the last has been answered (PS3.7 §D.3.3.3,
 * no asynchronous operations). A promise that comes back is backpressure: nothing more is read until it resolves.
 */
export class RequestDispatcher {
  readonly #services: readonly DimseService[];
  readonly #association: DimseAssociation;
  readonly #windowBytes: number;
  readonly #takeResponse: (command: CommandSet) => void;
  /** Told of what went wrong beside the request itself: an answer that could not be made. */
  readonly #onSettled: (fault: unknown) => void;
  #running: Running | null = null;
  #dataSet: DataSetStream | null = null;
  #ended = false;

  constructor(
    services: readonly DimseService[],
    association: DimseAssociation,
    windowBytes: number,
    takeResponse: (command: CommandSet) => void,
    onSettled: (fault: unknown) => void,
  ) {
    this.#services = services;
    this.#association = association;
    this.#windowBytes = windowBytes;
    this.#takeResponse = takeResponse;
    this.#onSettled = onSettled;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when the request that is running, if any, has been answered. Never rejects. */
  async settled(): Promise<void> {
    await this.#running?.done;
  }

  take(part: MessagePart): Promise<void> | null {
    if (part.kind === "command") return this.#takeCommand(part);
    const full = this.#dataSet?.push(part.data) ?? null;
    if (part.isLast) {
      this.#dataSet?.end();
      this.#dataSet = null;
    }
    return full;
  }

  /** The association is over: a service that waits for the peer stops waiting. */
  end(): void {
    this.#ended = true;
    this.#running?.dataSet.fail(new AssociationEnded());
    this.#running?.canceller.abort();
  }

  async #takeCommand({ command, context, hasDataSet }: Extract<MessagePart, { kind: "command" }>): Promise<void> {
    const { commandField, messageId } = command;
    if (commandField === C_CANCEL_RQ) {
      this.#cancel(command);
      return;
    }
    if (commandField !== undefined && commandField & RESPONSE_BIT) {
      // A data set that comes with it finds no taker and is dropped.
      this.#takeResponse(command);
      return;
    }
    if (commandField === undefined || messageId === undefined) {
      throw new UpperLayerFault("invalidParameterValue", "command without field or message id");
    }
    await this.settled();
    if (this.#ended) return;
    const dataSet = new DataSetStream(this.#windowBytes);
    if (hasDataSet) this.#dataSet = dataSet;
    else dataSet.end();
    const canceller = new AbortController();
    const request: DimseRequest = {
      command: { ...command, commandField, messageId },
      context,
      dataSet,
      signal: canceller.signal,
    };
    this.#running = { request, dataSet, canceller, done: this.#run(request) };
  }

  #cancel(command: CommandSet): void {
    const running = this.#running;
    if (running?.request.command.messageId === command.messageIdBeingRespondedTo) running?.canceller.abort();
  }

  async #run(request: DimseRequest): Promise<void> {
    let fault: unknown = null;
    try {
      await this.#serve(request);
    } catch (error) {
      // When the association ended nobody is left to be answered, and it has logged why.
      if (!(error instanceof AssociationEnded)) fault = error;
    }
    this.#running = null;
    this.#onSettled(fault);
  }

  async #serve(request: DimseRequest): Promise<void> {
    const ofOperation = this.#services.filter((service) => service.commandField === request.command.commandField);
    const service = ofOperation.find((each) => each.supports(request.context.abstractSyntaxUid));
    try {
      if (service) {
        await service.serve(request, this.#association);
        await request.dataSet.discard();
        return;
      }
    } catch (error) {
      if (error instanceof AssociationEnded) throw error;
      const failure = dimseStatusOf(error);
      this.#association.log({ event: "request-failed", ...idsOf(request), status: failure.status, error });
      await this.#refuse(request, failure);
      return;
    }
    await this.#refuse(
      request,
      ofOperation.length > 0
        ? { status: SOP_CLASS_NOT_SUPPORTED, errorComment: "Operation is not of this SOP class" }
        : { status: UNRECOGNIZED_OPERATION, errorComment: "Operation is not known" },
    );
  }

  /** The answer waits for the whole data set: many devices do not read before they have sent it. */
  async #refuse(request: DimseRequest, failure: { readonly status: number; readonly errorComment: string }) {
    await request.dataSet.discard();
    const { affectedSopInstanceUid } = request.command;
    await this.#association.respond(request, {
      ...failure,
      ...(affectedSopInstanceUid !== undefined && { affectedSopInstanceUid }),
    });
  }
}

function idsOf({ command, context }: DimseRequest) {
  return {
    commandField: command.commandField,
    messageId: command.messageId,
    sopClassUid: context.abstractSyntaxUid,
    sopInstanceUid: command.affectedSopInstanceUid,
  };
}
