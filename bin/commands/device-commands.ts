import { readFile } from "node:fs/promises";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { DomainError } from "../../core/errors.ts";
import { readDicomTls } from "../../core/infra/dicom-tls-files.ts";
import { AssociationFailed } from "../../core/infra/dimse-scu/association-failed.ts";
import { echoPeer } from "../../core/infra/dimse-scu/echo-scu.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { saveApplicationEntity } from "../../core/infra/postgres/queries/district-queries.ts";
import {
  type ConnectionRules,
  certificateSha256,
  saveConnectionRules,
} from "../../core/infra/postgres/save-connection-rules.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { Options } from "./options.ts";
import { wholeNumber } from "./read-options.ts";

export const CHARACTER_SETS = ["ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 58"];

export async function addApplicationEntity(
  db: Database,
  [title]: readonly string[],
  options: Options,
): Promise<number> {
  const params = PAYLOADS.saveApplicationEntity.params.safeParse({ title });
  const body = PAYLOADS.saveApplicationEntity.body.safeParse({
    siteId: options.site,
    host: options.host ?? null,
    port: options.port === undefined ? null : Number(options.port),
  });
  if (!params.success || !body.success)
    throw new DomainError("request-invalid", { where: params.success ? "--site, --host, --port" : "TITLE" });
  const rules = await connectionRules(options);
  await asHub(db, async (tx) => {
    await saveApplicationEntity(tx, params.data.title, body.data);
    await saveConnectionRules(tx, params.data.title, rules);
    await writeAudit(tx, {
      actor: "hub",
      action: "application-entity.save",
      outcome: "done",
      detail: { title: params.data.title },
    });
  });
  return 0;
}

async function connectionRules(options: Options): Promise<ConnectionRules> {
  const { certificate, "max-associations": most, "tls-only": tlsOnly, "character-set": characterSet } = options;
  if (characterSet !== undefined && ![...CHARACTER_SETS, "any"].includes(characterSet))
    throw new DomainError("request-invalid", { where: "--character-set" });
  if (most !== undefined && !/^[1-9]\d{0,2}$/.test(most))
    throw new DomainError("request-invalid", { where: "--max-associations" });
  const file =
    certificate === undefined
      ? undefined
      : await readFile(certificate).catch(() => {
          throw new DomainError("request-invalid", { where: "--certificate" });
        });
  return {
    certificateSha256: file ? certificateSha256(file) : options["any-certificate"] === "true" ? null : undefined,
    tlsOnly: tlsOnly === undefined ? undefined : tlsOnly === "true",
    isToldAvailability: options.announce === undefined ? undefined : options.announce === "true",
    maxOutgoing: wholeNumber(options, "max-outgoing", 100),
    maxAssociations: most === undefined ? undefined : Number(most),
    characterSet: characterSet && (characterSet === "any" ? null : characterSet.replace(/^ISO 2022/, "\\ISO 2022")),
  };
}

export async function echoApplicationEntity(
  db: Database,
  [title = ""]: readonly string[],
  _options: Options,
  { dicom }: Settings,
): Promise<number> {
  const destination = await findDestination(db, title);
  if (!destination) throw new DomainError("request-invalid", { where: "TITLE, --host, --port" });
  try {
    const caller = { aeTitle: dicom.aeTitle, tls: dicom.tls && readDicomTls(dicom.tls) };
    console.log(`${title} answers after ${Math.round(await echoPeer(caller, destination))} ms`);
    return 0;
  } catch (error) {
    if (!(error instanceof AssociationFailed)) throw error;
    console.log(`${title} does not answer: ${error.message}`);
    return 1;
  }
}
