import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findApplicationEntity } from "../../core/infra/postgres/find-application-entity.ts";
import { certificateSha256 } from "../../core/infra/postgres/save-connection-rules.ts";
import { type CertificateAuthority, certificateAuthority } from "../dimse/test-certificates.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";

let district: DemoDistrict;
let authority: CertificateAuthority;

beforeAll(async () => {
  district = await openDemoDistrict();
  authority = certificateAuthority();
});
afterAll(async () => {
  authority.remove();
  await district.close();
});

async function hub(...args: readonly string[]): Promise<{ code: number; errors: string }> {
  const file = path.join(import.meta.dirname, "../../bin/hub.ts");
  const env = { ...process.env, DATABASE_URL: district.databaseUrl, HUB_DATA: district.dataDir };
  try {
    await promisify(execFile)(process.execPath, [file, ...args], { env });
    return { code: 0, errors: "" };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, errors: stderr };
  }
}

test("hub ae add ties a device to a certificate, and keeps that until it is told otherwise", async () => {
  const { cert } = authority.issue("CT_NEW");
  const sha256 = certificateSha256(readFileSync(cert));
  const add = ["ae", "add", "CT_NEW", "--site", "yanji"];
  const stored = () => findApplicationEntity(district.db, "CT_NEW");

  expect(await hub(...add, "--certificate", cert, "--tls-only", "--max-associations", "2")).toMatchObject({ code: 0 });
  const tied = { siteId: "yanji", certificateSha256: sha256, tlsOnly: true, maxAssociations: 2 };
  expect(await stored()).toEqual(tied);
  expect(await hub(...add, "--host", "192.0.2.7", "--port", "104")).toMatchObject({ code: 0 });
  expect(await stored()).toEqual(tied);
  const text = path.join(authority.folder, "no-certificate.txt");
  writeFileSync(text, "hello");
  const refused = await hub(...add, "--certificate", text, "--no-tls-only");
  expect(refused.code).toBe(1);
  expect(refused.errors).toContain("--certificate");
  expect(await stored()).toEqual(tied);
  expect(await hub(...add, "--any-certificate", "--no-tls-only")).toMatchObject({ code: 0 });
  expect(await stored()).toEqual({ ...tied, certificateSha256: null, tlsOnly: false });
});
