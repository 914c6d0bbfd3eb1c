import { createServer, connect as dial, type Socket } from "node:net";

export interface BreakableLine {
  readonly url: string;
  /** Every byte that the browser sent up, in the order of the connections. */
  sentUp(): Buffer;
  /** When the hub answers the next upload of so many bytes or more, the answer is lost and the line stays dead until `mend`. */
  breakAtStoreAnswer(leastBytes: number): Promise<void>;
  mend(): void;
  close(): Promise<void>;
}

const REQUEST = /^[A-Z]+ \/\S* HTTP\/1\.1\r\n/;
const STORE_REQUEST = /^POST \/dicom-web\/studies HTTP\/1\.1\r\n/;

/** A TCP line between one browser and the hub that can be cut for real: sockets die, nobody listens. */
export async function openBreakableLine(hubPort: number): Promise<BreakableLine> {
  const open = new Set<Socket>();
  const up: Buffer[][] = [];
  let dead = false;
  let armed: { readonly leastBytes: number; readonly broken: () => void } | undefined;

  const server = createServer((near) => {
    if (dead) {
      near.destroy();
      return;
    }
    const far = dial(hubPort, "127.0.0.1");
    const mine: Buffer[] = [];
    up.push(mine);
    let storedBytes = 0; // of the upload that waits for its answer
    let storing = false;
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // a cut line is what this is for
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (part: Buffer) => {
      mine.push(part);
      if (REQUEST.test(part.toString("latin1"))) {
        storing = STORE_REQUEST.test(part.toString("latin1"));
        storedBytes = 0;
      }
      storedBytes += part.length;
      far.write(part);
    });
    far.on("data", (part: Buffer) => {
      if (!storing || armed === undefined || storedBytes < armed.leastBytes) {
        near.write(part);
        return;
      }
      dead = true;
      for (const socket of open) socket.destroy();
      armed.broken();
      armed = undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    sentUp: () => Buffer.concat(up.flat()),
    breakAtStoreAnswer: (leastBytes) =>
      new Promise((broken) => {
        armed = { leastBytes, broken };
      }),
    mend: () => {
      dead = false;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
