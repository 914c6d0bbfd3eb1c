import { z } from "zod";
import { EXAM_KINDS } from "../../reading/hanging/exam.ts";
import { HangingProtocol } from "../../reading/hanging/hanging-protocol.ts";
import { nothing } from "./payload-parts.ts";

/** `hub.…` is one that the hub ships with, any other one of the caller's own. */
const ProtocolId = z.union([z.uuid(), z.string().regex(/^hub\.[a-z-]{1,40}$/)]);
const ExamKind = z.string().refine((kind) => EXAM_KINDS.includes(kind));

const OwnProtocol = z.object({ id: z.uuid(), protocol: HangingProtocol });

export const HANGING_PAYLOADS = {
  /** The caller's own protocols, and what was chosen for which kind of examination. */
  getHanging: {
    answer: z.object({
      own: z.array(OwnProtocol),
      choices: z.array(z.object({ examKind: z.string(), protocolId: z.string() })),
    }),
  },
  /** Takes the place of the caller's own one of the same name. */
  saveHangingProtocol: { body: HangingProtocol, answer: OwnProtocol },
  deleteHangingProtocol: { params: z.object({ protocolId: z.uuid() }), answer: nothing },
  chooseHangingProtocol: {
    params: z.object({ examKind: ExamKind }),
    body: z.object({ protocolId: ProtocolId }),
    answer: nothing,
  },
} as const;
