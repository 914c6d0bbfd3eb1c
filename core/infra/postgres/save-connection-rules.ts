import { X509Certificate } from "node:crypto";
import { DomainError } from "../../errors.ts";
import type { HubTx } from "./as-actor.ts";

/** What is undefined stays as it is. */
export interface ConnectionRules {
  /** Null: any certificate of our CA that is made out to the AE title. */
  readonly certificateSha256?: string | null | undefined;
  readonly tlsOnly?: boolean | undefined;
  /** Null: as many as any other. */
  readonly maxAssociations?: number | null | undefined;
  /** Associations of ours with it at the same time. */
  readonly maxOutgoing?: number | undefined;
  /** Of the answers to its worklist queries; null: as it asks. */
  readonly characterSet?: string | null | undefined;
  /** It is told when a study of its site is complete. */
  readonly isToldAvailability?: boolean | undefined;
}

/** How a registered AE title has to connect. Associations that are open stay open. */
export async function saveConnectionRules(tx: HubTx, title: string, rules: ConnectionRules): Promise<void> {
  const values = {
    ...(rules.certificateSha256 !== undefined && { certificate_sha256: rules.certificateSha256 }),
    ...(rules.tlsOnly !== undefined && { tls_only: rules.tlsOnly }),
    ...(rules.maxAssociations !== undefined && { max_associations: rules.maxAssociations }),
    ...(rules.maxOutgoing !== undefined && { max_outgoing: rules.maxOutgoing }),
    ...(rules.characterSet !== undefined && { character_set: rules.characterSet }),
    ...(rules.isToldAvailability !== undefined && { is_told_availability: rules.isToldAvailability }),
  };
  if (Object.keys(values).length === 0) return;
  const done = await tx.updateTable("application_entity").set(values).where("title", "=", title).executeTakeFirst();
  if (done.numUpdatedRows === 0n) throw new DomainError("not-found");
}

/** SHA-256 of a certificate's DER form, lower-case hex, from its PEM or DER file. Throws `request-invalid`. */
export function certificateSha256(file: Buffer): string {
  try {
    return new X509Certificate(file).fingerprint256.replaceAll(":", "").toLowerCase();
  } catch (error) {
    throw new DomainError("request-invalid", { where: "--certificate" }, { cause: error });
  }
}
