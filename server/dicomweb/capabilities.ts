import type { Request, Response } from "express";
import { DomainError } from "../../core/errors.ts";
import type { DicomwebRoute } from "./dicomweb-router.ts";
import { acceptedBy, dicomwebBaseUrl } from "./http-answer.ts";

const WADL = "application/vnd.sun.wadl+xml";

/**
 * What this service does (PS3.18 §8.9): a WADL document made of the routes that there are, or the same as JSON. It says nothing
 * of what is in the archive, so it asks for no sign-in beyond that of any request.
 */
export function capabilities(routes: () => readonly Pick<DicomwebRoute, "method" | "path">[]) {
  return async (request: Request, response: Response): Promise<void> => {
    response.setHeader("Cache-Control", "private, max-age=3600");
    response.vary("Accept");
    for (const { type } of acceptedBy(request)) {
      if ([WADL, "application/xml", "*/*", "application/*"].includes(type))
        return void response
          .type(type === "application/xml" ? type : WADL)
          .end(wadl(dicomwebBaseUrl(request), routes()));
      if (type === "application/json") return void response.json({ resources: listed(routes()) });
    }
    throw new DomainError("not-acceptable", { offered: `${WADL}, application/json` });
  };
}

/** Path templates with the methods of each. */
function listed(routes: readonly Pick<DicomwebRoute, "method" | "path">[]) {
  const paths = Map.groupBy(routes, ({ path }) => templateOf(path));
  return [...paths].map(([path, those]) => ({ path, methods: those.map(({ method }) => method.toUpperCase()) }));
}

function templateOf(path: string): string {
  return path.replace(/[:*](\w+)/g, "{$1}");
}

function wadl(base: string, routes: readonly Pick<DicomwebRoute, "method" | "path">[]): string {
  const resources = listed(routes).map(
    ({ path, methods }) =>
      `    <resource path="${path.replace(/^\//, "")}">\n${methods.map((method) => `      <method name="${method}"/>\n`).join("")}    </resource>\n`,
  );
  const escaped = base.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<application xmlns="http://wadl.dev.java.net/2009/02">
  <resources base="${escaped}">
${resources.join("")}  </resources>
</application>
`;
}
