import type { PickedFile } from "./uploader.ts";

export type FoundFiles = (files: readonly PickedFile[]) => void;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const readSome = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function walk(entry: FileSystemEntry, found: FoundFiles): Promise<void> {
  if (entry.isFile) {
    found([{ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry as FileSystemFileEntry) }]);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is given in parts of a hundred, until an empty one.
  for (let part = await readSome(reader); part.length > 0; part = await readSome(reader)) {
    const folders = part.filter((one) => one.isDirectory);
    const files = part.filter((one) => one.isFile) as FileSystemFileEntry[];
    found(
      await Promise.all(files.map(async (one) => ({ path: one.fullPath.replace(/^\//, ""), file: await fileOf(one) }))),
    );
    for (const folder of folders) await walk(folder, found);
  }
}

/**
 * Everything that was dropped, folders with all that is in them, in the order of the disc. To be called in the drop event
 * itself: the browser takes its items away afterwards. Rejects when a folder cannot be read; what was found before counts.
 */
export async function collectDropped(transfer: DataTransfer, found: FoundFiles): Promise<void> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  const loose = Array.from(transfer.files);
  if (entries.every((entry) => entry === null)) {
    found(loose.map((file) => ({ path: file.name, file })));
    return;
  }
  for (const entry of entries) if (entry !== null) await walk(entry, found);
}

const byPath = new Intl.Collator("en", { numeric: true });

/** In the order of their names, numbers as numbers: folders are given in the order of the disc. */
export function inPathOrder(files: readonly PickedFile[]): readonly PickedFile[] {
  return files.toSorted((a, b) => byPath.compare(a.path, b.path));
}

/** What a file field holds, with the folder's own path where one was picked. */
export function collectPicked(files: FileList): readonly PickedFile[] {
  return inPathOrder(Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file })));
}
