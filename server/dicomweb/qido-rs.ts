import type { Request, Response } from "express";
import type { Actor } from "../../core/access/actor.ts";
import { dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { Condition, QueryLevel } from "../../core/infra/postgres/archive-conditions.ts";
import { findInArchive } from "../../core/infra/postgres/archive-queries.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { sampleInstances } from "../../core/infra/postgres/sample-instances.ts";
import type { BlobStore } from "../../core/ports.ts";
import { assertAcceptsDicomJson, dicomwebBaseUrl, sendDicomJson } from "./http-answer.ts";
import { qidoAnswer } from "./qido-answer.ts";
import { readHeaderFields } from "./qido-fields.ts";
import { type QidoParameter, type QidoQuery, qidoQuery } from "./qido-query.ts";

/**
 * Search (PS3.18 §10.6) at one level. No match is 200 with an empty array: PS3.18 allows it beside 204, and clients that
 * parse every answer as JSON need it.
 */
export function searchFor(db: Database, blobs: BlobStore, level: QueryLevel) {
  return async (request: Request, response: Response, actor: Actor): Promise<void> => {
    assertAcceptsDicomJson(request);
    const query = qidoQuery(level, parametersOf(request), pathConditions(request));
    // One more than asked for tells whether there is more.
    const found = await findInArchive(db, actor, { ...query, limit: query.limit + 1 });
    const matches = found.slice(0, query.limit);
    const { fields } = query;
    const headers = fields
      ? await readHeaderFields(
          blobs,
          level,
          fields,
          matches,
          await asActor(db, actor, (tx) => sampleInstances(tx, level, matches)),
        )
      : [];
    const warning = warningOf(query, found.length > matches.length && query.isCut);
    if (warning) response.setHeader("Warning", warning);
    response.setHeader("Cache-Control", "private, no-store");
    const baseUrl = dicomwebBaseUrl(request);
    const answers = matches.map((match, i) => dicomJsonText({ ...headers[i], ...qidoAnswer(match, baseUrl) }));
    sendDicomJson(response, `[${answers.join(",\n")}]`);
  };
}

/** As they stand in the URL, repeats included, because `includefield` may come often. */
export function parametersOf(request: Request): readonly QidoParameter[] {
  const at = request.originalUrl.indexOf("?");
  const search = new URLSearchParams(at < 0 ? "" : request.originalUrl.slice(at + 1));
  return [...search].map(([name, value]) => ({ name, value }));
}

function pathConditions(request: Request): readonly Condition[] {
  const { study, series } = request.params;
  return [
    ["0020000D", study],
    ["0020000E", series],
  ].flatMap(([tag, uid]) => {
    if (uid === undefined) return [];
    if (typeof uid !== "string" || !isUid(uid)) throw new DomainError("request-invalid", { where: "uid" });
    return [{ tag: tag as string, match: { kind: "equals", values: [uid] } } as const];
  });
}

/** PS3.18 §8.3.4.5 and §10.6.3; header values are ASCII, and what a client sent is not sent back to it as it came. */
export function warningOf(query: Pick<QidoQuery, "ignored" | "limit">, isCut: boolean): string | null {
  const names = query.ignored.map((name) => name.replace(/[^\w.=-]/g, "").slice(0, 64)).slice(0, 8);
  const texts = [
    ...(names.length > 0 ? [`These parameters are not supported and were ignored: ${names.join(" ")}`] : []),
    ...(isCut ? [`There are more than ${query.limit} results; ask for the rest with offset`] : []),
  ];
  return texts.length === 0 ? null : texts.map((text) => `299 tele-reading-hub "${text}"`).join(", ");
}
