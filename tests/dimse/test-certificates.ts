import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certified {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateAuthority {
  readonly folder: string;
  /** Path of its own certificate. */
  readonly ca: string;
  /** A key and a certificate of it under this name, as paths of PEM files. */
  issue(commonName: string): Certified;
  remove(): void;
}

/** A CA of one's own, made by openssl in a folder of its own. */
export function certificateAuthority(): CertificateAuthority {
  const folder = mkdtempSync(join(tmpdir(), "dicom-tls-"));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA");
  let issued = 0;
  return {
    folder,
    ca: path("ca.pem"),
    issue: (commonName) => {
      const name = `peer-${++issued}`;
      openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${commonName}`);
      writeFileSync(path(`${name}.ext`), "subjectAltName=IP:127.0.0.1\n");
      const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`];
      openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
      return { key: path(`${name}.key`), cert: path(`${name}.pem`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function pem(path: string): string {
  return readFileSync(path, "utf8");
}
