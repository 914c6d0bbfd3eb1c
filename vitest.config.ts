import { defineConfig } from "vitest/config";

const common = {
  globalSetup: ["tests/support/global-setup.ts"],
  environment: "node" as const,
  restoreMocks: true,
  // a ceiling for a machine that is busy with something else, not a measure
  expect: { poll: { timeout: 30_000 } },
};

/** Three projects, one after the other: what is quick fails first, and the browser has the machine to itself. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // an unhandled rejection is a failed run, whatever the tests said
    dangerouslyIgnoreUnhandledErrors: false,
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: ["{core,server,worker,viewer,bin}/**/*.test.{ts,tsx}"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "integration",
          include: ["tests/{integration,dimse,property,fault}/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
