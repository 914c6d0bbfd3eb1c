import { generateCtStudy } from "../../demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../demo/demo-people.ts";
import { generateEcg } from "../../demo/ecg-study.ts";
import { dayInZone, timeInZone } from "../../order/working-calendar.ts";
import type { InstanceReceiver } from "../../ports.ts";

/**
 * Brings in the demo studies the way devices do: a chest CT and an ECG at yanji, which asks by itself, and a head CT at
 * changbai, which waits for its technician. With the same `now` they are the same, so that what is there is not stored again.
 */
export async function storeDemoStudies(receiver: InstanceReceiver, now: number): Promise<void> {
  const zone = "Asia/Shanghai";
  const made = (minutesAgo: number) => {
    const at = now - minutesAgo * 60_000;
    return { studyDate: dayInZone(at, zone), studyTime: timeInZone(at, zone) };
  };
  const day = dayInZone(now, zone);
  const [woman, man] = [DEMO_PEOPLE[0], DEMO_PEOPLE[1]];
  const headPatient = DEMO_PEOPLE[6];
  const institution = "延吉社区卫生服务中心";
  await storeAll(receiver, "yanji", "ECG_YANJI", [
    generateEcg({
      institution,
      ...made(25),
      seed: "demo-ecg",
      rhythm: "inferior-stemi",
      patient: man,
      accessionNumber: `E${day}001`,
      stationName: "ECG1",
    }).bytes,
  ]);
  await storeAll(
    receiver,
    "yanji",
    "CT_YANJI",
    bytesOf(
      generateCtStudy({
        institution,
        ...made(12),
        seed: "demo-chest",
        body: "chest",
        slices: 80,
        series: ["localizer", "soft", "thin"],
        patient: woman,
        accessionNumber: `C${day}001`,
        stationName: "CT1",
      }),
    ),
  );
  await storeAll(
    receiver,
    "changbai",
    "CT_CHANGBAI",
    bytesOf(
      generateCtStudy({
        institution: "长白社区卫生服务中心",
        ...made(5),
        seed: "demo-head",
        body: "head",
        slices: 30,
        bleed: true,
        patient: headPatient,
        accessionNumber: `C${day}002`,
        stationName: "CT2",
      }),
    ),
  );
}

function* bytesOf(instances: Iterable<{ readonly bytes: Buffer }>): Generator<Buffer> {
  for (const instance of instances) yield instance.bytes;
}

async function storeAll(
  receiver: InstanceReceiver,
  siteId: string,
  sender: string,
  files: Iterable<Buffer>,
): Promise<void> {
  const source = { siteId, via: "dimse", sender } as const;
  const studies = new Set<string>();
  for (const file of files) {
    const incoming = await receiver.receivePart10(source);
    await incoming.write(file);
    studies.add((await incoming.store()).studyInstanceUid);
  }
  await receiver.released(source, studies);
}
