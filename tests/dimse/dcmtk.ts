import { spawn } from "node:child_process";
import { once } from "node:events";

/** dcmtk leaves Nagle on otherwise, and every answer then waits for a delayed ACK. */
const ENV = { ...process.env, TCP_NODELAY: "1" };

/** Runs a dcmtk tool to its end, in the folder `cwd` when one is given. */
export async function runDcmtk(
  tool: string,
  args: readonly string[],
  cwd?: string,
): Promise<{ code: number; output: string }> {
  const child = spawn(tool, args, { env: ENV, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.stderr.on("data", (part: Buffer) => parts.push(part));
  const [code] = (await once(child, "close")) as [number];
  return { code, output: Buffer.concat(parts).toString() };
}

/** A storescp that keeps the bytes of each data set exactly as they came: what storescu really sends, seen by dcmtk itself. */
export async function withBitPreservingStorescp(
  directory: string,
  port: number,
  use: () => Promise<void>,
  accepting: readonly string[] = ["+xa"],
): Promise<void> {
  const args = ["+B", ...accepting, "+uf", "-od", directory, String(port)];
  const child = spawn("storescp", args, { env: ENV, stdio: "ignore" });
  const exit = once(child, "exit");
  try {
    for (let tries = 0; (await runDcmtk("echoscu", ["127.0.0.1", String(port)])).code !== 0; tries++) {
      if (tries === 50) throw new Error("storescp does not answer");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await use();
  } finally {
    child.kill();
    await exit;
  }
}
