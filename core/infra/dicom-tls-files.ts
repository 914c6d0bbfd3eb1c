import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

/** Paths of PEM files. */
interface DicomTlsFiles {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const SETTINGS = [
  ["key", "HUB_DICOM_TLS_KEY"],
  ["cert", "HUB_DICOM_TLS_CERT"],
  ["ca", "HUB_DICOM_TLS_CA"],
] as const;

type Environment = Readonly<Partial<Record<(typeof SETTINGS)[number][1], string | undefined>>>;
interface Context {
  addIssue(issue: { readonly code: "custom"; readonly path: string[]; readonly message: string }): void;
}

/** All three or none, each a file of its kind, the key that of the certificate. Says which one is not, never what is in it. */
export function checkDicomTls(env: Environment, context: Context): void {
  const given = SETTINGS.filter(([, name]) => env[name] !== undefined);
  if (given.length === 0) return;
  const problem = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
  for (const [part, name] of SETTINGS) {
    const path = env[name];
    if (path === undefined) problem(name, "needed with the other HUB_DICOM_TLS files");
    else if (!isReadable(part, path))
      problem(name, part === "key" ? "is no private key in PEM" : "is no certificate in PEM");
    else if (part === "cert" && env.HUB_DICOM_TLS_KEY && !belongTogether(env.HUB_DICOM_TLS_KEY, path))
      problem(name, "is not the certificate of HUB_DICOM_TLS_KEY");
  }
}

export function readDicomTls(files: DicomTlsFiles): DicomTlsFiles {
  return { key: readText(files.key), cert: readText(files.cert), ca: readText(files.ca) };
}

function isReadable(part: keyof DicomTlsFiles, path: string): boolean {
  try {
    if (part === "key") createPrivateKey(readText(path));
    else new X509Certificate(readText(path));
    return true;
  } catch {
    return false;
  }
}

function belongTogether(keyPath: string, certPath: string): boolean {
  if (!isReadable("key", keyPath)) return true; // is told by itself
  return new X509Certificate(readText(certPath)).checkPrivateKey(createPrivateKey(readText(keyPath)));
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}
