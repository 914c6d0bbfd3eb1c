import type { BlobStore } from "../../ports.ts";
import { coldKey, isColdKey, keyInStore } from "./cold-key.ts";

/** The same blobs under keys that say that they are cold; a key that does not is of another store, and names nothing here. */
export function coldBlobStore(store: BlobStore): BlobStore {
  // what is no cold key is handed on as something that no store has made
  const own = (key: string) => (isColdKey(key) ? keyInStore(key) : "");
  return {
    create: async (options) => {
      const writer = await store.create(options);
      return {
        key: coldKey(writer.key),
        write: (chunk) => writer.write(chunk),
        seal: () => writer.seal(),
        discard: () => writer.discard(),
        unmark: () => writer.unmark(),
      };
    },
    open: (key, range) => store.open(own(key), range),
    read: (key, range) => store.read(own(key), range),
    size: (key) => store.size(own(key)),
    delete: (key) => store.delete(own(key)),
    keys: async function* () {
      for await (const key of store.keys()) yield coldKey(key);
    },
  };
}

/** Two stores as one: the key says where a blob lies. What comes in is written to the hot one. */
export function tieredBlobStore(hot: BlobStore, cold: BlobStore): BlobStore {
  const of = (key: string) => (isColdKey(key) ? cold : hot);
  return {
    create: (options) => hot.create(options),
    open: (key, range) => of(key).open(key, range),
    read: (key, range) => of(key).read(key, range),
    size: (key) => of(key).size(key),
    delete: (key) => of(key).delete(key),
    keys: async function* () {
      yield* hot.keys();
      yield* cold.keys();
    },
  };
}
