import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The pages. In development `vite` proxies to a running hub; `npm start` serves what `vite build` made in dist/. */
const hub = `http://127.0.0.1:${process.env["HUB_HTTP_PORT"] ?? "8080"}`;

export default defineConfig({
  root: "viewer",
  plugins: [react()],
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
