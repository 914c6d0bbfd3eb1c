import http from "node:http";
import https from "node:https";

type OnAnswer = (answer: http.IncomingMessage) => void;
type Where = http.RequestOptions | string | URL;

/** An answer that says nothing about the request itself: the server could not, now. */
export class S3ServerStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the S3 server answered ${status}`);
    this.name = "S3ServerStatus";
    this.status = status;
  }
}

/**
 * What the minio client sends its requests by. The client has no time-out, so a server that falls silent would keep a call
 * open for ever; and of an answer such as 503 it forgets the status and leaves the body unread on the socket. Here a socket
 * on which nothing moves for `idleMs` is an error, and such answers are read away and become an error with the status.
 */
export function s3Transport(secure: boolean, idleMs: number): Pick<typeof http, "request"> {
  const send = secure ? https.request : http.request;

  function request(where: Where, second?: http.RequestOptions | OnAnswer, third?: OnAnswer): http.ClientRequest {
    if (typeof where === "string" || where instanceof URL || typeof second === "object")
      throw new TypeError("requests come as (options, callback)");
    const onAnswer = second ?? third;
    let answer: http.IncomingMessage | null = null;
    const sent = send({ ...where, timeout: idleMs }, (incoming) => {
      answer = incoming;
      const status = incoming.statusCode ?? 0;
      if (status < 500 && status !== 408 && status !== 429) {
        onAnswer?.(incoming);
        return;
      }
      incoming.resume();
      sent.emit("error", new S3ServerStatus(status));
    });
    sent.on("timeout", () => {
      if (answer !== null && answer.readableLength > 0) {
        // what has come is not yet taken: it is the reader who is slow, not the server
        sent.socket?.setTimeout(idleMs);
        return;
      }
      const late = Object.assign(new Error(`nothing moved for ${idleMs} ms`), { code: "ETIMEDOUT" });
      if (answer === null) sent.destroy(late);
      else answer.destroy(late);
    });
    return sent;
  }

  return { request };
}

export function s3Agent(secure: boolean, idleMs: number): http.Agent {
  // the agent's own time-out also covers the time before a connection stands
  const options = { keepAlive: true, timeout: idleMs, maxFreeSockets: 64 };
  return secure ? new https.Agent(options) : new http.Agent(options);
}
