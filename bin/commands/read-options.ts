import { DomainError } from "../../core/errors.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { Options } from "./options.ts";

/** Of `--site`. Throws `request-invalid` when there is no such site. */
export async function knownSite(db: Database, { site = "" }: Options): Promise<string> {
  const known = await db.selectFrom("site").select("id").where("id", "=", site).executeTakeFirst();
  if (!known) throw new DomainError("request-invalid", { where: "--site" });
  return known.id;
}

/** Of `--modality`; without it every one. */
export function modalityOf({ modality = "*" }: Options): string {
  if (!/^(\*|[A-Z]{2,8})$/.test(modality)) throw new DomainError("request-invalid", { where: "--modality" });
  return modality;
}

/** From 1 to `most`; undefined when it was not given. */
export function wholeNumber(options: Options, name: string, most: number): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > most)
    throw new DomainError("request-invalid", { where: `--${name}` });
  return Number(text);
}

/** What the use case calls by its own name, the person typed under another: `request-invalid` says the latter. */
export async function saidAsTyped<T>(names: Readonly<Record<string, string>>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const where = error instanceof DomainError && error.code === "request-invalid" ? error.detail.where : undefined;
    const typed = typeof where === "string" ? names[where] : undefined;
    throw typed === undefined ? error : new DomainError("request-invalid", { where: typed });
  }
}
