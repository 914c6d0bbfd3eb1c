import type { FileAnswer, FileRequest } from "./file-readers.ts";
import { inspectSource, rangeOf, unpackEntry } from "./inspect-source.ts";
import { readZipDirectory, ZipProblem } from "./zip-directory.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;

async function answer(request: FileRequest): Promise<unknown> {
  switch (request.task) {
    case "list":
      return readZipDirectory(rangeOf(request.zip), request.zip.size);
    case "inspect":
      return inspectSource(request.source);
    case "unpack":
      return unpackEntry(request.zip, request.entry);
  }
}

scope.onmessage = async (event: MessageEvent<FileRequest>) => {
  const { id } = event.data;
  let message: FileAnswer;
  try {
    message = { id, result: await answer(event.data) };
  } catch (error) {
    message = { id, refused: error instanceof ZipProblem ? error.reason : "unreadable-file" };
  }
  scope.postMessage(message);
};
