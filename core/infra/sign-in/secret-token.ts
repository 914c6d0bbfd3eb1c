import { createHash, randomBytes } from "node:crypto";

/** 256 random bits for a session cookie or an API key. The hub keeps only the digest. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export function tokenSha256(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
