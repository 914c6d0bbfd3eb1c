import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { enqueuePriors } from "../../core/infra/postgres/prior-queries.ts";
import {
  deletePriorRule,
  findPriorRule,
  listPriorRules,
  savePriorRule,
} from "../../core/infra/postgres/queries/prior-rules.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Options } from "./options.ts";
import { knownSite, modalityOf, saidAsTyped, wholeNumber } from "./read-options.ts";

/** Another of the same site, PACS and modality is replaced. */
export async function addPriorRule(db: Database, _: readonly string[], options: Options): Promise<number> {
  const { issuer = "", from: source = "" } = options;
  if (issuer.length > 64 || /[*?\\]/.test(issuer)) throw new DomainError("request-invalid", { where: "--issuer" });
  const rule = {
    siteId: await knownSite(db, options),
    source,
    modality: modalityOf(options),
    issuer,
    years: wholeNumber(options, "years", 100) ?? null,
    mostStudies: wholeNumber(options, "limit", 100) ?? 10,
  };
  await asHub(db, async (tx) => {
    await saidAsTyped({ source: "--from" }, savePriorRule(tx, await findPriorRule(tx, rule), rule));
    const { siteId, modality, years, mostStudies: studies } = rule;
    const detail = { siteId, source, modality, years, studies };
    await writeAudit(tx, { actor: "hub", action: "prior-rule.save", outcome: "done", detail });
  });
  return 0;
}

export async function removePriorRule(db: Database, _: readonly string[], options: Options): Promise<number> {
  const { site: siteId = "", from: source = "" } = options;
  const modality = modalityOf(options);
  await asHub(db, async (tx) => {
    const ruleId = await findPriorRule(tx, { siteId, source, modality });
    if (ruleId === null) throw new DomainError("not-found");
    const detail = await deletePriorRule(tx, ruleId);
    await writeAudit(tx, { actor: "hub", action: "prior-rule.delete", outcome: "done", detail });
  });
  return 0;
}

export async function showPriorRules(db: Database): Promise<number> {
  for (const { siteId, source, modality, issuer, years, mostStudies } of await listPriorRules(db)) {
    const since = years === null ? "of any age" : `of the last ${years} years`;
    const of = issuer === "" ? "" : `, issuer ${issuer}`;
    console.log(`${siteId} from ${source}, modality ${modality}: at most ${mostStudies}, ${since}${of}`);
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
