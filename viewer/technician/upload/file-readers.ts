import type { Inspection } from "./inspect-source.ts";
import type { ItemSource, LocalReason } from "./upload-item.ts";
import { type ZipEntry, ZipProblem } from "./zip-directory.ts";

type FileTask =
  | { readonly task: "list"; readonly zip: File }
  | { readonly task: "inspect"; readonly source: ItemSource }
  | { readonly task: "unpack"; readonly zip: File; readonly entry: ZipEntry };

export type FileRequest = { readonly id: number } & FileTask;
export type FileAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly refused: LocalReason };

/** Reading, unpacking and hashing, off the main thread. Each rejects with ZipProblem. */
export interface FileReaders {
  list(zip: File): Promise<readonly ZipEntry[]>;
  inspect(source: ItemSource): Promise<Inspection>;
  unpack(zip: File, entry: ZipEntry): Promise<Blob>;
  close(): void;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (problem: Error) => void;
}

export function openFileReaders(count = 2): FileReaders {
  const waiting = new Map<number, Waiting>();
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL("./file.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event: MessageEvent<FileAnswer>) => {
      const caller = waiting.get(event.data.id);
      waiting.delete(event.data.id);
      if ("refused" in event.data) caller?.reject(new ZipProblem(event.data.refused));
      else caller?.resolve(event.data.result as never);
    };
    return worker;
  });
  let nextId = 0;
  function ask<Result>(task: FileTask): Promise<Result> {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      workers[id % workers.length]?.postMessage({ id, ...task });
    });
  }
  return {
    list: (zip) => ask({ task: "list", zip }),
    inspect: (source) => ask({ task: "inspect", source }),
    unpack: (zip, entry) => ask({ task: "unpack", zip, entry }),
    close: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}
