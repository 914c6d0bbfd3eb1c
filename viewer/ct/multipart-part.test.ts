import { expect, it } from "vitest";
import { firstMultipartPart } from "./multipart-part.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const TYPE = 'multipart/related; type="application/octet-stream"; boundary=xyz';
const part = (headers: string, body: string): Uint8Array<ArrayBuffer> =>
  bytes(`--xyz\r\n${headers}\r\n\r\n${body}\r\n--xyz--\r\n`);

it("gives the body and the transfer syntax of the part", () => {
  const found = firstMultipartPart(
    TYPE,
    part("Content-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80", "pixels"),
  );
  expect(found?.transferSyntaxUid).toBe("1.2.840.10008.1.2.4.80");
  expect(found && String.fromCharCode(...found.body)).toBe("pixels");
});

it("takes quoted parameters, a preamble, and pixels that look like line ends", () => {
  const found = firstMultipartPart(
    'multipart/related; boundary="xyz"; type="image/jls"',
    bytes(
      `\r\n--xyz\r\ncontent-type: image/jls; transfer-syntax="1.2"\r\nContent-Length: 8\r\n\r\n\r\n\r\n--xy\r\n--xyz--`,
    ),
  );
  expect(found?.transferSyntaxUid).toBe("1.2");
  expect(found?.body.length).toBe(8);
});

it("is nothing when the answer was cut off", () => {
  expect(firstMultipartPart(TYPE, bytes("--xyz\r\nContent-Type: application/octet-stream\r\n\r\npix"))).toBeUndefined();
  expect(firstMultipartPart(TYPE, part("Content-Type: a/b\r\nContent-Length: 600", "short"))).toBeUndefined();
});

it("takes a plain answer as its own part", () => {
  const found = firstMultipartPart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", bytes("abc"));
  expect(found).toMatchObject({ transferSyntaxUid: "1.2.840.10008.1.2.1" });
});
