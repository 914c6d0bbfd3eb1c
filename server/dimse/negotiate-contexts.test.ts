import { describe, expect, it } from "vitest";
import { STORAGE_SOP_CLASSES } from "../../core/dicom/storage-sop-classes.ts";
import { TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { isUid } from "../../core/dicom/uid.ts";
import { negotiateContexts } from "./negotiate-contexts.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const IMPLICIT = "1.2.840.10008.1.2";
const J2K = "1.2.840.10008.1.2.4.90";
const isStorage = (uid: string) => STORAGE_SOP_CLASSES.has(uid);

describe("negotiateContexts", () => {
  it.each([
    ["the first proposed", CT, [J2K, EXPLICIT, IMPLICIT], 0, J2K],
    ["the first that we know", CT, ["1.2.3", IMPLICIT, EXPLICIT], 0, IMPLICIT],
    ["none that we know", CT, ["1.2.3"], 4, "1.2.3"],
    ["none at all", CT, [], 4, IMPLICIT],
    ["a private SOP class", "1.2.840.113619.4.26", [IMPLICIT], 3, IMPLICIT],
    ["JPIP, which does not carry the pixels", CT, ["1.2.840.10008.1.2.4.94"], 4, "1.2.840.10008.1.2.4.94"],
  ])("%s", (_, abstractSyntaxUid, transferSyntaxUids, result, transferSyntaxUid) => {
    const { answers, accepted } = negotiateContexts([{ id: 5, abstractSyntaxUid, transferSyntaxUids }], [], isStorage);
    expect(answers).toEqual([{ id: 5, result, transferSyntaxUid }]);
    expect([...accepted.values()]).toEqual(result === 0 ? [{ id: 5, abstractSyntaxUid, transferSyntaxUid }] : []);
  });

  it("takes each SOP class the hub's standards name", () => {
    const named = "2 2.1 7 9.1.1 9.1.2 9.1.3 9.1.4 11.1 88.11 88.22 88.33 88.59 104.1 104.2".split(" ");
    const contexts = named.map((tail, at) => ({
      id: at * 2 + 1,
      abstractSyntaxUid: `1.2.840.10008.5.1.4.1.1.${tail}`,
      transferSyntaxUids: [EXPLICIT],
    }));
    expect(negotiateContexts(contexts, [], isStorage).answers.map((answer) => answer.result)).toEqual(
      named.map(() => 0),
    );
  });
});

describe("what is no storage", () => {
  const FIND = "1.2.840.10008.5.1.4.1.2.2.1";

  it("is spoken of in plain data sets only", () => {
    const proposed = [
      { id: 1, abstractSyntaxUid: FIND, transferSyntaxUids: ["1.2.840.10008.1.2.4.70", IMPLICIT] },
      { id: 3, abstractSyntaxUid: FIND, transferSyntaxUids: ["1.2.840.10008.1.2.1.99"] },
    ];
    const { answers } = negotiateContexts(proposed, [], () => true);
    expect(answers).toMatchObject([
      { id: 1, result: 0, transferSyntaxUid: IMPLICIT },
      { id: 3, result: 4 },
    ]);
  });
});

describe("the peer's SCP role", () => {
  const GET = { id: 1, abstractSyntaxUid: "1.2.840.10008.5.1.4.1.2.2.3", transferSyntaxUids: [IMPLICIT] };
  const CT = { id: 3, abstractSyntaxUid: "1.2.840.10008.5.1.4.1.1.2", transferSyntaxUids: [EXPLICIT] };
  const roles = [GET, CT].map(({ abstractSyntaxUid }) => ({ sopClassUid: abstractSyntaxUid, scu: true, scp: true }));

  it("stands for storage beside a C-GET, and for nothing else", () => {
    const { roles: agreed, storeContexts } = negotiateContexts([GET, CT], roles, () => true);
    expect(agreed.map(({ scu, scp }) => [scu, scp])).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(storeContexts.map(({ id }) => id)).toEqual([3]);
  });

  it("does not stand where nothing can be retrieved", () => {
    const { roles: agreed, storeContexts } = negotiateContexts([CT], roles, () => true);
    expect(agreed).toEqual([{ sopClassUid: CT.abstractSyntaxUid, scu: true, scp: false }]);
    expect(storeContexts).toEqual([]);
  });
});

describe("the tables", () => {
  it("hold well-formed UIDs and names", () => {
    for (const [uid, name] of STORAGE_SOP_CLASSES) expect([isUid(uid), name.length > 8]).toEqual([true, true]);
    for (const [uid, row] of TRANSFER_SYNTAXES) expect([isUid(uid), row.uid]).toEqual([true, uid]);
    // No row is written twice: a Map would hide it.
    expect([STORAGE_SOP_CLASSES.size, TRANSFER_SYNTAXES.size]).toEqual([187, 53]);
  });

  it.each([
    [IMPLICIT, { implicitVr: true, encapsulated: false, bigEndian: false, deflated: false, lossy: false }],
    ["1.2.840.10008.1.2.2", { implicitVr: false, bigEndian: true, encapsulated: false }],
    ["1.2.840.10008.1.2.1.99", { deflated: true, encapsulated: false, lossy: false }],
    ["1.2.840.10008.1.2.4.50", { encapsulated: true, lossy: true }],
    ["1.2.840.10008.1.2.4.70", { encapsulated: true, lossy: false }],
    ["1.2.840.10008.1.2.4.202", { encapsulated: true, lossy: false }],
    ["1.2.840.10008.1.2.4.203", { encapsulated: true, lossy: true }],
    ["1.2.840.10008.1.2.5", { encapsulated: true, lossy: false }],
  ])("say of %s what its encoding is", (uid, traits) => {
    expect(TRANSFER_SYNTAXES.get(uid)).toMatchObject(traits);
  });
});
