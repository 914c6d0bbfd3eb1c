import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { AssociationFailed } from "./association-failed.ts";
import { type Caller, type Destination, openAssociation } from "./open-association.ts";

const VERIFICATION = "1.2.840.10008.1.1";
const C_ECHO = 0x0030;

/** Verification as SCU (PS3.4 Annex A): resolves to the milliseconds it took. Rejects with AssociationFailed, which says why. */
export async function echoPeer(caller: Caller, destination: Destination): Promise<number> {
  const began = performance.now();
  const transferSyntaxUids = [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN];
  const association = await openAssociation(caller, destination, [
    { abstractSyntaxUid: VERIFICATION, transferSyntaxUids },
  ]);
  try {
    const [context] = association.contexts;
    if (!context) throw new AssociationFailed("rejected", "Verification is not accepted");
    const { command } = await association.request(context, { commandField: C_ECHO, affectedSopClassUid: VERIFICATION });
    if (command.status !== 0) throw new AssociationFailed("rejected", `status ${command.status?.toString(16)}H`);
    return performance.now() - began;
  } finally {
    await association.release().catch(() => undefined);
  }
}
