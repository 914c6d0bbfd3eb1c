import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import { DomainError } from "../../core/errors.ts";

/**
 * The built pages. Files under assets/ carry their content's hash in the name and are kept for ever by browsers; every
 * other address is a place inside the one page.
 */
export function pages(folder: string): Router {
  const router = Router();
  const index = join(folder, "index.html");
  router.use("/assets", precompressed(join(folder, "assets")));
  router.use("/assets", express.static(join(folder, "assets"), { immutable: true, maxAge: "1y", index: false }));
  router.use("/assets", () => {
    throw new DomainError("not-found");
  });
  router.use(express.static(folder, { index: false, maxAge: 0 }));
  router.get(/^\/(?!api|dicom-web|fhir|live).*/, (request, response, next) => {
    if (!request.accepts("html")) return next(new DomainError("not-found"));
    response.set("cache-control", "no-cache").sendFile(index);
  });
  return router;
}

/** Gives the .br or .gz that the build made beside the file, when the browser takes it. */
function precompressed(folder: string) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const accepted = request.headers["accept-encoding"] ?? "";
    if (/^\/[\w.-]+\.(js|css|wasm|svg|json)$/.test(request.path))
      for (const [encoding, ending] of [
        ["br", ".br"],
        ["gzip", ".gz"],
      ] as const)
        if (accepted.includes(encoding) && existsSync(join(folder, `${request.path}${ending}`))) {
          response.type(request.path.slice(request.path.lastIndexOf(".")));
          response.set({ "content-encoding": encoding, vary: "accept-encoding" });
          request.url = `${request.path}${ending}`;
          break;
        }
    next();
  };
}
