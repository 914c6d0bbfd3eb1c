import { z } from "zod";

export const RuleModality = z.string().regex(/^([A-Z]{2,8}|\*)$/);

export const byRule = z.object({ ruleId: z.uuid() });
