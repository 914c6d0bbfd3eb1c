import { ApiProblem } from "../api/call-api.ts";
import { createStore, useStore } from "./create-store.ts";

const lost = createStore(false);
const listeners = new Set<() => void>();

/** Tells the page that the hub no longer knows the session: a sign-in dialog opens over it, and nothing is thrown away. */
export function signalSessionLost(): void {
  lost.set(true);
}

/** For the catch of a call that does not go through TanStack Query: a draft being saved, an upload. */
export function signalIfSessionLost(problem: unknown): void {
  if (problem instanceof ApiProblem && problem.code === "not-signed-in") signalSessionLost();
}

export function signalSignedInAgain(): void {
  lost.set(false);
  for (const listener of listeners) listener();
}

/** What was held up by the lost session goes on here. Returns how to stop listening. */
export function onSignedInAgain(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSessionLost(): boolean {
  return useStore(lost);
}
