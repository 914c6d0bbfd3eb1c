import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { clearDataFolder } from "./clear-data-folder.ts";
import { eventually } from "./eventually.ts";
import { createTestDataFolder } from "./test-data-folder.ts";

const PROGRAM = "/usr/sbin/Orthanc";
const DICOMWEB_PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

/** Debian's Orthanc with its DICOMweb plugin; `bin/bootstrap.mjs test` brings it where it can. */
export const hasOrthanc = existsSync(PROGRAM) && existsSync(DICOMWEB_PLUGIN);

export interface OrthancPeer {
  readonly aeTitle: string;
  readonly dicomPort: number;
  readonly httpPort: number;
  /** Orthanc's own REST API; JSON in and out. Text and bytes are sent as they are. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** What it has under this path, as it is. */
  bytes(path: string): Promise<Buffer>;
  stop(): Promise<void>;
}

interface OrthancOptions {
  /** Its own; ORTHANC when not given. */
  readonly aeTitle?: string;
  /** A free one when not given. */
  readonly dicomPort?: number;
  /** Text of a Lua script of Orthanc's. */
  readonly lua?: string;
  /** DICOM peers that it knows, by the name it calls them. */
  readonly modalities?: Readonly<Record<string, readonly [aeTitle: string, host: string, port: number]>>;
  /** DICOMweb servers that it knows. */
  readonly servers?: Readonly<Record<string, { readonly Url: string; readonly HttpHeaders?: Record<string, string> }>>;
}

/** A real Orthanc on loopback over a store of its own. */
export async function startOrthanc({
  modalities = {},
  servers = {},
  aeTitle = "ORTHANC",
  ...options
}: OrthancOptions): Promise<OrthancPeer> {
  const folder = await createTestDataFolder();
  const [httpPort, dicomPort] = [await freePort(), options.dicomPort ?? (await freePort())];
  const script = path.join(folder, "orthanc.lua");
  await writeFile(script, options.lua ?? "");
  const file = path.join(folder, "orthanc.json");
  await writeFile(
    file,
    JSON.stringify({
      StorageDirectory: path.join(folder, "db"),
      IndexDirectory: path.join(folder, "db"),
      SaveJobs: false,
      DefaultEncoding: "Utf8",
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: false,
      DicomPort: dicomPort,
      DicomAet: aeTitle,
      DicomCheckCalledAet: false,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowMove: true,
      DicomModalities: modalities,
      LuaScripts: [script],
      Plugins: [DICOMWEB_PLUGIN],
      DicomWeb: { Enable: true, Root: "/dicom-web/", Servers: servers },
    }),
  );
  const child = spawn(PROGRAM, [file], { env: { ...process.env, TCP_NODELAY: "1" }, stdio: "ignore" });
  const ended = once(child, "exit");
  const base = `http://127.0.0.1:${httpPort}`;
  const ask = async (method: string, at: string, body?: unknown): Promise<Buffer> => {
    const answer = await fetch(`${base}${at}`, {
      method,
      ...(body === undefined ? {} : { body: asBody(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok)
      throw new Error(`Orthanc answered ${answer.status} to ${method} ${at}: ${bytes.toString("utf8", 0, 300)}`);
    return bytes;
  };
  const call = async <T>(method: string, at: string, body?: unknown): Promise<T> => {
    const text = (await ask(method, at, body)).toString();
    return (text === "" ? null : JSON.parse(text)) as T;
  };
  await eventually(() =>
    fetch(`${base}/system`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return {
    aeTitle,
    dicomPort,
    httpPort,
    call,
    bytes: (at) => ask("GET", at),
    stop: async () => {
      child.kill();
      await ended;
      await clearDataFolder(folder);
    },
  };
}

function asBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  return typeof body === "string" ? body : JSON.stringify(body);
}
