import { TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import {
  type AcceptedContext,
  CONTEXT_RESULT,
  type ContextAnswer,
  type ProposedContext,
  type RoleSelection,
} from "../../core/infra/upper-layer/pdu.ts";

export interface Negotiation {
  readonly answers: readonly ContextAnswer[];
  readonly accepted: ReadonlyMap<number, AcceptedContext>;
  readonly roles: readonly RoleSelection[];
}

/**
 * The answer to proposed presentation contexts (PS3.8 §9.3.3.2). Of the transfer syntaxes the first that we know is
 * taken: the peer's own order comes nearest to how it holds the instance, and what comes is kept as it came.
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
    const transferSyntaxUid = transferSyntaxUids.find((uid) => TRANSFER_SYNTAXES.has(uid));
    if (transferSyntaxUid === undefined) {
      return { id, result: CONTEXT_RESULT["transfer-syntaxes-not-supported"], transferSyntaxUid: first };
    }
    accepted.set(id, { id, abstractSyntaxUid, transferSyntaxUid });
    return { id, result: CONTEXT_RESULT.acceptance, transferSyntaxUid };
  });
  return { answers, accepted, roles: answerRoles(roles, accepted) };
}

/** We perform services and ask for none on the peer's association: its SCU role stands, its SCP role does not (PS3.7 §D.3.3.4). */
function answerRoles(roles: readonly RoleSelection[], accepted: ReadonlyMap<number, AcceptedContext>): RoleSelection[] {
  const agreed = new Set([...accepted.values()].map((context) => context.abstractSyntaxUid));
  return roles
    .filter((role) => agreed.has(role.sopClassUid))
    .map((role) => ({ sopClassUid: role.sopClassUid, scu: role.scu, scp: false }));
}
