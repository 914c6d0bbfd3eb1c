import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { findDestination } from "../../core/infra/postgres/find-destination.ts";
import { enqueuePriors } from "../../core/infra/postgres/prior-queries.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Options } from "./options.ts";
import { knownSite, modalityOf, wholeNumber } from "./read-options.ts";

/**
 * The PACS has to be registered at the site itself: patient IDs are unique with their issuer only, and the AE title's site is
 * the issuer of all that the PACS sends.
 */
export async function addPriorRule(db: Database, _: readonly string[], options: Options): Promise<number> {
  const modality = modalityOf(options);
  const siteId = await knownSite(db, options);
  const source = await findDestination(db, options.from ?? "");
  const { issuer = "" } = options;
  if (source?.siteId !== siteId) throw new DomainError("request-invalid", { where: "--from" });
  if (issuer.length > 64 || /[*?\\]/.test(issuer)) throw new DomainError("request-invalid", { where: "--issuer" });
  const values = {
    issuer,
    years: wholeNumber(options, "years", 100) ?? null,
    most_studies: wholeNumber(options, "limit", 100) ?? 10,
  };
  await asHub(db, async (tx) => {
    await tx
      .insertInto("prior_rule")
      .values({ site_id: siteId, source: source.aeTitle, modality, ...values })
      .onConflict((conflict) => conflict.columns(["site_id", "source", "modality"]).doUpdateSet(values))
      .execute();
    const detail = { siteId, source: source.aeTitle, modality, years: values.years, studies: values.most_studies };
    await writeAudit(tx, { actor: "hub", action: "prior-rule.save", outcome: "done", detail });
  });
  return 0;
}

export async function removePriorRule(db: Database, _: readonly string[], options: Options): Promise<number> {
  const { site = "", from = "" } = options;
  const modality = modalityOf(options);
  await asHub(db, async (tx) => {
    const done = await tx
      .deleteFrom("prior_rule")
      .where("site_id", "=", site)
      .where("source", "=", from)
      .where("modality", "=", modality)
      .executeTakeFirst();
    if (done.numDeletedRows === 0n) throw new DomainError("not-found");
    const detail = { siteId: site, source: from, modality };
    await writeAudit(tx, { actor: "hub", action: "prior-rule.delete", outcome: "done", detail });
  });
  return 0;
}

export async function listPriorRules(db: Database): Promise<number> {
  const rules = await db
    .selectFrom("prior_rule")
    .selectAll()
    .orderBy("site_id")
    .orderBy("source")
    .orderBy("modality")
    .execute();
  for (const { site_id, source, modality, issuer, years, most_studies } of rules) {
    const since = years === null ? "of any age" : `of the last ${years} years`;
    const of = issuer === "" ? "" : `, issuer ${issuer}`;
    console.log(`${site_id} from ${source}, modality ${modality}: at most ${most_studies}, ${since}${of}`);
  }
  return 0;
}

/** By hand, for one study: whether somebody reads it or not. */
export async function fetchPriorsOf(db: Database, [studyInstanceUid = ""]: readonly string[]): Promise<number> {
  if (!isUid(studyInstanceUid)) throw new DomainError("request-invalid", { where: "STUDY" });
  const asked = await asHub(db, async (tx) => {
    const study = await tx
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", studyInstanceUid)
      .executeTakeFirst();
    if (!study) throw new DomainError("not-found");
    const count = await enqueuePriors(tx, study.id, { isByHand: true });
    if (count === 0) throw new DomainError("no-prior-rule");
    const detail = { sources: count };
    await writeAudit(tx, { actor: "hub", action: "prior.request", outcome: "done", studyId: study.id, detail });
    return count;
  });
  console.log(`${asked} to be asked`);
  return 0;
}
