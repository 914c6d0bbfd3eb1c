import { describe, expect, it } from "vitest";
import { isBlobKey, newBlobKey, originOf } from "./blob-key.ts";

describe("the key of a blob", () => {
  it("says where an original came from, and nothing of anything else", () => {
    const origin = { siteId: "yanji", via: "dimse", sender: "CT 1/2.." } as const;
    const key = newBlobKey(origin);
    expect(isBlobKey(key)).toBe(true);
    expect(key.split("/")).toHaveLength(2);
    expect(originOf(key)).toEqual(origin);
    expect(originOf(newBlobKey())).toBeNull();
  });
  it("keeps the site of a sender with a very long name", () => {
    const key = newBlobKey({ siteId: "yanji", via: "stow", sender: "名".repeat(100) });
    expect([isBlobKey(key), originOf(key)]).toEqual([true, { siteId: "yanji", via: "stow", sender: "" }]);
  });
  it.each(["aa/../../etc/passwd", `${newBlobKey()}.`, `${newBlobKey()}.a/b`, `${newBlobKey()}.${"a".repeat(181)}`])(
    "%s is none",
    (key) => {
      expect([isBlobKey(key), originOf(key)]).toEqual([false, null]);
    },
  );
  it("with an origin that is none has none", () => {
    expect(originOf(`${newBlobKey()}.e30`)).toBeNull(); // {}
  });
});
