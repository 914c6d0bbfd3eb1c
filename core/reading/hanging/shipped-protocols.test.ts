import { expect, it } from "vitest";
import { HangingProtocol } from "./hanging-protocol.ts";
import { SHIPPED_PROTOCOLS } from "./shipped-protocols.ts";

it.each(SHIPPED_PROTOCOLS.map(({ id, protocol }) => [id, protocol] as const))("%s is a protocol", (id, protocol) => {
  expect(id).toMatch(/^hub\.[a-z-]{1,40}$/); // as the API takes it
  expect(HangingProtocol.parse(protocol)).toEqual(protocol);
});

it("names each once, in both languages", () => {
  for (const of of [
    SHIPPED_PROTOCOLS.map(({ id }) => id),
    SHIPPED_PROTOCOLS.map(({ protocol }) => protocol.name.zh),
    SHIPPED_PROTOCOLS.map(({ protocol }) => protocol.name.en),
  ])
    expect(new Set(of).size).toBe(SHIPPED_PROTOCOLS.length);
});

it("is refused with too few viewports, or with a prior like a prior", () => {
  const chest = SHIPPED_PROTOCOLS.find(({ id }) => id === "hub.chest-prior")?.protocol;
  const [first, second, ...rest] = chest?.viewports ?? [];
  expect(HangingProtocol.safeParse({ ...chest, viewports: [first, second] }).success).toBe(false);
  const like = { ...second, series: { of: "prior", like: 1 } };
  expect(HangingProtocol.safeParse({ ...chest, viewports: [first, like, ...rest] }).success).toBe(false);
});
