import type { TLSSocket } from "node:tls";

/** Who the certificate of a TLS connection is made out to. Its chain to our CA has been checked by then. */
export interface TlsPeer {
  /** Of the DER form, lower-case hex. */
  readonly certificateSha256: string;
  readonly commonName: string;
}

/** Null when the connection is gone already. */
export function tlsPeerOf(socket: TLSSocket): TlsPeer | null {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return null;
  const name = certificate.toLegacyObject().subject?.CN;
  return {
    certificateSha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    commonName: typeof name === "string" ? name : "",
  };
}

/** TLS 1.3, and of TLS 1.2 the suites with forward secrecy and authenticated encryption (BCP 195, RFC 9325 §4.2; PS3.15 §B.9). */
export const TLS_CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
].join(":");
