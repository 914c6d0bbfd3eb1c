import { useMemo, useState } from "react";
import type { StudyModel } from "../../core/image/study-model.ts";
import { chooseProtocol, type NamedProtocol, offeredProtocols } from "../../core/reading/hanging/choose-protocol.ts";
import { type Exam, examKind, examOf } from "../../core/reading/hanging/exam.ts";
import type { HangingProtocol } from "../../core/reading/hanging/hanging-protocol.ts";
import { SHIPPED_PROTOCOLS } from "../../core/reading/hanging/shipped-protocols.ts";
import { callApi } from "../api/call-api.ts";
import type { OwnHanging } from "./own-hanging.ts";

export interface Hanging {
  readonly exam: Exam;
  readonly current: NamedProtocol | undefined;
  readonly own: readonly NamedProtocol[];
  readonly offered: readonly NamedProtocol[];
  /** Why the hub could not keep the last choice; null when it did. */
  readonly fault: unknown;
  /** Hangs at once and is kept for the next examination of this kind. */
  choose(id: string): NamedProtocol | undefined;
  /** Keeps it and chooses it. Throws what the hub answers. */
  save(protocol: HangingProtocol): Promise<void>;
  /** Throws what the hub answers. */
  remove(id: string): Promise<void>;
}

/** The protocols for the open study, and the reader's choice among them. */
export function useHanging(model: StudyModel, opened: OwnHanging): Hanging {
  const exam = useMemo(() => examOf(model), [model]);
  const kind = examKind(exam);
  const [own, setOwn] = useState(opened.own);
  const [chosenId, setChosenId] = useState(opened.choices.get(kind));
  const [fault, setFault] = useState<unknown>(null);
  const all = [...own, ...SHIPPED_PROTOCOLS];
  const keepChoice = (protocolId: string): Promise<null> =>
    callApi("chooseHangingProtocol", { params: { examKind: kind }, body: { protocolId } });
  return {
    exam,
    current: chooseProtocol(all, exam, chosenId),
    own,
    offered: offeredProtocols(all, exam),
    fault,
    choose: (id) => {
      setChosenId(id);
      setFault(null);
      keepChoice(id).catch(setFault);
      return chooseProtocol(all, exam, id);
    },
    save: async (protocol) => {
      const saved = await callApi("saveHangingProtocol", { body: protocol });
      setOwn((before) => [...before.filter(({ id }) => id !== saved.id), saved]);
      await keepChoice(saved.id);
      setChosenId(saved.id);
      setFault(null);
    },
    remove: async (protocolId) => {
      await callApi("deleteHangingProtocol", { params: { protocolId } });
      setOwn((before) => before.filter(({ id }) => id !== protocolId));
    },
  };
}
