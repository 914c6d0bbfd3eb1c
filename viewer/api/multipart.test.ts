import { expect, test } from "vitest";
import { multipartBoundary, parseMultipart } from "./multipart.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (part: Uint8Array | undefined) => new TextDecoder().decode(part);

test.each([
  ['multipart/related; type="application/dicom"; boundary=abc', "abc"],
  ['Multipart/Related; boundary="a b;c"; type="application/dicom"', "a b;c"],
  ["application/dicom", null],
  ["multipart/related", null],
])("%s: %s", (contentType, boundary) => {
  expect(multipartBoundary(contentType)).toBe(boundary);
});

test("parts come with their headers, a preamble and padding after the boundary are passed over", () => {
  const body = bytes(
    "pre\r\n--b  \r\nContent-Type: application/dicom\r\n\r\none\r\n--b\r\nX: 1\r\n\r\n\r\n--b--\r\nend",
  );
  const parts = parseMultipart(body, "b");
  expect(parts.map((part) => text(part.body))).toEqual(["one", ""]);
  expect(parts[0]?.headers.get("content-type")).toBe("application/dicom");
});

test("a boundary inside the bytes of a part that says its length is only bytes", () => {
  // "1\r\n--b\r\n2" is 9 bytes
  const body = bytes("--b\r\nContent-Length: 9\r\n\r\n1\r\n--b\r\n2\r\n--b--");
  expect(parseMultipart(body, "b").map((part) => text(part.body))).toEqual(["1\r\n--b\r\n2"]);
});

test("a wrong length falls back to the boundary", () => {
  const body = bytes("--b\r\nContent-Length: 2\r\n\r\nabc\r\n--b--");
  expect(parseMultipart(body, "b").map((part) => text(part.body))).toEqual(["abc"]);
});

test.each(["", "--b\r\nA: 1\r\n\r\nabc", "--b\r\nA: 1\r\n\r\nabc\r\n--b", "--b\r\nA: 1"])("cut short: %j", (body) => {
  expect(() => parseMultipart(bytes(body), "b")).toThrow(RangeError);
});
