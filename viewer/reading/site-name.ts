import type { SiteRef } from "../../core/api/payloads/payload-parts.ts";
import type { Language } from "../../core/texts/text-table.ts";

export function siteName(site: SiteRef, language: Language): string {
  return language === "en" && site.nameEn !== "" ? site.nameEn : site.name;
}
