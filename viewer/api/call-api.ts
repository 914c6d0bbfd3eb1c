import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import type { Problem } from "../../core/api/payloads/problem.ts";
import type { Answer, BodyGiven, Params, QueryGiven } from "../../core/api/payloads.ts";
import type { ErrorCode } from "../../core/errors.ts";

/** A refusal of the hub, or no answer from it (`code` "unreachable"). Texts: `problem-text.ts`. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: ErrorCode | "unreachable" | "unexpected";
  readonly detail: Problem["detail"];

  constructor(status: number, code: ApiProblem["code"], detail: Problem["detail"] = {}) {
    super(code);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

type Part<Name extends string, T> = undefined extends T
  ? { readonly [K in Name]?: undefined }
  : { readonly [K in Name]: T };
type QueryPart<T> = undefined extends T ? { readonly query?: undefined } : { readonly query?: T };

export type ApiInput<Op extends Operation> = Part<"params", Params<Op>> &
  QueryPart<QueryGiven<Op>> &
  Part<"body", BodyGiven<Op>>;

/** The address of an operation, with its parameters in place. */
export function apiPath(
  operation: Operation,
  input: { readonly params?: unknown; readonly query?: unknown } = {},
): string {
  const [, template = ""] = ENDPOINTS[operation].split(" ");
  const params = (input.params ?? {}) as Readonly<Record<string, string>>;
  const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries((input.query ?? {}) as Record<string, unknown>))
    if (value !== undefined && value !== "") query.set(key, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Calls the hub. Throws ApiProblem; a lost connection is `unreachable`, so that the caller can keep what was typed. */
export async function callApi<Op extends Operation>(
  operation: Op,
  input: ApiInput<Op>,
  options: { readonly signal?: AbortSignal; readonly keepalive?: boolean } = {},
): Promise<Answer<Op>> {
  const [method = "GET"] = ENDPOINTS[operation].split(" ");
  let response: Response;
  try {
    response = await fetch(apiPath(operation, input), {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(input.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...options,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiProblem(0, "unreachable");
  }
  if (response.status === 204) return null as Answer<Op>;
  const json: unknown = await response.json().catch(() => null);
  if (response.ok) return json as Answer<Op>;
  throw problemOf(response.status, json);
}

export function problemOf(status: number, json: unknown): ApiProblem {
  const problem = json as Partial<Problem> | null;
  return typeof problem?.code === "string"
    ? new ApiProblem(status, problem.code as ErrorCode, problem.detail ?? {})
    : new ApiProblem(status, "unexpected");
}
