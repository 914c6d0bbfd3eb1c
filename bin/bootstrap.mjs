// Makes a plain clone ready: `node bin/bootstrap.mjs start | test | check`. Runs on whatever Node ≥ 20 the machine has,
// before anything is installed, so it uses nothing but Node itself. Does nothing, quickly, when nothing is to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const windows = process.platform === "win32";
const inRoot = (...parts) => path.join(root, ...parts);
const pinnedNode = inRoot("node_modules", ".bin", windows ? "node.cmd" : "node");
const stampFile = inRoot("node_modules", ".hub-lock");

const say = (line) => console.log(`setup: ${line}`);

function fail(line) {
  console.error(`setup: ${line}`);
  process.exit(1);
}

function hashOf(...texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text);
  return hash.digest("hex");
}

function readText(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

// --- dependencies ---

function pinnedNodeRuns() {
  if (!fs.existsSync(pinnedNode)) return false;
  if (fs.realpathSync(pinnedNode) === fs.realpathSync(process.execPath)) return true;
  return spawnSync(pinnedNode, ["--version"], { stdio: "ignore", shell: windows }).status === 0;
}

/** Someone may have run npm by hand: then npm's own record of the folder agrees with the lockfile, and that will do. */
function installedByHand(lockText) {
  const record = readText(inRoot("node_modules", ".package-lock.json"));
  if (record === undefined) return false;
  const wanted = JSON.parse(lockText).packages;
  const installed = JSON.parse(record).packages;
  const same = (name) => installed[name]?.version === wanted[name]?.version;
  return (
    Object.keys(installed).every(same) &&
    Object.entries(wanted).every(([name, entry]) => name === "" || entry.optional === true || same(name))
  );
}

function npm(args, quiet) {
  // npm hands its settings down as npm_config_*; those of the outer `npm start` or `npm test` are not meant for this one
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_/i.test(name)),
  );
  const keep = [
    "npm_config_registry",
    "npm_config_cache",
    "npm_config_userconfig",
    "npm_config_globalconfig",
    "npm_config_cafile",
    "npm_config_proxy",
    "npm_config_https_proxy",
    "npm_config_noproxy",
    "npm_config_offline",
    "npm_config_prefer_offline",
  ];
  for (const name of keep) if (process.env[name]) env[name] = process.env[name];
  const options = {
    cwd: root,
    env,
    stdio: quiet ? ["ignore", "ignore", "pipe"] : ["ignore", "ignore", "inherit"],
    encoding: "utf8",
  };
  const flags = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js"))
    return spawnSync(process.env.npm_node_execpath ?? process.execPath, [cli, ...args, ...flags], options);
  return spawnSync("npm", [...args, ...flags], { ...options, shell: windows });
}

function ensureDependencies() {
  const lockText = readText(inRoot("package-lock.json"));
  if (lockText === undefined) fail("package-lock.json is missing: clone the project again");
  const wanted = hashOf(lockText);
  if (readText(stampFile) === wanted && pinnedNodeRuns()) return;
  if (installedByHand(lockText) && pinnedNodeRuns()) {
    fs.writeFileSync(stampFile, wanted);
    return;
  }
  say("installing dependencies (npm ci), about half a minute");
  const began = Date.now();
  const strict = npm(["ci"], true);
  if (strict.error) fail("npm is not on PATH: install Node.js with npm");
  if (strict.status !== 0) {
    // A registry that lacks packages of other platforms makes a lockfile `npm ci` calls out of step; install holds to
    // the same versions and leaves the lockfile as it is.
    say("npm ci did not go through, trying npm install");
    if (npm(["install", "--no-save"], false).status !== 0) {
      console.error(strict.stderr.trim().split("\n").slice(0, 12).join("\n"));
      fail("the dependencies could not be installed: see npm's lines above (network, registry or disk)");
    }
  }
  if (!pinnedNodeRuns())
    fail(
      `the pinned Node in node_modules does not run on this machine (${process.platform}-${process.arch}): glibc Linux, macOS or Windows is needed`,
    );
  fs.writeFileSync(stampFile, wanted);
  say(`dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

// --- programs ---

const places = [
  ...(process.env.PATH ?? "").split(path.delimiter),
  "/usr/bin",
  "/usr/sbin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
];

function onPath(...names) {
  for (const folder of places) {
    for (const name of names) {
      const file = path.join(folder, windows ? `${name}.exe` : name);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return file;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

function hasRedis() {
  const file = onPath("redis-server");
  if (file === undefined) return false;
  const [, major, minor] =
    /v=(\d+)\.(\d+)/.exec(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? "") ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2);
}

function hasChineseFont() {
  if (process.platform !== "linux") return true;
  if (fs.existsSync("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")) return true;
  return (spawnSync("fc-list", [":lang=zh-cn", "family"], { encoding: "utf8" }).stdout ?? "").trim() !== "";
}

const REDIS = { says: "Redis ≥ 6.2 (redis-server)", apt: "redis-server", brew: "redis", present: hasRedis };
const BROWSER = {
  says: "Chromium",
  apt: "chromium",
  brew: "--cask chromium",
  present: () => onPath("chromium", "chromium-browser", "google-chrome") !== undefined,
};
const FONTS = {
  says: "a Chinese font",
  apt: "fonts-noto-cjk",
  brew: "--cask font-noto-sans-cjk",
  present: hasChineseFont,
};
const DCMTK = { says: "dcmtk", apt: "dcmtk", brew: "dcmtk", present: () => onPath("storescu") !== undefined };
const POPPLER = {
  says: "poppler-utils",
  apt: "poppler-utils",
  brew: "poppler",
  present: () => onPath("pdftotext") !== undefined,
};
const DICOM3TOOLS = {
  says: "dicom3tools (dciodvfy)",
  apt: "dicom3tools",
  present: () => onPath("dciodvfy") !== undefined,
};
const ORTHANC = {
  says: "Orthanc with its DICOMweb plugin",
  apt: "orthanc orthanc-dicomweb",
  present: () =>
    fs.existsSync("/usr/sbin/Orthanc") && fs.existsSync("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"),
};
const SWIFT = {
  says: "OpenStack Swift (an S3 server)",
  apt: "python3-swift",
  present: () => spawnSync("/usr/bin/python3", ["-c", "import swift.common.middleware.s3api"]).status === 0,
};

// A viewer of other people, for the tests against it. It is no dependency: published as built pages, its package still asks for
// the thousand it was built of, of which some are not in the registry.
const OHIF = {
  version: "3.12.10",
  sha512: "0kuF66Mq9c9dMD++bUsTjMrJpXJwaZhz9B4uS244DawAjSkTwIYFU93pxPuRUQixaRi7QAHlF3Fe1qudBlZrmA==",
  /** Of its 200 MB those that a study of images does not need. */
  leftOut: ["*.map", "package/dist/ort", "package/dist/dicom-microscopy-viewer"],
};

function offerOhif() {
  const folder = inRoot("node_modules", ".cache", "ohif-app");
  const stamp = path.join(folder, ".version");
  if (readText(stamp) === OHIF.version) return;
  say(`fetching the OHIF viewer for the tests against it (npm pack, 48 MB)`);
  const began = Date.now();
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const problem = fetchOhif(folder);
  if (problem !== undefined) return say(`${problem}; the test that needs it is skipped`);
  fs.writeFileSync(stamp, OHIF.version);
  say(`OHIF fetched in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** Gives what went wrong. */
function fetchOhif(folder) {
  const packed = npm(["pack", `@ohif/app@${OHIF.version}`, "--ignore-scripts", "--pack-destination", folder], true);
  const file = path.join(folder, `ohif-app-${OHIF.version}.tgz`);
  if (packed.status !== 0 || !fs.existsSync(file)) return "npm could not fetch @ohif/app";
  if (createHash("sha512").update(fs.readFileSync(file)).digest("base64") !== OHIF.sha512)
    return "@ohif/app is not the package that was looked at";
  const leftOut = OHIF.leftOut.map((pattern) => `--exclude=${pattern}`);
  const unpacked = spawnSync("tar", ["-xzf", file, "-C", folder, ...leftOut], { stdio: "ignore" });
  fs.rmSync(file);
  return unpacked.status === 0 ? undefined : "tar could not unpack @ohif/app";
}

/** Programs that only some tests need: where they cannot be installed, those tests say so and are skipped. */
function offerPrograms(programs) {
  const missing = programs.filter((program) => !program.present()).flatMap((program) => program.apt.split(" "));
  const apt = onPath("apt-get");
  if (missing.length === 0 || apt === undefined || process.getuid?.() !== 0) return;
  say(`installing ${missing.join(", ")} (apt-get)`);
  const problem = aptInstall(apt, missing);
  if (problem !== undefined) say(`${problem}; the tests that need it are skipped`);
}

function ensurePrograms(programs) {
  const missing = programs.filter((program) => !program.present());
  if (missing.length === 0) return;
  const packages = missing.map((program) => program.apt);
  const apt = onPath("apt-get");
  const names = missing.map((program) => program.says).join(", ");
  if (apt === undefined) {
    const how =
      process.platform === "darwin" ? ` (brew install ${missing.map((program) => program.brew).join(" ")})` : "";
    fail(`please install ${names}${how}, then run this again`);
  }
  if (process.getuid?.() !== 0) fail(`please install ${names}: sudo apt-get install ${packages.join(" ")}`);
  say(`installing ${packages.join(", ")} (apt-get)`);
  const problem = aptInstall(apt, packages);
  if (problem !== undefined) fail(problem);
  const still = missing.filter((program) => !program.present());
  if (still.length > 0)
    fail(`please install ${still.map((program) => program.says).join(", ")}: apt-get did not bring it`);
}

/** Debian starts a service when its package is installed; the hub wants the program only. Gives what went wrong. */
function aptInstall(apt, packages) {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !fs.existsSync(policy) && fs.existsSync("/usr/sbin");
  if (ours) {
    // with a listener, Ctrl-C ends apt-get and then comes here to tidy up, instead of ending this script at once
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
    fs.writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  }
  const run = (...args) =>
    spawnSync(apt, ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
  try {
    const updated = run("update");
    const installed = run("install", "--yes", "--no-install-recommends", ...packages);
    if (installed.status === 0) return undefined;
    const reason = `${updated.stderr ?? ""}${installed.stderr ?? ""}`.split("\n").filter((line) => /^E:/.test(line));
    return `apt-get could not install ${packages.join(" ")}: ${reason.slice(-2).join(" ") || "see apt-get's log"}`;
  } finally {
    if (ours) fs.rmSync(policy, { force: true });
  }
}

// --- pages ---

function viewerSources() {
  const files = ["package-lock.json", "vite.config.ts"].filter((file) => fs.existsSync(inRoot(file)));
  for (const folder of ["viewer", "core"]) {
    if (!fs.existsSync(inRoot(folder))) continue;
    for (const entry of fs.readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.test\.tsx?$|\.md$/.test(entry.name)) continue;
      files.push(path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
    }
  }
  return files.sort();
}

function ensureViewer() {
  const stamp = inRoot("dist", ".stamp");
  const wanted = hashOf(...viewerSources().flatMap((file) => [file, "\0", fs.readFileSync(inRoot(file))]));
  if (readText(stamp) === wanted && fs.existsSync(inRoot("dist", "index.html"))) return;
  say("building the pages (vite build)");
  const began = Date.now();
  const vite = inRoot("node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(pinnedNode, [vite, "build", "--logLevel", "error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: windows,
  });
  if (built.status !== 0) fail("the pages could not be built: see the lines above");
  fs.writeFileSync(stamp, wanted);
  say(`pages built in ${Math.round((Date.now() - began) / 1000)} s`);
}

// --- what each command needs ---

const [nodeMajor] = process.versions.node.split(".").map(Number);
if (nodeMajor < 20) fail(`Node.js ${process.versions.node} is too old: install Node.js 20 or newer`);

switch (process.argv[2]) {
  case "start":
    if (!process.env.REDIS_URL) ensurePrograms([REDIS]);
    ensureDependencies();
    ensureViewer();
    break;
  case "test":
    ensurePrograms([REDIS, BROWSER, FONTS, DCMTK, POPPLER]);
    offerPrograms([SWIFT, ORTHANC, DICOM3TOOLS]);
    ensureDependencies();
    offerOhif();
    ensureViewer();
    break;
  case "check":
    ensureDependencies();
    break;
  default:
    fail("usage: node bin/bootstrap.mjs start | test | check");
}
