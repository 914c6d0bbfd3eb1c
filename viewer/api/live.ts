import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { LiveChange } from "../../core/jobs/live-change.ts";

export type LiveState = "connecting" | "live" | "lost";

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];

let state: LiveState = "connecting";
const watchers = new Set<() => void>();
const listeners = new Set<(change: LiveChange) => void>();

function setState(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher();
}

/** One socket a page. Calls `onOpen` each time it opens, since what happened since the page last read was not heard. */
function connect(onOpen: () => void): () => void {
  let socket: WebSocket | null = null;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const open = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
    socket.onopen = () => {
      onOpen();
      attempt = 0;
      setState("live");
    };
    socket.onmessage = (event) => {
      const change = JSON.parse(String(event.data)) as LiveChange;
      for (const listener of listeners) listener(change);
    };
    socket.onclose = () => {
      if (stopped) return;
      setState("lost");
      timer = setTimeout(open, RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)]);
    };
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** The query keys that start with a topic's name are read again when the hub says that topic changed. */
const TOPIC_KEYS: Readonly<Record<LiveChange["topic"], readonly string[]>> = {
  study: ["studies", "tasks", "orders"],
  task: ["tasks", "studies", "reports"],
  report: ["reports", "tasks", "studies"],
  notice: ["notices"],
  draft: [],
  mark: [],
  order: ["orders", "studies"],
};

/** Keeps every list of the page in step. Mounted once, under the signed-in shell. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => {
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const key of waiting) void client.invalidateQueries({ queryKey: [key] });
      waiting.clear();
    };
    const listener = (change: LiveChange) => {
      for (const key of TOPIC_KEYS[change.topic]) waiting.add(key);
      timer ??= setTimeout(flush, 50);
    };
    listeners.add(listener);
    const disconnect = connect(() => void client.invalidateQueries());
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
      disconnect();
    };
  }, [client]);
}

/** Hears each change itself, for a page that shows one thing. */
export function useLiveChange(onChange: (change: LiveChange) => void): void {
  useEffect(() => {
    listeners.add(onChange);
    return () => void listeners.delete(onChange);
  }, [onChange]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}
