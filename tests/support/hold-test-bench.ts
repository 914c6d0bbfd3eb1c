import { exitWithParent } from "../../core/infra/process/lifetime.ts";
import { startTestBench } from "./test-bench.ts";

/** A stand-in for a test run that is going to be killed: prints the bench's address and waits. */
const bench = await startTestBench();
process.stdout.write(`${bench.url}\n`);
exitWithParent(async () => undefined);
setInterval(() => undefined, 60_000);
