import { describe, expect, it } from "vitest";
import { DomainError, ERROR_KINDS, type ErrorCode } from "../../core/errors.ts";
import { dimseStatusOf } from "./dimse-status.ts";

describe("dimseStatusOf", () => {
  it.each<[ErrorCode, number]>([
    ["storage-full", 0xa700],
    ["storage-failed", 0xa700],
    ["dicom-identifier-missing", 0xc000],
    ["dicom-header-too-large", 0xc000],
    ["sop-class-unsupported", 0x0122],
    ["sop-class-mismatch", 0xa900],
    ["instance-differs", 0x0111],
    ["study-of-another-site", 0x0124],
    ["not-allowed", 0x0124],
    ["task-exists", 0x0110],
  ])("%s", (code, status) => {
    expect(dimseStatusOf(new DomainError(code)).status).toBe(status);
  });

  it("answers every error in (0000,0902)'s 64 ASCII characters, without its details", () => {
    for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
      const { status, errorComment } = dimseStatusOf(new DomainError(code, { patientName: "Zhang^San" }));
      expect(status).not.toBe(0);
      expect(errorComment).toMatch(/^[\x20-\x5b\x5d-\x7e]{1,64}$/);
      expect(errorComment).not.toContain("Zhang");
    }
  });

  it("says nothing of an error that is not ours", () => {
    expect(dimseStatusOf(new Error("/srv/blobs/ab: ENOENT"))).toEqual({
      status: 0x0110,
      errorComment: "Processing failure",
    });
  });
});
