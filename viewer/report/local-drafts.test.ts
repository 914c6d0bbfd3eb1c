import { describe, expect, it } from "vitest";
import { localDrafts, parseLocalDraft } from "./local-drafts.ts";

/** A Storage of the tests' own; `full` refuses every write as a browser out of quota does. */
function memoryStorage(full = false): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => {
      if (full) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
}

const text = { findings: "双肺清晰", impression: "未见异常" };
const draft = { ...text, basedOn: 3, editedAt: 1000, sent: [] };

describe("localDrafts", () => {
  it("gives a text back to the account that typed it, and to no other", () => {
    const storage = memoryStorage();
    localDrafts(storage, "a").write("task", draft);
    expect(localDrafts(storage, "a").read("task")).toEqual(draft);
    expect(localDrafts(storage, "b").read("task")).toBeNull();
    expect(localDrafts(storage, "a").read("other task")).toBeNull();
  });

  it("forgets only the text that was saved: another tab may have typed on", () => {
    const drafts = localDrafts(memoryStorage(), "a");
    drafts.write("task", { ...draft, findings: "双肺清晰，" });
    drafts.forget("task", text);
    expect(drafts.read("task")?.findings).toBe("双肺清晰，");
    drafts.forget("task", { ...text, findings: "双肺清晰，" });
    expect(drafts.read("task")).toBeNull();
  });

  it("says when the browser would not keep it", () => {
    expect(localDrafts(memoryStorage(true), "a").write("task", draft)).toBe(false);
  });
});

describe("parseLocalDraft", () => {
  it.each([["not json"], ["null"], ["{}"], ['{"findings":1,"impression":""}']])("takes %s for no text", (stored) => {
    expect(parseLocalDraft(stored)).toBeNull();
  });

  it("reads a text whose other members are missing", () => {
    expect(parseLocalDraft('{"findings":"a","impression":"b"}')).toEqual({
      findings: "a",
      impression: "b",
      basedOn: 0,
      editedAt: 0,
      sent: [],
    });
  });
});
