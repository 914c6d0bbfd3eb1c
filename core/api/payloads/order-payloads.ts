import { z } from "zod";
import { ORDER_STAGES } from "../../order/order-stages.ts";
import { AeTitle, Day, Instant, Page, SiteRef, Text, Uid, Urgency } from "./payload-parts.ts";

const NewOrder = z.object({
  siteId: z.string(),
  /** Empty: the hub makes one. */
  accessionNumber: z.string().regex(/^[\x21-\x5b\x5d-\x7e]{0,16}$/),
  patient: z.object({
    patientId: z.string().trim().min(1).max(64),
    /** Han name, without carets. */
    name: Text(64),
    /** As DICOM has it: family^given. */
    nameLatin: z.string().regex(/^[\x20-\x5b\x5d-\x7e]{0,64}$/),
    birthDate: z.union([z.literal(""), Day]),
    sex: z.enum(["", "M", "F", "O"]),
  }),
  clinicalHistory: Text(4000),
  question: Text(1000),
  modality: z.string().regex(/^[A-Z]{2,8}$/),
  description: z.string().trim().min(1).max(64),
  /** Empty: any device of the site. */
  stationAeTitle: z.union([z.literal(""), AeTitle]),
  startDate: Day,
  startTime: z.string().regex(/^\d{6}$/),
  urgency: Urgency.default("routine"),
});

const OrderStage = z.enum(ORDER_STAGES);

const Order = NewOrder.extend({
  urgency: Urgency,
  id: z.string(),
  site: SiteRef,
  studyInstanceUid: Uid,
  state: z.enum(["scheduled", "started", "performed", "discontinued", "cancelled"]),
  /** The state, and `arrived` once there are images while its device has not said that it has ended. */
  stage: OrderStage,
  requestingPhysician: z.string(),
  placedAt: Instant,
  /** What came of it, found by its UID or its accession number. */
  study: z
    .object({ studyInstanceUid: Uid, instanceCount: z.number(), state: z.enum(["receiving", "complete"]) })
    .nullable(),
  /** As its device tells it (MPPS). */
  performed: z
    .object({
      aeTitle: z.string(),
      beganAt: Instant,
      endedAt: Instant.nullable(),
      made: z.number(),
      missing: z.number(),
    })
    .nullable(),
});

export const ORDER_PAYLOADS = {
  placeOrder: { body: NewOrder, answer: Order },
  listOrders: {
    query: z.object({
      q: Text(64).optional(),
      stage: OrderStage.optional(),
      from: Day.optional(),
      to: Day.optional(),
      ...Page,
    }),
    answer: z.object({
      orders: z.array(Order),
      /** By stage and in all; only of a span of days with both ends. */
      counts: z.record(z.string(), z.number()),
    }),
  },
  cancelOrder: { params: z.object({ orderId: z.uuid() }), answer: Order },
  listStations: { answer: z.object({ stations: z.array(z.object({ title: z.string(), siteId: z.string() })) }) },
  changeOrder: {
    params: z.object({ orderId: z.uuid() }),
    /** An empty accession number leaves it as it is. */
    body: NewOrder.omit({ siteId: true }),
    answer: Order,
  },
} as const;
