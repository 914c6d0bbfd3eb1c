import type { NamedProtocol } from "../../core/reading/hanging/choose-protocol.ts";
import { callApi } from "../api/call-api.ts";

/** How the reader wants images hung. */
export interface OwnHanging {
  readonly own: readonly NamedProtocol[];
  /** The protocol chosen last, by kind of examination. */
  readonly choices: ReadonlyMap<string, string>;
}

/** Images are not kept waiting for it any longer. */
const LONGEST_WAIT_MS = 1500;
const HUBS_ALONE: OwnHanging = { own: [], choices: new Map() };

/** Read while the study's metadata are on their way. When the hub does not say it, its own protocols serve. */
export async function readOwnHanging(leaving: AbortSignal): Promise<OwnHanging> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(LONGEST_WAIT_MS)]);
  try {
    const { own, choices } = await callApi("getHanging", {}, { signal });
    return { own, choices: new Map(choices.map(({ examKind, protocolId }) => [examKind, protocolId])) };
  } catch {
    return HUBS_ALONE;
  }
}
