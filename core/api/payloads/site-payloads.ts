import { z } from "zod";
import { SiteRef, Text } from "./payload-parts.ts";

const Site = SiteRef.extend({
  kind: z.enum(["community", "imaging-centre", "ecg-centre"]),
  timeZone: z.string(),
  autoRequest: z.boolean(),
  quietSeconds: z.number(),
  routes: z.array(z.object({ modality: z.string(), centreSiteId: z.string() })),
});

export const SITE_PAYLOADS = {
  listSites: { answer: z.object({ sites: z.array(Site) }) },
  changeSite: {
    params: z.object({ siteId: Text(32) }),
    body: z.object({ autoRequest: z.boolean(), quietSeconds: z.number().int().min(1).max(86_400) }),
    answer: Site,
  },
} as const;
