import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { certificateSha256 } from "../../core/infra/postgres/save-connection-rules.ts";
import { parseSettings, type SettingsError } from "../../core/infra/settings.ts";
import { eventually } from "../support/eventually.ts";
import { bytesOf } from "./collecting-receiver.ts";
import { runDcmtk } from "./dcmtk.ts";
import { openHubPort } from "./hub-port.ts";
import { RawPeer } from "./raw-peer.ts";
import { type CertificateAuthority, type Certified, certificateAuthority, pem } from "./test-certificates.ts";
import { dataSetOf, tinyPart10 } from "./tiny-part10.ts";

let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let server: Certified;
let peerA: Certified;
let anotherA: Certified;

beforeAll(() => {
  authority = certificateAuthority();
  stranger = certificateAuthority();
  server = authority.issue("hub.test");
  peerA = authority.issue("PEER_A");
  anotherA = authority.issue("PEER_A");
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});

/** PEER_A may come with any certificate in its name, PINNED with one certificate only, STRICT never on the plain port. */
async function openTlsPort() {
  const pinned = certificateSha256(readFileSync(anotherA.cert));
  const hub = await openHubPort({
    tls: { port: 0, key: pem(server.key), cert: pem(server.cert), ca: pem(authority.ca) },
    findApplicationEntity: async (title) =>
      ({
        PEER_A: { siteId: "site-a" },
        PINNED: { siteId: "site-a", certificateSha256: pinned },
        STRICT: { siteId: "site-a", certificateSha256: pinned, tlsOnly: true },
      })[title] ?? null,
  });
  return { ...hub, tlsPort: hub.tlsPort ?? 0 };
}

const tlsArgs = ({ key, cert }: Certified, ca = authority.ca) => ["+tls", key, cert, "+cf", ca];
const to = (port: number, aeTitle: string) => ["-aet", aeTitle, "-aec", "HUB", "127.0.0.1", String(port)];

describe("dcmtk over TLS", () => {
  it("stores with a certificate of its own AE title", async () => {
    const hub = await openTlsPort();
    const file = join(authority.folder, "tiny.dcm");
    writeFileSync(file, tinyPart10("2.25.1.1.1"));
    const { code, output } = await runDcmtk("storescu", [...tlsArgs(peerA), ...to(hub.tlsPort, "PEER_A"), file]);
    expect(output).toBe("");
    expect(code).toBe(0);
    const [instance] = hub.receiver.instances;
    expect(instance && bytesOf(instance)).toEqual(dataSetOf(tinyPart10("2.25.1.1.1")));
  });

  it.each([
    ["with the certificate that it is tied to", "PINNED", () => anotherA, 0, undefined],
    ["with another one of the CA, even in its name", "PINNED", () => peerA, 1, "another-certificate"],
    [
      "with a certificate made out to somebody else",
      "PEER_A",
      () => authority.issue("PEER_B"),
      1,
      "certificate-of-another-name",
    ],
  ] as const)("%s: admitted or not", async (_, aeTitle, certified, code, reason) => {
    const hub = await openTlsPort();
    const answer = await runDcmtk("echoscu", [...tlsArgs(certified()), ...to(hub.tlsPort, aeTitle)]);
    expect(answer.code === 0).toBe(code === 0);
    expect(hub.events.find((event) => event.event === "association-rejected")?.reason).toBe(reason);
  });

  it("does not get through the handshake with a certificate of another CA, or with none", async () => {
    const hub = await openTlsPort();
    const foreign = await runDcmtk("echoscu", [...tlsArgs(stranger.issue("PEER_A")), ...to(hub.tlsPort, "PEER_A")]);
    expect(foreign.code).not.toBe(0);
    const none = await runDcmtk("echoscu", ["+tla", "+cf", authority.ca, ...to(hub.tlsPort, "PEER_A")]);
    expect(none.code).not.toBe(0);
    const kinds = () => hub.events.map((event) => event.event);
    await eventually(async () => kinds().length >= 2);
    expect(kinds()).toEqual(["tls-handshake-failed", "tls-handshake-failed"]);
  });

  it("keeps an AE title that is for TLS alone off the plain port, and others not", async () => {
    const hub = await openTlsPort();
    expect((await runDcmtk("echoscu", [...tlsArgs(anotherA), ...to(hub.tlsPort, "STRICT")])).code).toBe(0);
    expect((await runDcmtk("echoscu", to(hub.port, "STRICT"))).output).toContain("Calling AE Title Not Recognized");
    expect((await runDcmtk("echoscu", to(hub.port, "PINNED"))).code).toBe(0);
  });
});

describe("the TLS port", () => {
  it.each([
    ["TLS 1.1", { maxVersion: "TLSv1.1", minVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" }],
    ["a suite without authenticated encryption", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" }],
  ] as const)("refuses %s", async (_, offer) => {
    const hub = await openTlsPort();
    const identity = { key: pem(peerA.key), cert: pem(peerA.cert), ca: pem(authority.ca) };
    const socket = connect({ port: hub.tlsPort, host: "127.0.0.1", ...identity, ...offer });
    onTestFinished(() => void socket.destroy());
    const outcome = await new Promise((resolve) => {
      socket.once("secureConnect", () => resolve("connected"));
      socket.once("error", () => resolve("refused"));
    });
    expect(outcome).toBe("refused");
  });

  it("drops who says nothing at all within the ARTIM time", async () => {
    const hub = await openHubPort({
      tls: { port: 0, key: pem(server.key), cert: pem(server.cert), ca: pem(authority.ca) },
      timeouts: { artimMs: 200 },
    });
    const peer = await RawPeer.connect(hub.tlsPort ?? 0);
    expect(await peer.answer()).toEqual({ closed: true });
    peer.close();
  });
});

it("closing the port does not wait for a handshake that nobody goes on with", async () => {
  const hub = await openHubPort({
    tls: { port: 0, key: pem(server.key), cert: pem(server.cert), ca: pem(authority.ca) },
    timeouts: { artimMs: 600_000 },
  });
  const peer = await RawPeer.connect(hub.tlsPort ?? 0);
  peer.send(Buffer.from([0x16, 0x03, 0x01]));
  await hub.close();
  expect(await peer.answer()).toEqual({ closed: true });
  peer.close();
});

describe("the settings", () => {
  const problemsOf = (environment: Readonly<Record<string, string>>) => {
    try {
      return parseSettings(environment).dicom.tls;
    } catch (error) {
      return (error as SettingsError).keys;
    }
  };

  it("name every file that is missing, unreadable, or of another key", () => {
    const good = { HUB_DICOM_TLS_KEY: server.key, HUB_DICOM_TLS_CERT: server.cert, HUB_DICOM_TLS_CA: authority.ca };
    expect(problemsOf(good)).toEqual({ port: 2762, key: server.key, cert: server.cert, ca: authority.ca });
    expect(problemsOf({ HUB_DICOM_TLS_KEY: server.key })).toEqual(["HUB_DICOM_TLS_CERT", "HUB_DICOM_TLS_CA"]);
    expect(problemsOf({ ...good, HUB_DICOM_TLS_CERT: peerA.cert })).toEqual(["HUB_DICOM_TLS_CERT"]);
    expect(problemsOf({ ...good, HUB_DICOM_TLS_KEY: server.cert, HUB_DICOM_TLS_CA: "/nowhere" })).toEqual([
      "HUB_DICOM_TLS_KEY",
      "HUB_DICOM_TLS_CA",
    ]);
    expect(problemsOf({})).toBeUndefined();
  });
});
