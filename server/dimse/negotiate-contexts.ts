import { STORAGE_SOP_CLASSES } from "../../core/dicom/storage-sop-classes.ts";
import { TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import {
  type AcceptedContext,
  CONTEXT_RESULT,
  type ContextAnswer,
  type ProposedContext,
  type RoleSelection,
} from "../../core/infra/upper-layer/pdu.ts";
import { QUERY_RETRIEVE_ROOTS } from "./query-retrieve-sop-classes.ts";

export interface Negotiation {
  readonly answers: readonly ContextAnswer[];
  readonly accepted: ReadonlyMap<number, AcceptedContext>;
  readonly roles: readonly RoleSelection[];
  /** Contexts on which the peer takes C-STORE requests of ours: the sub-operations of its C-GET. */
  readonly storeContexts: readonly AcceptedContext[];
}

/**
 * The answer to proposed presentation contexts (PS3.8 §9.3.3.2). Of the transfer syntaxes the first that we know is
 * taken: the peer's own order comes nearest to how it holds the instance, and what comes is kept as it came. What is no
 * storage speaks plain data sets only.
 */
export function negotiateContexts(
  proposed: readonly ProposedContext[],
  roles: readonly RoleSelection[],
  isSupported: (abstractSyntaxUid: string) => boolean,
): Negotiation {
  const accepted = new Map<number, AcceptedContext>();
  const answers = proposed.map(({ id, abstractSyntaxUid, transferSyntaxUids }): ContextAnswer => {
    const [first = IMPLICIT_VR_LITTLE_ENDIAN] = transferSyntaxUids;
    if (!isSupported(abstractSyntaxUid)) {
      return { id, result: CONTEXT_RESULT["abstract-syntax-not-supported"], transferSyntaxUid: first };
    }
    const known = STORAGE_SOP_CLASSES.has(abstractSyntaxUid) ? TRANSFER_SYNTAXES : PLAIN_TRANSFER_SYNTAXES;
    const transferSyntaxUid = transferSyntaxUids.find((uid) => known.has(uid));
    if (transferSyntaxUid === undefined) {
      return { id, result: CONTEXT_RESULT["transfer-syntaxes-not-supported"], transferSyntaxUid: first };
    }
    accepted.set(id, { id, abstractSyntaxUid, transferSyntaxUid });
    return { id, result: CONTEXT_RESULT.acceptance, transferSyntaxUid };
  });
  const agreedRoles = answerRoles(roles, [...accepted.values()]);
  const taking = new Set(agreedRoles.filter((role) => role.scp).map((role) => role.sopClassUid));
  const storeContexts = [...accepted.values()].filter((context) => taking.has(context.abstractSyntaxUid));
  return { answers, accepted, roles: agreedRoles, storeContexts };
}

const PLAIN_TRANSFER_SYNTAXES: ReadonlySet<string> = new Set([EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]);

/**
 * The peer's SCU role stands as it said; its SCP role does for storage when it may C-GET on this association, since that
 * is the one thing for which we turn to it (PS3.7 §D.3.3.4, PS3.4 §C.5.3).
 */
function answerRoles(roles: readonly RoleSelection[], accepted: readonly AcceptedContext[]): RoleSelection[] {
  const agreed = new Set(accepted.map((context) => context.abstractSyntaxUid));
  const mayGet = accepted.some((context) => QUERY_RETRIEVE_ROOTS.get.has(context.abstractSyntaxUid));
  return roles
    .filter((role) => agreed.has(role.sopClassUid))
    .map(({ sopClassUid, scu, scp }) => ({
      sopClassUid,
      scu,
      scp: scp && mayGet && STORAGE_SOP_CLASSES.has(sopClassUid),
    }));
}
