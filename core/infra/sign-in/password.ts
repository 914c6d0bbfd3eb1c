import { hash, verify } from "@node-rs/argon2";

/** The library's default algorithm is Argon2id; cost as OWASP recommends it: 19 MiB, 2 passes. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS);
}

export async function passwordMatches(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password).catch(() => false);
}

/** So that a name that does not exist takes as long to refuse as one that does. */
export const UNKNOWN_ACCOUNT_HASH: Promise<string> = hashPassword("no account has this");
