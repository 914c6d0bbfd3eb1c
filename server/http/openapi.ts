import { z } from "zod";
import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import { OPERATION_POLICY } from "../../core/api/operation-policy.ts";
import { Problem } from "../../core/api/payloads/problem.ts";
import { PAYLOADS } from "../../core/api/payloads.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of /api, made from the schemas that validate it. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of Object.keys(ENDPOINTS) as Operation[]) {
    const [method = "GET", path = ""] = ENDPOINTS[operation].split(" ");
    const place = path.replace(/:(\w+)/g, "{$1}");
    paths[place] = { ...paths[place], [method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tele-reading Hub", version: "1" },
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "hub_session" },
        key: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function describe(operation: Operation): Json {
  const schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType; answer: z.ZodType | null } =
    PAYLOADS[operation];
  const policy = OPERATION_POLICY[operation];
  const problem = {
    description: "Problem",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const answer = schemas.answer ? jsonSchema(schemas.answer, "output") : null;
  const empty = answer?.type === "null";
  return {
    operationId: operation,
    ...(policy === "public" ? { security: [] } : { security: [{ session: [] }, { key: [] }], "x-policy": policy }),
    parameters: [...parameters(schemas.params, "path"), ...parameters(schemas.query, "query")],
    ...(schemas.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(schemas.body, "input") } },
          },
        }
      : {}),
    responses: {
      ...(empty ? { 204: { description: "Done" } } : {}),
      ...(answer && !empty
        ? { 200: { description: "Answer", content: { "application/json": { schema: answer } } } }
        : {}),
      ...(answer ? {} : { 200: { description: "A document" } }),
      "4XX": problem,
      "5XX": problem,
    },
  };
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const object = jsonSchema(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || (object.required ?? []).includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  return json;
}
