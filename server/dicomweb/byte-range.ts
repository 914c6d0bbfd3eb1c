import { DomainError } from "../../core/errors.ts";
import type { ByteRange } from "../../core/ports.ts";

/**
 * The one range of a Range header over `size` bytes (RFC 9110 §14.1.2); null for no header, another unit, several ranges or
 * bad syntax, which may all be answered with the whole. Throws `range-not-there` for one that lies outside.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    if (Number(last) === 0 || size === 0) throw new DomainError("range-not-there");
    return { start: Math.max(0, size - Number(last)), end: size };
  }
  if (last !== "" && Number(last) < Number(first)) return null;
  if (Number(first) >= size) throw new DomainError("range-not-there");
  return { start: Number(first), end: last === "" ? size : Math.min(size, Number(last) + 1) };
}
