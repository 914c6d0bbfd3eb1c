import { expect, it } from "vitest";
import type { Text } from "../i18n/use-text.ts";
import { failureText } from "./failure-text.ts";

const key: Text = (name) => name;

it.each([
  ["unreachable: ECONNREFUSED", "failure.ECONNREFUSED"],
  ["unreachable: EAI_AGAIN", "failure.ENOTFOUND"],
  ["unreachable: EPROTO", "failure.unreachable"],
  ["unreachable: TLS is wanted, and is not set up here", "failure.TLS"],
  ["rejected: result 1, source 1, reason 3", "failure.calling-unknown"],
  ["rejected: result 1, source 1, reason 7", "failure.called-unknown"],
  ["rejected: result 2, source 3, reason 2", "failure.busy"],
  ["rejected: Verification is not accepted", "failure.rejected"],
  ["silent", "failure.silent"],
  ["lost", "failure.lost"],
  ["aborted: source 2", "failure.aborted"],
  ["protocol: an answer cannot be read", "failure.protocol"],
  ["peer-refused: status a700H", "failure.peer-full"],
  ["peer-refused: status b000H", "failure.peer-partial"],
  ["peer-refused", "failure.peer-unsupported"],
  ["peer-refused: status c001H", "failure.peer-refused"],
  ["destination-may-not-see", "failure.destination-may-not-see"],
  ["prior-patient-unsure", "failure.prior-patient-unsure"],
  ["abandoned", "failure.abandoned"],
  ["toString", "failure.fault"],
  ["fault", "failure.fault"],
])("%s is told as %s", (failure, told) => {
  expect(failureText(failure, key)).toBe(told);
});
