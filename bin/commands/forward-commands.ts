import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import {
  deleteForwardRule,
  listForwardRules,
  saveForwardRule,
} from "../../core/infra/postgres/queries/forward-rules.ts";
import { writeAudit } from "../../core/infra/postgres/write-audit.ts";
import type { Options } from "./options.ts";
import { knownSite, modalityOf, saidAsTyped } from "./read-options.ts";

/** One that is there already is left as it is. */
export async function addForward(db: Database, words: readonly string[], options: Options): Promise<number> {
  const rule = await ruleOf(db, words, options);
  const line = { actor: "hub", action: "forward-rule.save", detail: rule } as const;
  try {
    await asHub(db, async (tx) => {
      await saidAsTyped({ source: "--from", destination: "TITLE" }, saveForwardRule(tx, null, rule));
      await writeAudit(tx, { ...line, outcome: "done" });
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === "rule-exists") return 0;
    if (error.code === "destination-may-not-see") await writeAudit(db, { ...line, outcome: "refused" });
    throw error;
  }
  return 0;
}

export async function removeForward(db: Database, words: readonly string[], options: Options): Promise<number> {
  const rule = await ruleOf(db, words, options);
  const known = (await listForwardRules(db)).find(
    (each) =>
      each.siteId === rule.siteId &&
      each.source === rule.source &&
      each.modality === rule.modality &&
      each.destination === rule.destination,
  );
  if (!known) throw new DomainError("not-found");
  await asHub(db, async (tx) => {
    await deleteForwardRule(tx, known.id);
    await writeAudit(tx, { actor: "hub", action: "forward-rule.delete", outcome: "done", detail: rule });
  });
  return 0;
}

export async function listForwards(db: Database): Promise<number> {
  for (const { siteId, source, modality, destination } of await listForwardRules(db))
    console.log(`${siteId}${source === "" ? "" : ` from ${source}`}, modality ${modality}: to ${destination}`);
  return 0;
}

async function ruleOf(db: Database, [destination = ""]: readonly string[], options: Options) {
  const modality = modalityOf(options);
  return { siteId: await knownSite(db, options), source: options.from ?? "", modality, destination };
}
