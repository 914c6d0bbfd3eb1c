import { z } from "zod";
import { nothing, Text } from "./payload-parts.ts";
import { byRule, RuleModality } from "./rule-parts.ts";

const PriorRuleFields = z.object({
  siteId: z.string(),
  /** AE title of a PACS of the site itself. */
  source: Text(16),
  /** Of the reading and of what is fetched for it; "*": every one */
  modality: RuleModality,
  /** What the PACS calls the issuer of the site's patient IDs; empty: it is not asked by it. */
  issuer: z
    .string()
    .trim()
    .max(64)
    .regex(/^[^*?\\\p{Cc}]*$/u),
  /** So far back; null: of any age. */
  years: z.number().int().min(1).max(100).nullable(),
  mostStudies: z.number().int().min(1).max(100),
});

const PriorRule = PriorRuleFields.extend({ id: z.uuid() });

export const PRIOR_RULE_PAYLOADS = {
  listPriorRules: { answer: z.object({ rules: z.array(PriorRule) }) },
  createPriorRule: { body: PriorRuleFields, answer: PriorRule },
  changePriorRule: { params: byRule, body: PriorRuleFields, answer: PriorRule },
  deletePriorRule: { params: byRule, answer: nothing },
} as const;
