// Adds to package-lock.json the optional packages of other platforms that a registry mirror without them left out: without
// their entries `npm ci` refuses the lockfile. To be run after each change of a dependency (`npm run lock`).
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "package-lock.json";
const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "wasm32",
  "win32",
  "windows",
];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"];

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const { "": root, ...packages } = lock.packages;
const added = {};
for (const [folder, entry] of Object.entries(packages))
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {}))
    if (!isLocked(folder, name)) {
      const platform = platformEntry(name, version, entry);
      if (platform) added[`node_modules/${name}`] = platform;
    }
const all = Object.entries({ ...packages, ...added }).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = { "": root, ...Object.fromEntries(all) };
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`lockfile: ${Object.keys(added).length} packages of other platforms added`);

/** Node's own search: in the package's node_modules, then in each folder above. */
function isLocked(folder, name) {
  for (let at = folder; ; ) {
    if (packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]) return true;
    if (at === "") return false;
    at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")));
  }
}

/** The platform stands in the package's name; one that does not name it, or has no exact version, is left alone. */
function platformEntry(name, version, parent) {
  const words = name.split("/").pop().split("-");
  const system = words.find((word) => SYSTEMS.includes(word));
  const processor = words.find((word) => PROCESSORS.includes(word)) ?? (system === "wasm32" ? "wasm32" : undefined);
  if (!/^\d/.test(version) || !system || !processor) return undefined;
  const libc =
    system === "linux" &&
    (words.some((w) => w.startsWith("musl")) ? "musl" : words.some((w) => w.startsWith("gnu")) ? "glibc" : "");
  return {
    version,
    cpu: [processor],
    ...(parent.dev ? { dev: true } : {}),
    license: parent.license,
    optional: true,
    ...(system === "wasm32" ? {} : { os: [system === "windows" ? "win32" : system] }),
    ...(libc ? { libc: [libc] } : {}),
  };
}
