import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { hasDciodvfy, iodErrors } from "./dciodvfy.ts";

/** What dcmtk's reader and dciodvfy, where there is one, find wrong with a file. */
export async function dicomFaults(bytes: Buffer): Promise<readonly string[]> {
  return withFile(bytes, async (file) => {
    const { output } = await runDcmtk("dcmdump", [file]);
    const complaints = output.split("\n").filter((line) => /^[EWF]: /.test(line));
    return [...complaints, ...(hasDciodvfy ? iodErrors(file) : [])];
  });
}

/** What a tool of dcmtk says of a file; throws when it does not end well. */
export async function saidBy(tool: string, args: readonly string[], bytes: Buffer): Promise<string> {
  return withFile(bytes, async (file) => {
    const { code, output } = await runDcmtk(tool, [...args, file]);
    if (code !== 0) throw new Error(`${tool} ended with ${code}: ${output}`);
    return output;
  });
}

async function withFile<T>(bytes: Buffer, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "dicom-tools-"));
  try {
    const file = path.join(folder, "document.dcm");
    await writeFile(file, bytes);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
