import dayjs, { type Dayjs } from "dayjs";
import customParse from "dayjs/plugin/customParseFormat";
import type { Answer, BodyGiven } from "../../../core/api/payloads.ts";

dayjs.extend(customParse);

/** An order as its form has it. */
export interface OrderValues {
  readonly siteId: string;
  readonly patientId: string;
  readonly name: string;
  /** As it is written: family, a space, the rest. */
  readonly latin: string;
  readonly sex: Answer<"placeOrder">["patient"]["sex"];
  readonly born: Dayjs | null;
  readonly accession: string;
  readonly modality: string;
  readonly description: string;
  readonly station: string;
  readonly date: Dayjs;
  readonly time: Dayjs;
  readonly question: string;
  readonly history: string;
  readonly urgency: "routine" | "urgent";
}

const DAY = "YYYYMMDD";
const TIME = "HHmmss";

/** What the form begins with: the order, or what can be guessed of a new one. */
export function orderValues(order: Answer<"placeOrder"> | null, siteId: string, now: Dayjs): OrderValues {
  const soon = now.add(10 - (now.minute() % 5), "minute").second(0);
  return {
    siteId: order?.siteId ?? siteId,
    patientId: order?.patient.patientId ?? "",
    name: order?.patient.name ?? "",
    latin: order?.patient.nameLatin.replaceAll("^", " ").trim() ?? "",
    sex: order?.patient.sex ?? "",
    born: order && order.patient.birthDate !== "" ? dayjs(order.patient.birthDate, DAY) : null,
    accession: order?.accessionNumber ?? "",
    modality: order?.modality ?? "CT",
    description: order?.description ?? "",
    station: order?.stationAeTitle ?? "",
    date: order ? dayjs(order.startDate, DAY) : soon,
    time: order ? dayjs(order.startTime, TIME) : soon,
    question: order?.question ?? "",
    history: order?.clinicalHistory ?? "",
    urgency: order?.urgency ?? "routine",
  };
}

/** The first space of a latin name stands between family and given name (PS3.5 §6.2, PN). */
export function orderBody(values: OrderValues): BodyGiven<"placeOrder"> {
  const latin = values.latin.trim().replace(/\s+/g, " ");
  return {
    siteId: values.siteId,
    accessionNumber: values.accession,
    patient: {
      patientId: values.patientId.trim(),
      name: values.name.trim(),
      nameLatin: latin.includes("^") ? latin : latin.replace(" ", "^"),
      birthDate: values.born?.format(DAY) ?? "",
      sex: values.sex,
    },
    clinicalHistory: values.history.trim(),
    question: values.question.trim(),
    modality: values.modality,
    description: values.description.trim(),
    stationAeTitle: values.station,
    startDate: values.date.format(DAY),
    startTime: `${values.time.format("HHmm")}00`,
    urgency: values.urgency,
  };
}
