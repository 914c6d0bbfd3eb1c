import { z } from "zod";
import { Role, Text } from "./payload-parts.ts";

const Account = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  title: z.string(),
  disabled: z.boolean(),
  roles: z.array(z.object({ role: Role, siteId: z.string().nullable() })),
});

const Password = z.string().min(10).max(200);

const RoleGrant = z.object({ role: Role, siteId: z.string().nullable() });

export const ACCOUNT_PAYLOADS = {
  listAccounts: { answer: z.object({ accounts: z.array(Account) }) },
  createAccount: {
    body: z.object({
      username: z.string().regex(/^[a-z0-9._-]{1,64}$/),
      displayName: Text(64).min(1),
      title: Text(64),
      password: Password,
      roles: z.array(RoleGrant).min(1).max(16),
    }),
    answer: Account,
  },
  changeAccount: {
    params: z.object({ accountId: z.uuid() }),
    body: z.object({
      displayName: Text(64).min(1),
      title: Text(64),
      disabled: z.boolean(),
      password: Password.optional(),
      roles: z.array(RoleGrant).max(16),
    }),
    answer: Account,
  },
} as const;
