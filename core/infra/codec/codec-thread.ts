import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { DecodeFault } from "../../decode/decode-fault.ts";
import type { CodecAnswer, CodecJob } from "./codec-pool.ts";
import { CODEC_TASKS, warmUp } from "./codec-tasks.ts";
import { EncodeFault } from "./encode-fault.ts";

// on Linux a priority is the thread's own
if (workerData.isBackground && process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW);

/** One thread of the codec pool: a job in, its answer out, its bytes handed over without a copy. */
parentPort?.on("message", (job: CodecJob) => void answer(job));

async function answer({ task, request }: CodecJob): Promise<void> {
  try {
    if (task === "warm") {
      await warmUp();
      return parentPort?.postMessage({ warm: true } satisfies CodecAnswer);
    }
    const run = CODEC_TASKS[task] as (request: unknown) => Promise<unknown>;
    const result = await run(request);
    parentPort?.postMessage({ result } satisfies CodecAnswer, buffersOf(result));
  } catch (error) {
    if (error instanceof EncodeFault) return parentPort?.postMessage({ refused: error.message } satisfies CodecAnswer);
    const fault =
      error instanceof DecodeFault
        ? { code: error.code, detail: error.detail }
        : { code: null, detail: error instanceof Error ? error.message : "codec failed" };
    parentPort?.postMessage({ fault } satisfies CodecAnswer);
  }
}

function buffersOf(result: unknown): ArrayBuffer[] {
  const parts: readonly unknown[] =
    typeof result === "object" && result !== null && !ArrayBuffer.isView(result) ? Object.values(result) : [result];
  return parts.flatMap((part) => (ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer ? [part.buffer] : []));
}
