import type { IncomingInstance, InstanceClaim, InstanceReceiver, InstanceSource } from "../../core/ports.ts";

export interface CollectedInstance {
  readonly source: InstanceSource;
  readonly claim: InstanceClaim;
  readonly chunks: Buffer[];
  state: "open" | "stored" | "aborted";
}

export interface Release {
  readonly source: InstanceSource;
  readonly studyInstanceUids: readonly string[];
}

export interface CollectingReceiver extends InstanceReceiver {
  readonly instances: CollectedInstance[];
  readonly releases: Release[];
}

export const STUDY_INSTANCE_UID = "2.25.1";

/** Keeps in memory what comes in. The hooks run before a write or a store takes effect: to delay it or to make it fail. */
export function collectingReceiver(
  hooks: {
    readonly beforeWrite?: (instance: CollectedInstance) => Promise<void>;
    readonly beforeStore?: (instance: CollectedInstance) => Promise<void>;
  } = {},
): CollectingReceiver {
  const instances: CollectedInstance[] = [];
  const releases: Release[] = [];
  return {
    instances,
    releases,
    async receiveDataSet(source, claim): Promise<IncomingInstance> {
      const instance: CollectedInstance = { source, claim, chunks: [], state: "open" };
      instances.push(instance);
      return {
        async write(chunk) {
          await hooks.beforeWrite?.(instance);
          // Copied after the wait: a chunk that were changed or reused before its write has settled would show.
          instance.chunks.push(Buffer.from(chunk));
        },
        async store() {
          await hooks.beforeStore?.(instance);
          instance.state = "stored";
          return {
            outcome: "stored",
            studyInstanceUid: STUDY_INSTANCE_UID,
            seriesInstanceUid: `${STUDY_INSTANCE_UID}.1`,
            sopInstanceUid: claim.sopInstanceUid,
            sopClassUid: claim.sopClassUid,
          };
        },
        async abort() {
          instance.state = "aborted";
        },
      };
    },
    receivePart10: () => Promise.reject(new Error("not a way of DIMSE")),
    refused: () => Promise.reject(new Error("not a way of DIMSE")),
    async released(source, studyInstanceUids) {
      releases.push({ source, studyInstanceUids: [...studyInstanceUids] });
    },
  };
}

export function bytesOf(instance: CollectedInstance): Buffer {
  return Buffer.concat(instance.chunks);
}
