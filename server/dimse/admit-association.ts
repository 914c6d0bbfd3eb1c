import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "../../core/dicom/uid.ts";
import type { ApplicationEntity } from "../../core/infra/postgres/find-application-entity.ts";
import {
  APPLICATION_CONTEXT_UID,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
} from "../../core/infra/upper-layer/pdu.ts";
import type { AssociationSlots } from "./association-slots.ts";
import type { Negotiation } from "./negotiate-contexts.ts";
import type { TlsPeer } from "./tls-peer.ts";

/** What is not said has no limit of its own. */
type RegisteredPeer = Pick<ApplicationEntity, "siteId"> & Partial<ApplicationEntity>;

export type FindApplicationEntity = (callingAeTitle: string) => Promise<RegisteredPeer | null>;

/** Result, source and reason of an A-ASSOCIATE-RJ (PS3.8 table 9-21). */
const REJECTION = {
  "application-context-not-supported": [1, 1, 2],
  "calling-ae-title-not-recognized": [1, 1, 3],
  "called-ae-title-not-recognized": [1, 1, 7],
  "protocol-version-not-supported": [1, 2, 2],
  "temporary-congestion": [2, 3, 1],
  "local-limit-exceeded": [2, 3, 2],
} as const;

type RejectionName = keyof typeof REJECTION;

type Admission =
  | { readonly admitted: true; readonly siteId: string }
  | { readonly admitted: false; readonly rejection: RejectionName; readonly reason?: string; readonly error?: unknown };

export interface AdmissionRules {
  readonly aeTitle: string;
  readonly findApplicationEntity: FindApplicationEntity;
  readonly slots: AssociationSlots;
}

/**
 * Whether a peer may associate; `tlsPeer` is null on the plain port. An admitted one holds a slot, which its association
 * gives back.
 */
export async function admitAssociation(
  request: AssociateRequest,
  rules: AdmissionRules,
  tlsPeer: TlsPeer | null,
): Promise<Admission> {
  const refuse = (rejection: RejectionName, reason?: string): Admission => ({
    admitted: false,
    rejection,
    ...(reason !== undefined && { reason }),
  });
  if ((request.protocolVersion & 1) === 0) return refuse("protocol-version-not-supported");
  if (request.applicationContextUid !== APPLICATION_CONTEXT_UID) return refuse("application-context-not-supported");
  if (request.calledAeTitle !== rules.aeTitle) return refuse("called-ae-title-not-recognized");
  if (!isAeTitle(request.callingAeTitle)) return refuse("calling-ae-title-not-recognized");
  if (rules.slots.areFull) return refuse("local-limit-exceeded");
  let applicationEntity: RegisteredPeer | null;
  try {
    applicationEntity = await rules.findApplicationEntity(request.callingAeTitle);
  } catch (error) {
    return { admitted: false, rejection: "temporary-congestion", error };
  }
  if (!applicationEntity) return refuse("calling-ae-title-not-recognized");
  const mistrust = mistrustOf(request.callingAeTitle, applicationEntity, tlsPeer);
  if (mistrust) return refuse("calling-ae-title-not-recognized", mistrust);
  const { maxAssociations } = applicationEntity;
  if (!rules.slots.take(request.callingAeTitle, maxAssociations)) return refuse("local-limit-exceeded");
  return { admitted: true, siteId: applicationEntity.siteId };
}

/** Why the connection is not good enough for the AE title that it claims; the peer itself is only told that it is unknown. */
function mistrustOf(callingAeTitle: string, entity: RegisteredPeer, tlsPeer: TlsPeer | null): string | null {
  if (!tlsPeer) return entity.tlsOnly ? "tls-required" : null;
  if (entity.certificateSha256) {
    return tlsPeer.certificateSha256 === entity.certificateSha256 ? null : "another-certificate";
  }
  return tlsPeer.commonName === callingAeTitle ? null : "certificate-of-another-name";
}

export function rejectPdu(rejection: RejectionName): AssociateReject {
  const [result, source, reason] = REJECTION[rejection];
  return { kind: "associate-rj", result, source, reason };
}

export function acceptPdu(request: AssociateRequest, negotiation: Negotiation, maxPduLength: number): AssociateAccept {
  return {
    kind: "associate-ac",
    protocolVersion: 1,
    applicationContextUid: APPLICATION_CONTEXT_UID,
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    contexts: negotiation.answers,
    user: {
      maxPduLength,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
      roles: negotiation.roles,
    },
  };
}

/** VR AE (PS3.5 §6.2): 1 to 16 printable ASCII characters without backslash. */
export function isAeTitle(text: string): boolean {
  return /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text);
}
