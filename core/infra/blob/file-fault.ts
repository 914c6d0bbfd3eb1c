import { DomainError } from "../../errors.ts";

/** What the file system says, as the domain says it. */
export function storageError(error: unknown): DomainError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new DomainError(isFull ? "storage-full" : "storage-failed", {}, { cause: error });
}

/** For a blob that is opened, or asked for its size, by its key. */
export function missing(error: unknown): never {
  throw (error as NodeJS.ErrnoException).code === "ENOENT" ? new DomainError("not-found") : storageError(error);
}
