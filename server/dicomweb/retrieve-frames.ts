import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { isDescribedDecoded } from "../../core/decode/native-frame.ts";
import { DomainError } from "../../core/errors.ts";
import type { FrameReader } from "../../core/infra/archive/frame-reader.ts";
import { transcodedFrames } from "../../core/infra/archive/transcoded-frames.ts";
import type { FairCodecs } from "../../core/infra/codec/fair-codecs.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import { etagOf, IMMUTABLE, isUnchanged } from "./conditional-answer.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import { acceptedBy } from "./http-answer.ts";
import { frameTransferSyntax, negotiateFrames } from "./negotiate-media-type.ts";
import { pathUid } from "./path-uid.ts";
import { sendParts } from "./send-parts.ts";

interface FrameParts {
  readonly frames: FrameReader;
  readonly describe: FrameDescriptions;
  readonly codecs: FairCodecs;
}

const MAX_FRAMES = 1000;

/** Frames of one instance, as they are stored or made into another transfer syntax on the way. */
export function retrieveFrames(
  { frames, describe, codecs }: FrameParts,
  oneInstance: (request: Request, actor: Actor) => Promise<StoredInstance>,
) {
  /** Throws `not-acceptable` for colours that the header, which does not come with them, would have read as others. */
  async function madeFrames(
    { accountId }: Actor,
    studyInstanceUid: string,
    { instance, numbers }: { readonly instance: StoredInstance; readonly numbers: readonly number[] },
    to: string,
  ): Promise<AsyncIterable<Buffer>> {
    codecs.assertRoom(accountId);
    const { frames: described } = await describe(studyInstanceUid, instance);
    const [first] = described;
    if (!first) throw new DomainError("not-acceptable", { reason: "no pixels" });
    const { format } = first;
    if (!isDescribedDecoded(format, instance.transferSyntaxUid))
      throw new DomainError("not-acceptable", { reason: format.photometricInterpretation });
    return transcodedFrames({ frames, codecs: codecs.shareOf(accountId) }, { instance, format, numbers }, to);
  }

  return async (request: Request, response: Response, actor: Actor): Promise<void> => {
    const numbers = frameNumbers(request.params.frames);
    const instance = await oneInstance(request, actor);
    const accepted = acceptedBy(request).filter((range) => numbers.length === 1 || isMultipartRange(range.type));
    const chosen = negotiateFrames(accepted, instance.transferSyntaxUid);
    response.vary("Accept");
    if (isUnchanged(request, response, etagOf(`f${instance.id} ${numbers} ${JSON.stringify(chosen)}`), IMMUTABLE))
      return;
    const { type, transcodeTo } = chosen;
    const bytes = await (transcodeTo === null
      ? frames.read(instance, numbers)
      : madeFrames(actor, pathUid(request, "study"), { instance, numbers }, transcodeTo));
    const contentType = `${type}; transfer-syntax=${transcodeTo ?? frameTransferSyntax(instance.transferSyntaxUid)}`;
    await sendParts(response, bytes, { ...chosen, contentType, count: numbers.length });
  };
}

function frameNumbers(list: unknown): readonly number[] {
  if (typeof list !== "string" || !/^\d{1,9}(,\d{1,9})*$/.test(list))
    throw new DomainError("request-invalid", { where: "frames" });
  const numbers = list.split(",").map(Number);
  if (numbers.length > MAX_FRAMES || numbers.includes(0)) throw new DomainError("request-invalid", { where: "frames" });
  return numbers;
}

function isMultipartRange(type: string): boolean {
  return type === "*/*" || type.startsWith("multipart/");
}
