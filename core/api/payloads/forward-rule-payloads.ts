import { z } from "zod";
import { nothing, Text } from "./payload-parts.ts";
import { byRule, RuleModality } from "./rule-parts.ts";

const ForwardRuleFields = z.object({
  siteId: z.string(),
  /** AE title of a device of the site; empty: any. */
  source: Text(16),
  /** "*": every one */
  modality: RuleModality,
  /** AE title. */
  destination: Text(16),
});

const ForwardRule = ForwardRuleFields.extend({ id: z.uuid() });

export const FORWARD_RULE_PAYLOADS = {
  listForwardRules: { answer: z.object({ rules: z.array(ForwardRule) }) },
  createForwardRule: { body: ForwardRuleFields, answer: ForwardRule },
  changeForwardRule: { params: byRule, body: ForwardRuleFields, answer: ForwardRule },
  deleteForwardRule: { params: byRule, answer: nothing },
} as const;
