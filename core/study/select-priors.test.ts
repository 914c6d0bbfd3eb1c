import { expect, test } from "vitest";
import { type FoundStudy, type PriorRule, selectPriors, whyNotAsked } from "./select-priors.ts";

const READ = {
  studyInstanceUid: "1.2.1",
  patientId: "YJ1",
  birthDate: "19500203",
  studyDate: "20260228",
  studyTime: "101500",
};
const ANY: PriorRule = { modality: "*", issuer: "", years: null, mostStudies: 10 };
let made = 0;
const found = (changes: Partial<FoundStudy> = {}): FoundStudy => {
  made += 1;
  return {
    ...READ,
    studyInstanceUid: `1.3.${made}`,
    studyDate: "20250101",
    issuer: "",
    modalities: ["CT"],
    instances: 3,
    ...changes,
  };
};
const uids = (studies: readonly { readonly studyInstanceUid: string }[]) => studies.map((s) => s.studyInstanceUid);

test("takes the patient's earlier studies, newest first, and neither the study itself nor later ones", () => {
  const [old, older, later] = [found(), found({ studyDate: "20240101" }), found({ studyDate: "20260301" })];
  const [before, after] = [
    found({ studyDate: "20260228", studyTime: "101459" }),
    found({ studyDate: "20260228", studyTime: "101501" }),
  ];
  const itself = found({ studyInstanceUid: READ.studyInstanceUid, studyDate: "20200101" });
  const { wanted, skipped } = selectPriors(READ, [ANY], [older, old, later, before, after, itself]);
  expect(uids(wanted)).toEqual(uids([before, old, older]));
  expect(skipped).toEqual([]);
});

test.each([
  [{ patientId: "YJ2" }, "patient-id-differs"],
  [{ patientId: "yj1" }, "patient-id-differs"],
  [{ birthDate: "" }, "birth-date-missing"],
  [{ birthDate: "19500302" }, "birth-date-differs"],
  [{ studyDate: "" }, "study-date-missing"],
  [{ issuer: "OTHER" }, "issuer-differs"],
] as const)("skips an answer with %o and says why: %s", (changes, reason) => {
  const study = found(changes);
  expect(selectPriors(READ, [{ ...ANY, issuer: "HIS" }], [study])).toEqual({
    wanted: [],
    skipped: [{ studyInstanceUid: study.studyInstanceUid, reason }],
  });
});

test("takes an answer that does not say its issuer, or says the one that is set", () => {
  const [silent, said] = [found(), found({ issuer: "HIS" })];
  expect(selectPriors(READ, [{ ...ANY, issuer: "HIS" }], [silent, said]).wanted).toHaveLength(2);
});

test("a rule takes so many of its modality, so far back; several rules add up", () => {
  const ct = [found({ studyDate: "20250101" }), found({ studyDate: "20240101" }), found({ studyDate: "20230227" })];
  const dx = [found({ modalities: ["DX"], studyDate: "20100101" })];
  const unsaid = found({ modalities: [], studyDate: "20230228" });
  const take = (...rules: Partial<PriorRule>[]) =>
    uids(
      selectPriors(
        READ,
        rules.map((rule) => ({ ...ANY, ...rule })),
        [...ct, ...dx, unsaid],
      ).wanted,
    );
  expect(take({ modality: "CT", mostStudies: 1 })).toEqual(uids(ct.slice(0, 1)));
  // three years before 28 February 2026 is 28 February 2023: the day before is too old
  expect(take({ modality: "CT", years: 3 })).toEqual(uids([...ct.slice(0, 2), unsaid]));
  expect(take({ modality: "CT", mostStudies: 1 }, { modality: "DX", years: 20, mostStudies: 5 })).toEqual(
    uids([ct[0] as FoundStudy, unsaid, dx[0] as FoundStudy]),
  );
});

test.each([
  ["", "19500203", "no-patient-id"],
  ["YJ*", "19500203", "patient-id-is-pattern"],
  ["YJ?", "19500203", "patient-id-is-pattern"],
  ["YJ1\\YJ2", "19500203", "patient-id-is-pattern"],
  ["YJ1", "", "no-birth-date"],
  ["YJ1", "19500203", null],
] as const)("of patient %j born %j: %s", (patientId, birthDate, why) => {
  expect(whyNotAsked(patientId, birthDate)).toBe(why);
});
