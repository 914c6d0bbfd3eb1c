import { expect, test } from "vitest";
import { localRequests, type ReadingRequest } from "./local-requests.ts";

function fakeStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (key) => values.get(key) ?? null,
    key: (index) => [...values.keys()][index] ?? null,
    removeItem: (key) => void values.delete(key),
    setItem: (key, value) => void values.set(key, value),
  };
}

const request: ReadingRequest = { clinicalHistory: "咳嗽三天", question: "肺炎？", urgency: "routine" };
const DAY = 24 * 3600 * 1000;

test("what was typed is found again, by its author, for its study", () => {
  const storage = fakeStorage();
  localRequests(storage, "a1", () => 0).keep("1.2", request);
  expect(localRequests(storage, "a1", () => DAY).load("1.2")).toEqual(request);
  expect(localRequests(storage, "a2", () => DAY).load("1.2")).toBeNull();
  expect(localRequests(storage, "a1", () => DAY).load("1.3")).toBeNull();
});

test("after three days it is forgotten, and swept away", () => {
  const storage = fakeStorage();
  storage.setItem("other", "1");
  localRequests(storage, "a1", () => 0).keep("1.2", request);
  const later = localRequests(storage, "a2", () => 3 * DAY + 1);
  expect(localRequests(storage, "a1", () => 3 * DAY + 1).load("1.2")).toBeNull();
  later.sweep();
  expect(storage.length).toBe(1);
});

test("a full storage is said, not thrown", () => {
  const full = {
    ...fakeStorage(),
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  expect(localRequests(full, "a1", () => 0).keep("1.2", request)).toBe(false);
});
