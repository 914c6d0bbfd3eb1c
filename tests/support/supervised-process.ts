import { superviseProcess } from "../../bin/supervise.ts";
import { exitWithParent, onStopSignal, sayReady } from "../../core/infra/process/lifetime.ts";

/** Parent and child of the supervisor's tests in one script: `parent` keeps a `child` running and prints each pid. */
if (process.argv[2] === "parent") {
  const log = { info: () => undefined, error: () => undefined };
  const env = { ...process.env };
  const supervised = superviseProcess({
    name: "child",
    args: [import.meta.filename, "child"],
    env,
    log,
    stopMs: 5_000,
  });
  await supervised.ready;
  onStopSignal(supervised.stop);
  exitWithParent(supervised.stop);
} else {
  const stop = async () => {
    process.stdout.write(`stopped ${process.pid}\n`);
  };
  onStopSignal(stop);
  exitWithParent(stop, 2_000);
  setInterval(() => undefined, 60_000);
  process.stdout.write(`serving ${process.pid}\n`);
  sayReady();
}
