import { z } from "zod";
import { ROLES } from "../../access/policy.ts";

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

/** DICOM DA as it came (yyyymmdd, or empty): the site's own day. */
export const DicomDate = z.string();

export const Day = z.string().regex(/^\d{8}$/);

export const Uid = z.string().regex(/^[0-9.]{1,64}$/);

export const Text = (max: number) => z.string().max(max);

export const AeTitle = z.string().regex(/^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/);

export const Page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).default(0),
};

export const Role = z.enum(ROLES);

export const Urgency = z.enum(["routine", "urgent"]);

export const SiteRef = z.object({ id: z.string(), name: z.string(), nameEn: z.string() });
export type SiteRef = z.infer<typeof SiteRef>;

export const AccountRef = z.object({ id: z.string(), displayName: z.string() });

export const byTask = z.object({ taskId: z.uuid() });

export const byStudy = z.object({ studyInstanceUid: Uid });

export const nothing = z.null();
