import { z } from "zod";
import { nothing, Role, SiteRef, Text } from "./payload-parts.ts";

export const Session = z.object({
  account: z.object({ id: z.string(), username: z.string(), displayName: z.string(), title: z.string() }),
  roles: z.array(z.object({ role: Role, site: SiteRef.nullable() })),
});
export type Session = z.infer<typeof Session>;

export const SESSION_PAYLOADS = {
  signIn: { body: z.object({ username: Text(64), password: Text(200) }), answer: Session },
  getSession: { answer: Session },
  signOut: { answer: nothing },
} as const;
