import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The pages. In development `vite` proxies to a running hub; `npm start` serves what `vite build` made in dist/. */
const hub = `http://127.0.0.1:${process.env.HUB_HTTP_PORT ?? "8080"}`;

/** Puts a .br and a .gz beside each text and wasm file, so that the server never compresses on the way out. */
function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir, "assets");
    },
    closeBundle: async () => {
      const files = (await readdir(folder)).filter((name) => /\.(js|css|wasm|svg|json)$/.test(name));
      await Promise.all(files.map((name) => compress(join(folder, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < 1024) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality));
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

export default defineConfig({
  root: "viewer",
  plugins: [react(), precompress()],
  build: { outDir: "../dist", emptyOutDir: true, target: "es2024", sourcemap: false, assetsInlineLimit: 0 },
  worker: { format: "es" },
  server: {
    proxy: {
      "/api": hub,
      "/dicom-web": hub,
      "/live": { target: hub, ws: true },
    },
  },
});
