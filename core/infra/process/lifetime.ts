/** What a supervised process says to its parent once it serves. */
export const READY = "ready";

/** SIGTERM, SIGINT and SIGHUP each begin the one orderly stop; a second signal ends at once. */
export function onStopSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/**
 * For the child: when the parent is gone, however it went, the channel closes. Then `stop` has its time, and the process
 * ends in any case. Does nothing when there is no parent that supervises.
 */
export function exitWithParent(stop: () => Promise<void>, limitMs = 10_000): void {
  if (process.send === undefined) return;
  const end = () => {
    setTimeout(() => process.exit(1), limitMs);
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  if (process.connected) process.once("disconnect", end);
  else end();
  process.channel?.unref(); // the channel alone does not keep a child alive that has nothing left to do
}

/** For the child: it serves now. */
export function sayReady(): void {
  if (process.connected) process.send?.(READY);
}
