import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** How the way to the server is: as it should be, cut, or so that nothing comes through though it stands. */
type LineState = "open" | "cut" | "silent";

export interface S3Line {
  readonly endpoint: string;
  /** Also for the connections that stand. */
  set(state: LineState): void;
  /** Once so many more bytes have gone to the server; resolves when it is so. */
  setAfter(bytes: number, state: LineState): Promise<void>;
  /** Takes the next answers away: the server has done what was asked, and the asker's connection breaks. */
  loseAnswersTo(request: RegExp): void;
  /** Rewrites what the server says, piece by piece: an answer whose end stays has to keep its length. */
  rewriteAnswers(from: RegExp, to: string): void;
  /** Turns a bit of the next so many long pieces that go to the server. */
  spoil(pieces: number): void;
  close(): Promise<void>;
}

/** The line between the hub and a real S3 server, to be disturbed at will. */
export async function openS3Line(serverPort: number): Promise<S3Line> {
  let state: LineState = "open";
  let left = Number.POSITIVE_INFINITY;
  let then: () => void = () => undefined;
  let losing: RegExp | null = null;
  let spoiling = 0;
  let rewrite = (answer: Buffer) => answer;
  const sockets = new Set<Socket>();

  const server = createServer((near) => {
    if (state === "cut") {
      near.resetAndDestroy();
      return;
    }
    const far = connect(serverPort, "127.0.0.1");
    let lost = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.on("data", (chunk) => {
      const head = losing === null ? "" : chunk.subarray(0, 400).toString("latin1");
      if (losing?.test(head)) {
        lost = true;
        losing = null;
      }
      if (spoiling > 0 && chunk.length > 20_000) {
        spoiling -= 1;
        chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1;
      }
      left -= chunk.length;
      if (left <= 0) {
        left = Number.POSITIVE_INFINITY;
        then();
      }
      if (state === "open") far.write(chunk);
    });
    far.on("data", (chunk) => {
      if (lost) near.resetAndDestroy();
      else if (state === "open") near.write(rewrite(chunk));
    });
  });

  function set(next: LineState): void {
    state = next;
    if (next === "cut") for (const socket of sockets) socket.resetAndDestroy();
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set,
    setAfter: (bytes, next) => {
      left = bytes;
      return new Promise((resolve) => {
        then = () => {
          set(next);
          resolve();
        };
      });
    },
    loseAnswersTo: (request) => {
      losing = request;
    },
    rewriteAnswers: (from, to) => {
      rewrite = (answer) => Buffer.from(answer.toString("latin1").replace(from, to), "latin1");
    },
    spoil: (pieces) => {
      spoiling = pieces;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
