import { describe, expect, test } from "vitest";
import { dicomFaults, saidBy } from "../../../tests/support/dicom-tools.ts";
import { jsonOf, markedStudy, READER } from "../../../tests/support/marked-study.ts";
import { readPart10 } from "../../dicom/read-part10.ts";
import { KEY_OBJECT_TITLES, type KeyObjectTitle } from "../../marks/key-object-titles.ts";
import { keyObjectsOf } from "../../marks/read-key-objects.ts";
import { rejectionNoteOf } from "../../study/rejection-note.ts";
import { keyObjectFile } from "./key-object-file.ts";

const ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1";
const observer = { name: READER, organization: "区中心影像诊断中心" };

describe("keyObjectFile", () => {
  test("what was chosen comes back: title, reason, who, and which frames in which order", async () => {
    const { images, context } = markedStudy();
    const [first, second, third] = images;
    const prior = { ...markedStudy().images[0], sopClassUid: ENHANCED_CT, frameNumbers: [2, 5] };
    const chosen = [third, first, prior];
    const head = context();
    const file = keyObjectFile(head, { title: "of-interest", description: "右肺上叶结节", observer, images: chosen });

    expect(await dicomFaults(file)).toEqual([]);
    const read = keyObjectsOf(jsonOf(file));
    expect(read).toEqual({
      sopInstanceUid: head.sopInstanceUid,
      title: KEY_OBJECT_TITLES["of-interest"],
      description: "右肺上叶结节",
      observers: [{ han: "文清", latin: "Wen Qing" }],
      contentDate: "20261120",
      contentTime: "113000",
      objects: chosen,
    });
    expect(read?.objects).not.toContainEqual(second);
    const dump = await saidBy("dsrdump", ["+U8"], file);
    expect(dump).toContain("右肺上叶结节");
    expect(dump).not.toMatch(/^[EF]: /m);
  });

  test.each(Object.keys(KEY_OBJECT_TITLES) as KeyObjectTitle[])("%s is a title, and no rejection", async (title) => {
    const { images, context } = markedStudy();
    const file = keyObjectFile(context(), { title, description: "", observer, images });
    expect(keyObjectsOf(jsonOf(file))?.title).toEqual(KEY_OBJECT_TITLES[title]);
    expect(rejectionNoteOf(readPart10(file, true).dataSet)).toBeNull();
  });

  test("a reason keeps its lines and backslashes, not what no text of DICOM holds", async () => {
    const { images, context } = markedStudy();
    const description = "第一行\\甲\n第二行\t\u0001乙";
    const file = keyObjectFile(context(), { title: "teaching", description, observer, images });
    expect(await dicomFaults(file)).toEqual([]);
    expect(keyObjectsOf(jsonOf(file))?.description).toBe("第一行\\甲\n第二行 乙");
  });

  test("nothing chosen is no document", () => {
    const { context } = markedStudy();
    expect(() => keyObjectFile(context(), { title: "teaching", description: "", observer, images: [] })).toThrow(
      RangeError,
    );
  });
});
