interface Progress {
  readonly lengthComputable: boolean;
  readonly loaded: number;
  readonly total: number;
}

/** As much of a browser's XMLHttpRequest as a client of other people uses, over fetch: Node has none. */
export class FetchRequest {
  readyState = 0;
  status = 0;
  statusText = "";
  response: unknown = null;
  responseText = "";
  responseType = "";
  onloadstart?: () => void;
  onloadend?: () => void;
  onreadystatechange?: () => void;
  onprogress?: (progress: Progress) => void;
  private readonly sent: Record<string, string> = {};
  private readonly controller = new AbortController();
  private received = new Headers();
  private target: [method: string, url: string] = ["get", ""];

  open(method: string, url: string): void {
    this.target = [method.toUpperCase(), url];
  }
  setRequestHeader(name: string, value: string): void {
    this.sent[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return this.received.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.received].map(([name, value]) => `${name}: ${value}`).join("\r\n");
  }
  abort(): void {
    this.controller.abort();
  }
  send(body?: ArrayBuffer): void {
    // as in a browser: what breaks off is done, with status 0
    void this.run(body)
      .catch(() => {
        this.status = 0;
        this.response = null;
      })
      .then(() => {
        this.readyState = 4;
        this.onreadystatechange?.();
        this.onloadend?.();
      });
  }

  private async run(body?: ArrayBuffer): Promise<void> {
    const [method, url] = this.target;
    this.onloadstart?.();
    const { signal } = this.controller;
    const answer = await fetch(url, { method, headers: this.sent, signal, ...(body ? { body } : {}) });
    this.received = answer.headers;
    const bytes = await this.read(answer);
    const text = bytes.toString();
    this.status = answer.status;
    if (this.responseType === "arraybuffer") this.response = new Uint8Array(bytes).buffer;
    else if (this.responseType === "json") this.response = JSON.parse(text);
    else this.response = text;
    if (this.responseType !== "arraybuffer") this.responseText = text;
  }

  private async read(answer: Response): Promise<Buffer> {
    // a compressed answer's length says nothing of what it will be
    const isPlain = answer.headers.get("content-encoding") === null;
    const total = isPlain ? Number(answer.headers.get("content-length") ?? 0) : 0;
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    for await (const chunk of answer.body ?? []) {
      chunks.push(chunk);
      loaded += chunk.length;
      this.onprogress?.({ lengthComputable: total > 0, loaded, total });
    }
    return Buffer.concat(chunks);
  }
}
