import { findApplicationEntity } from "../../core/infra/postgres/find-application-entity.ts";
import { cFindService } from "../../server/dimse/c-find.ts";
import { cGetService } from "../../server/dimse/c-get.ts";
import { cMoveService } from "../../server/dimse/c-move.ts";
import { type DimseServer, type DimseServerOptions, startDimseServer } from "../../server/dimse/dimse-server.ts";
import { instanceAvailabilityService } from "../../server/dimse/instance-availability.ts";
import { modalityWorklistService } from "../../server/dimse/modality-worklist.ts";
import { performedStepCreateService, performedStepSetService } from "../../server/dimse/performed-procedure-step.ts";
import { storageCommitmentService } from "../../server/dimse/storage-commitment.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";

export interface ArchivePort {
  readonly district: DemoDistrict;
  readonly server: DimseServer;
  readonly events: { readonly event: string; readonly [id: string]: unknown }[];
  close(): Promise<void>;
}

/** The DICOM port as the hub runs it, on the demo district's own archive. */
export async function openArchivePort(options: Partial<DimseServerOptions> = {}): Promise<ArchivePort> {
  const district = await openDemoDistrict();
  const { db, blobs, receiver } = district;
  const events: ArchivePort["events"] = [];
  const caller = { aeTitle: "HUB", timeouts: { connectMs: 3000, responseMs: 2000, writeStallMs: 2000 } };
  const server = await startDimseServer({
    port: 0,
    host: "127.0.0.1",
    aeTitle: "HUB",
    findApplicationEntity: (title) => findApplicationEntity(db, title),
    receiver,
    services: [
      cFindService({ db, aeTitle: "HUB" }),
      cGetService({ db, blobs }),
      cMoveService({ db, blobs, caller }),
      storageCommitmentService({ db, blobs }),
      modalityWorklistService(db),
      performedStepCreateService(db),
      performedStepSetService(db, receiver),
      instanceAvailabilityService(db),
    ],
    log: (event) => events.push(event),
    ...options,
  });
  return {
    district,
    server,
    events,
    close: async () => {
      await server.close();
      await district.close();
    },
  };
}
