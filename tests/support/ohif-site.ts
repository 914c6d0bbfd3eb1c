import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** The viewer as its makers publish it; `bin/bootstrap.mjs test` brings it where it can. */
const DIST = path.resolve(import.meta.dirname, "../../node_modules/.cache/ohif-app/package/dist");
export const hasOhif = existsSync(path.join(DIST, "index.html"));

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
/** As OHIF's own documentation asks for, so that it has shared memory. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

export interface OhifSite {
  /** Its origin. */
  readonly url: string;
  /** From then on its pages ask this DICOMweb root with this key. */
  configure(dicomwebRoot: string, key: string): void;
  close(): Promise<void>;
}

/** OHIF on an origin of its own, unchanged: what it is told stands in the app-config.js that each installation writes. */
export async function openOhifSite(): Promise<OhifSite> {
  const files = new Map(
    readdirSync(DIST, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [`/${path.relative(DIST, file)}`, file]),
  );
  let config = "";
  const server = createServer(async ({ url = "/" }, response) => {
    const at = url.split("?")[0] ?? "/";
    if (at === "/app-config.js")
      return void response.writeHead(200, { ...ISOLATED, "content-type": "text/javascript" }).end(config);
    // a path that is no file is one of the application's own
    const file = files.get(at) ?? path.join(DIST, "index.html");
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...ISOLATED, "content-type": type }).end(await readFile(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    configure: (dicomwebRoot, key) => {
      config = configScript(dicomwebRoot, key);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configScript(dicomwebRoot: string, key: string): string {
  const config = {
    routerBasename: "/",
    showStudyList: true,
    modes: [],
    customizationService: {},
    maxNumberOfWebWorkers: 2,
    showWarningMessageForCrossOrigin: false,
    showCPUFallbackMessage: false,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    investigationalUseDialog: { option: "never" },
    defaultDataSourceName: "hub",
    dataSources: [
      {
        namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
        sourceName: "hub",
        configuration: {
          friendlyName: "hub",
          name: "hub",
          qidoRoot: dicomwebRoot,
          wadoRoot: dicomwebRoot,
          wadoUriRoot: `${dicomwebRoot}/wado`,
          imageRendering: "wadors",
          thumbnailRendering: "thumbnail",
          enableStudyLazyLoad: true,
          supportsFuzzyMatching: true,
          supportsWildcard: true,
          qidoSupportsIncludeField: true,
          bulkDataURI: { enabled: true },
        },
      },
    ],
  };
  // a site's sign-in is an extension of OHIF; this one has a key
  return `window.config = {
    ...${JSON.stringify(config)},
    extensions: [{
      id: "site-key",
      preRegistration: ({ servicesManager }) =>
        servicesManager.services.userAuthenticationService.setServiceImplementation({
          getAuthorizationHeader: () => ({ Authorization: ${JSON.stringify(`Bearer ${key}`)} }),
        }),
    }],
  };`;
}
