import fc from "fast-check";
import { expect, test } from "vitest";
import { deidentifyDataSet } from "../../core/deidentify/deidentify-data-set.ts";
import { methodsOf } from "../../core/deidentify/deidentify-options.ts";
import { pseudonymsOf } from "../../core/deidentify/pseudonyms.ts";
import { encodeText } from "../../core/demo/text-encoder.ts";
import { type DataElement, readElements, writeElements } from "../../core/dicom/data-elements.ts";
import { DICTIONARY_TABLE } from "../../core/dicom/dictionary-table.ts";

const TEXTS = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT", "AE", "UR", "CS", "UN", "OB"]);

interface Attribute {
  readonly tag: number;
  readonly vr: string;
}

/** Every attribute of PS3.6 that can hold words or items, below the pixel data. */
const attributes: readonly Attribute[] = DICTIONARY_TABLE.trim()
  .split("\n")
  .flatMap((line) => {
    const [group = "", ...elements] = line.split(" ");
    return elements.map((each) => ({ tag: Number.parseInt(group + each.slice(0, 4), 16), vr: each.slice(4, 6) }));
  })
  .filter(({ tag }) => tag >= 0x00080000 && tag < 0x7fe00000 && tag !== 0x00080005);
const texts = attributes.filter(({ vr }) => TEXTS.has(vr));
const sequences = attributes.filter(({ vr }) => vr === "SQ");
/** Bytes of images and waves stay as they are: what is drawn or hidden in samples is another matter. */
const isSample = ({ tag, vr }: Attribute) => vr === "OB" && [0x0028, 0x003a, 0x5400].includes(tag >>> 16);

/** Words that no vocabulary has, in the two encodings of the field; long enough not to come about by chance. */
const token = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(..."BCDFGHJKLMNPQRSTVWXZ"), minLength: 7, maxLength: 9 }),
    fc.string({ unit: fc.constantFrom(..."龘靐齉爩麤龗灪鱻"), minLength: 3, maxLength: 4 }),
  )
  .map(([latin, han]) => ({ latin, han }));

type Charset = "ISO_IR 192" | "GB18030";
interface Planting {
  readonly said: { readonly latin: string; readonly han: string };
  readonly charset: Charset;
}

/** Wordings around the token: alone, after a clinical word, in the parts of a name, run into other words. */
function planted({ tag, vr }: Attribute, { said, charset }: Planting): DataElement {
  const forms = [
    `${said.latin}${said.han}`,
    `Chest ${said.latin} CT ${said.han}胸部`,
    `${said.latin}^X=${said.han}`,
    `5.0mm\\${said.latin}`,
    said.latin,
  ];
  const isPlain = vr === "CS" || vr === "AE" || vr === "UR";
  const text = isPlain ? said.latin : (forms[tag % forms.length] ?? "");
  return { tag, vr, value: encodeText(text, charset, vr === "PN") };
}

/** A data set with the token in every place, and once more within a sequence in a sequence. */
function dataSetWith(
  planting: Planting,
  roots: readonly Attribute[],
  outer: Attribute,
  inner: Attribute,
): DataElement[] {
  const characters: DataElement = { tag: 0x00080005, vr: "CS", value: Buffer.from(planting.charset) };
  const flat = roots.map((each) => planted(each, planting));
  const isPrivate = [
    { tag: 0x00090010, vr: "LO" },
    { tag: 0x00091001, vr: "LO" },
    { tag: 0x00091002, vr: "UN" },
    { tag: 0x00190010, vr: "LO" },
    { tag: 0x0019100c, vr: "IS" },
  ].map((each) => planted(each, planting));
  const deep: DataElement = { tag: inner.tag, vr: "SQ", items: [[...flat, ...isPrivate]] };
  return [
    characters,
    ...flat.filter(({ tag }) => tag !== outer.tag),
    ...isPrivate,
    { tag: outer.tag, vr: "SQ", items: [[deep], [...flat, ...isPrivate]] },
  ];
}

const options = fc.record({
  modifiedDates: fc.boolean(),
  cleanDescriptors: fc.boolean(),
  patientCharacteristics: fc.boolean(),
  safePrivate: fc.boolean(),
});
const charset = fc.constantFrom<Charset>("ISO_IR 192", "GB18030");
const { uid } = pseudonymsOf(Buffer.alloc(32, 7));

function leaks(output: Buffer, { latin, han }: Planting["said"]): string[] {
  return [Buffer.from(latin), Buffer.from(han), encodeText(han, "GB18030", false)]
    .filter((bytes) => output.includes(bytes))
    .map((bytes) => bytes.toString("hex"));
}

test("no word planted in any attribute, at any depth, comes out", () => {
  fc.assert(
    fc.property(token, charset, options, fc.nat(), fc.nat(), (said, set, chosen, o, i) => {
      const outer = sequences[o % sequences.length] as Attribute;
      const inner = sequences[i % sequences.length] as Attribute;
      // without a person's name as well: then nothing says that the word is somebody's
      const roots = texts.filter((each) => !isSample(each) && (o % 2 === 0 || each.vr !== "PN"));
      const elements = readElements(writeElements(dataSetWith({ said, charset: set }, roots, outer, inner))).elements;
      const out = deidentifyDataSet(elements, { options: chosen, pseudonym: "EXP-0001", shiftDays: -40, uid });
      const bytes = writeElements(out);
      expect(leaks(bytes, said)).toEqual([]);
      // what went in had it, so that this can fail
      expect(leaks(writeElements(elements), said)).not.toEqual([]);
      expect(methodsOf(chosen)[0]?.code).toBe("113100");
    }),
    { numRuns: 40 },
  );
});

test("a person's own words are kept nowhere, even where they are clinical", () => {
  const words = fc.constantFrom("Hand", "Head", "Flash", "Chest", "Force");
  fc.assert(
    fc.property(words, options, (word, chosen) => {
      const name = { tag: 0x00100010, vr: "PN", value: Buffer.from(`${word}^Learned`) };
      const described = [0x0008103e, 0x00081030, 0x00181030, 0x00080070, 0x00181210].map((tag) => ({
        tag,
        vr: tag === 0x00181210 ? "SH" : "LO",
        value: Buffer.from(`CT of ${word} axial`),
      }));
      const out = deidentifyDataSet([name, ...described], { options: chosen, pseudonym: "P", shiftDays: -40, uid });
      expect(writeElements(out).toString("latin1").toLowerCase()).not.toContain(word.toLowerCase());
    }),
  );
});

test("intervals between the dates of a patient hold, and every date moves", () => {
  const day = fc.date({
    min: new Date(Date.UTC(1990, 0, 1)),
    max: new Date(Date.UTC(2030, 0, 1)),
    noInvalidDate: true,
  });
  const da = (date: Date) =>
    `${date.getUTCFullYear()}${String(date.getUTCMonth() + 1).padStart(2, "0")}${String(date.getUTCDate()).padStart(2, "0")}`;
  const daysOf = (text: string) =>
    Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8))) / 86_400_000;
  fc.assert(
    fc.property(day, day, fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (a, b, key, patient) => {
      const { shiftDays } = pseudonymsOf(key);
      const moved = [a, b].map((date) => {
        const request = { uid, pseudonym: "P", shiftDays: shiftDays(patient) };
        const chosen = {
          modifiedDates: true,
          cleanDescriptors: false,
          patientCharacteristics: false,
          safePrivate: false,
        };
        const element = { tag: 0x00080020, vr: "DA", value: Buffer.from(da(date)) };
        const out = deidentifyDataSet([element], { ...request, options: chosen });
        const found = out.find(({ tag }) => tag === 0x00080020);
        return found && "value" in found ? found.value.toString() : "";
      });
      const [first = "", second = ""] = moved;
      expect(daysOf(second) - daysOf(first)).toBe(daysOf(da(b)) - daysOf(da(a)));
      expect(first).not.toBe(da(a));
    }),
  );
});

test("a damaged data set is refused or cleaned, never anything else", () => {
  const whole = writeElements(
    dataSetWith(
      { said: { latin: "QXZQXZQ", han: "龘靐齉" }, charset: "GB18030" },
      texts.filter((each) => !isSample(each)).slice(0, 60),
      sequences[3] as Attribute,
      sequences[9] as Attribute,
    ),
  );
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(damage, fc.nat(whole.length), (bytes, cut) => {
      const broken = Buffer.from(whole);
      for (const [at, byte] of bytes) broken[at] = byte;
      try {
        const { elements } = readElements(broken.subarray(0, whole.length - (cut % 200)));
        const chosen = { modifiedDates: true, cleanDescriptors: true, patientCharacteristics: true, safePrivate: true };
        const out = writeElements(
          deidentifyDataSet(elements, { options: chosen, pseudonym: "P", shiftDays: -40, uid }),
        );
        expect(leaks(out, { latin: "QXZQXZQ", han: "龘靐齉" })).toEqual([]);
      } catch (error) {
        expect(error).toMatchObject({ name: "DomainError", kind: "invalid" });
      }
    }),
    { numRuns: 2000 },
  );
});
