import { expect, it } from "vitest";
import { newPassword } from "./new-password.ts";

it("is fourteen signs that cannot be mistaken for one another", () => {
  for (let i = 0; i < 50; i++)
    expect(newPassword((bytes) => void crypto.getRandomValues(bytes))).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{14}$/);
});

it("throws away bytes that would make some letters likelier", () => {
  // 56 letters: 224 = 4 · 56 is the first byte that is not fair
  let round = 0;
  const password = newPassword((bytes) => {
    bytes.fill(round++ === 0 ? 224 : 223);
  });
  expect(round).toBe(2);
  expect(password).toBe("9".repeat(14)); // 223 % 56 = 55, the last letter
});
