import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface LosingWire {
  /** The database by way of this wire. */
  readonly url: string;
  /** The n-th answer from now on is lost, and its connection with it; what it answers has been done. */
  loseAnswer(nth: number): void;
  close(): Promise<void>;
}

/** A wire to Postgres that breaks at the worst moment: after the commit, before the sender hears of it. */
export async function losingWire(databaseUrl: string): Promise<LosingWire> {
  const there = new URL(databaseUrl);
  const open = new Set<Socket>();
  let answersLeft = Number.POSITIVE_INFINITY;
  const server = createServer((client) => {
    const postgres = connect(Number(there.port), there.hostname);
    for (const socket of [client, postgres]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        postgres.destroy();
      });
    }
    client.on("data", (data) => postgres.write(data));
    postgres.on("data", (data) => {
      answersLeft -= 1;
      if (answersLeft > 0) client.write(data);
      else {
        answersLeft = Number.POSITIVE_INFINITY;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseAnswer: (nth) => {
      answersLeft = nth;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
