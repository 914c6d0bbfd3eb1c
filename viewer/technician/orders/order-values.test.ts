import dayjs from "dayjs";
import { expect, it } from "vitest";
import type { Answer } from "../../../core/api/payloads.ts";
import { orderBody, orderValues } from "./order-values.ts";

const ORDER: Answer<"placeOrder"> = {
  id: "1",
  siteId: "yanji",
  site: { id: "yanji", name: "延吉", nameEn: "Yanji" },
  accessionNumber: "20261125-0001",
  patient: { patientId: "YJ900", name: "欧阳小蝶", nameLatin: "Ouyang^Xiaodie", birthDate: "19500203", sex: "F" },
  clinicalHistory: "咳嗽两周",
  question: "除外肺炎",
  modality: "CT",
  description: "胸部CT平扫",
  stationAeTitle: "CT_YANJI",
  startDate: "20261201",
  startTime: "090500",
  urgency: "urgent",
  studyInstanceUid: "1.2.3",
  state: "scheduled",
  stage: "scheduled",
  requestingPhysician: "陈晓燕",
  placedAt: "2026-11-25T02:00:00.000Z",
  study: null,
  performed: null,
};

it("an order that is only looked at stays as it is", () => {
  const { siteId, accessionNumber, patient, clinicalHistory, question, modality, description } = ORDER;
  const { stationAeTitle, startDate, startTime, urgency } = ORDER;
  expect(orderBody(orderValues(ORDER, "", dayjs()))).toEqual({
    siteId,
    accessionNumber,
    patient,
    clinicalHistory,
    question,
    modality,
    description,
    stationAeTitle,
    startDate,
    startTime,
    urgency,
  });
});

it("a new one is for soon, in steps of five minutes, also over midnight", () => {
  const late = orderBody(orderValues(null, "yanji", dayjs("2026-12-31T23:53:20")));
  expect([late.siteId, late.startDate, late.startTime]).toEqual(["yanji", "20270101", "000000"]);
});

it.each([
  ["Zhang Wei", "Zhang^Wei"],
  ["  Ouyang  Xiao Die ", "Ouyang^Xiao Die"],
  ["Zhang^Wei^^Dr", "Zhang^Wei^^Dr"],
  ["Madonna", "Madonna"],
  ["", ""],
])("the latin name %j is %j", (latin, nameLatin) => {
  expect(orderBody({ ...orderValues(ORDER, "", dayjs()), latin }).patient.nameLatin).toBe(nameLatin);
});
