import { elementOfName } from "../../core/dicom/dictionary.ts";
import { DomainError } from "../../core/errors.ts";
import type { Match } from "../../core/infra/postgres/archive-conditions.ts";
import type { WorkitemCondition, WorkitemQuery } from "../../core/infra/postgres/workitem-queries.ts";
import { WORKITEM_STATES } from "../../core/reading/workitem.ts";
import { matchOf, type QidoParameter } from "./qido-query.ts";

/** As many workitems at most in one answer, as each brings its series along; the rest is fetched by `offset`. */
export const MAX_WORKITEMS = 500;

/**
 * What a workitem of the hub never has, and others' do: keys that SCPs must match (PS3.4 table CC.2.5-3). A device that looks
 * for work of its own station finds none here, rather than all there is.
 */
const NEVER_THERE = [
  ...["00404025", "00404026", "00404027", "00404034.00404009"].flatMap((sequence) => [
    `${sequence}.00080100`,
    `${sequence}.00080102`,
  ]),
  "00380010",
  "00380014.00400031",
  "0040A370.00401001",
  "0040A370.00402016",
  "0040A370.00402017",
  "0040A370.00321033",
];

/** Which attributes a search may ask for; keys of a sequence's item stand behind a dot (PS3.18 §8.3.4.1). */
const KEYS: Readonly<Record<string, (match: Match, key: string) => WorkitemCondition>> = {
  "00080018": (match, key) => ({ of: "uid", uids: equalTo(match, key) }),
  "00741000": (match, key) => ({ of: "state", states: listed(match, key).map((value) => stateOf(value, key)) }),
  "00741200": (match, key) => ({ of: "urgency", urgencies: listed(match, key).flatMap(urgenciesOf) }),
  "00741204": (match, key) => ({ of: "label", labels: equalTo(match, key) }),
  "00100021": (match, key) => ({ of: "issuer", issuers: equalTo(match, key) }),
  "00404018.00080100": (match) => constant(match, "110005"),
  "00404018.00080102": (match) => constant(match, "DCM"),
  "00741202": (match, key) => ({ of: "centre", name: equalTo(match, key)[0] ?? "" }),
  "00404041": (match, key) => ({ of: "readiness", isReady: equalTo(match, key)[0] === "READY" }),
  "00404005": (match, key) => ({ of: "requested", ...instants(match, key) }),
  "00404011": (match, key) => ({ of: "due", ...instants(match, key) }),
  "00100010": (match) => ({ of: "study", condition: { tag: "00100010", match } }),
  "00100020": (match) => ({ of: "study", condition: { tag: "00100020", match } }),
  "00100030": (match) => ({ of: "study", condition: { tag: "00100030", match } }),
  "00100040": (match) => ({ of: "study", condition: { tag: "00100040", match } }),
  "0040A370.00080050": (match) => ({ of: "study", condition: { tag: "00080050", match } }),
  "0040A370.0020000D": (match) => ({ of: "study", condition: { tag: "0020000D", match } }),
  "00404021.0020000D": (match) => ({ of: "study", condition: { tag: "0020000D", match } }),
  "00080050": (match) => ({ of: "study", condition: { tag: "00080050", match } }),
  "0020000D": (match) => ({ of: "study", condition: { tag: "0020000D", match } }),
  ...Object.fromEntries(NEVER_THERE.map((key) => [key, () => ({ of: "constant", isMet: false }) as const])),
};

function constant(match: Match, value: string): WorkitemCondition {
  return { of: "constant", isMet: match.kind === "equals" && match.values.includes(value) };
}

const OTHER_PARAMETERS = new Set(["accept", "charset", "_", "deletionlock"]);

export interface WorkitemSearch extends WorkitemQuery {
  readonly ignored: readonly string[];
}

/** As `qidoQuery`, for the worklist (PS3.18 §11.9). Throws `request-invalid`. */
export function workitemSearch(parameters: readonly QidoParameter[]): WorkitemSearch {
  const conditions: WorkitemCondition[] = [];
  const ignored: string[] = [];
  let limit = MAX_WORKITEMS;
  let offset = 0;
  const isFuzzy = parameters.some(({ name, value }) => name === "fuzzymatching" && value === "true");
  for (const { name, value } of parameters) {
    if (name === "limit") limit = Math.min(count(name, value), MAX_WORKITEMS);
    else if (name === "offset") offset = count(name, value);
    else if (name === "fuzzymatching" || OTHER_PARAMETERS.has(name)) continue;
    // every attribute that there is stands in every answer
    else if (name === "includefield") ignored.push(...unknownFields(value));
    else {
      const path = name.split(".").map(elementOfName);
      const last = path.at(-1);
      const make = KEYS[path.map((element) => element?.tag).join(".")];
      if (!make || !last) ignored.push(name);
      else {
        const match = last.vr === "DT" ? dateTimes(value, name) : matchOf(last.vr, last.keyword, value, isFuzzy);
        if (match) conditions.push(make(match, last.keyword));
      }
    }
  }
  return { conditions, limit, offset, ignored };
}

function unknownFields(value: string): string[] {
  return value
    .split(",")
    .flatMap((field) =>
      field === "all" || field.split(".").every((part) => elementOfName(part.trim())) ? [] : [`includefield=${field}`],
    );
}

function equalTo(match: Match, key: string): readonly string[] {
  if (match.kind !== "equals") throw invalid(key);
  return match.values;
}

function listed(match: Match, key: string): readonly string[] {
  return equalTo(match, key).flatMap((value) => value.split(/[,\\]/));
}

function stateOf(value: string, key: string): (typeof WORKITEM_STATES)[number] {
  const state = WORKITEM_STATES.find((one) => one === value);
  if (!state) throw invalid(key);
  return state;
}

/** The hub knows two urgencies; nothing of it is LOW. */
function urgenciesOf(priority: string): readonly string[] {
  if (priority === "HIGH") return ["urgent"];
  return priority === "MEDIUM" ? ["routine"] : [];
}

const DATE_TIME = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d{1,6})?([+-]\d{4})?$/;

/** A range of VR DT; the hyphen of a range is one that does not begin an offset. */
function dateTimes(given: string, key: string): Match | undefined {
  const value = given.trim();
  if (value === "") return undefined;
  const one = /^(\d{4,14}(?:\.\d{1,6})?(?:[+-]\d{4}(?=-|$))?)?(-)?(.*)$/.exec(value);
  const [, from = "", hyphen, to = ""] = one ?? [];
  const ends = [from, hyphen ? to : from];
  if (ends.every((end) => end === "") || !ends.every((end) => end === "" || DATE_TIME.test(end))) throw invalid(key);
  return { kind: "range", from: ends[0] || null, to: ends[1] || null };
}

/** Of times that come without one: a search is about several sites, and their zone is China's unless someone says otherwise. */
const DISTRICT_OFFSET = "+0800";

function instants(match: Match, key: string): { readonly from: number | null; readonly to: number | null } {
  if (match.kind !== "range") throw invalid(key);
  return {
    from: match.from === null ? null : instantOf(match.from, false, key),
    to: match.to === null ? null : instantOf(match.to, true, key),
  };
}

/** The first ms of what is written, or the last: "2026" ends with the year. */
function instantOf(text: string, isEnd: boolean, key: string): number {
  const [, year = "", ...rest] = DATE_TIME.exec(text) ?? [];
  const offset = rest[5] ?? DISTRICT_OFFSET;
  const given = rest
    .slice(0, 5)
    .filter((part) => part !== undefined)
    .map(Number);
  const parts = [Number(year), ...given];
  const whole = (at: readonly number[]) =>
    Date.UTC(at[0] ?? 0, (at[1] ?? 1) - 1, at[2] ?? 1, at[3] ?? 0, at[4] ?? 0, at[5] ?? 0);
  const start = whole(parts);
  const next = whole(parts.map((part, index) => (index === parts.length - 1 ? part + 1 : part)));
  const shift =
    (offset.startsWith("-") ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * 60_000;
  const instant = (isEnd ? next - 1 : start) - shift;
  if (Number.isNaN(instant)) throw invalid(key);
  return instant;
}

function count(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw invalid(name);
  return Number(value);
}

function invalid(parameter: string): DomainError {
  return new DomainError("request-invalid", { where: parameter.replace(/[^\w.]/g, "").slice(0, 64) });
}
