/** The information models of Query/Retrieve (PS3.4 §C.6.1 and §C.6.2), UIDs from PS3.4 tables C.6.1.3-1 and C.6.2.3-1. */
export type QueryRoot = "patient" | "study";

const FIND: ReadonlyMap<string, QueryRoot> = new Map([
  ["1.2.840.10008.5.1.4.1.2.1.1", "patient"],
  ["1.2.840.10008.5.1.4.1.2.2.1", "study"],
]);
const MOVE: ReadonlyMap<string, QueryRoot> = new Map([
  ["1.2.840.10008.5.1.4.1.2.1.2", "patient"],
  ["1.2.840.10008.5.1.4.1.2.2.2", "study"],
]);
const GET: ReadonlyMap<string, QueryRoot> = new Map([
  ["1.2.840.10008.5.1.4.1.2.1.3", "patient"],
  ["1.2.840.10008.5.1.4.1.2.2.3", "study"],
]);

/** Which model a SOP class of that operation belongs to. */
export const QUERY_RETRIEVE_ROOTS = { find: FIND, move: MOVE, get: GET } as const;
