import { expect } from "vitest";
import { type District, hanName } from "../support/district.ts";
import { words } from "../support/words.ts";

/** For a GP of another centre the report does not exist: not on the list, not by its address, not by any interface. */
export async function otherGpFindsNothing(district: District): Promise<void> {
  const uid = district.ctUid;
  const known = await district.person("gp2").context.request.get(`/api/studies/${uid}`);
  const taskId = ((await known.json()) as { study: { task: { id: string } } }).study.task.id;

  const { page, context } = await district.at("gp", "/gp");
  await page.getByText(words("gp.empty"), { exact: true }).waitFor();
  await page.getByPlaceholder(words("gp.search")).fill(hanName(district.ctPatient));
  await page.getByText(words("gp.empty.filtered"), { exact: true }).waitFor();
  await page.goto(`/gp/reports/${taskId}`);
  await page.getByText(words("gp.not-found")).waitFor();
  await page.goto(`/reading/${uid}`);
  await page.getByText(words("reading.not-found")).waitFor();

  const { seriesInstanceUid, sopInstanceUid } = district.ct[0] ?? {};
  const series = `/dicom-web/studies/${uid}/series/${seriesInstanceUid}`;
  for (const address of [
    `/api/reports/${taskId}`,
    `/api/reports/${taskId}/pdf`,
    `/api/reading-tasks/${taskId}`,
    `/api/studies/${uid}`,
    `/dicom-web/studies/${uid}`,
    `/dicom-web/studies/${uid}/metadata`,
    `${series}/metadata`,
    `${series}/instances/${sopInstanceUid}`,
    `${series}/instances/${sopInstanceUid}/frames/1`,
  ]) {
    const answer = await context.request.get(address, { headers: { accept: "*/*" } });
    expect(answer.status(), address).toBe(404);
  }
  const acknowledged = await context.request.post(`/api/reports/${taskId}/acknowledge`);
  expect(acknowledged.status()).toBe(404);
  for (const search of [
    `/dicom-web/studies?PatientID=${district.ctPatient.id}`,
    `/dicom-web/studies/${uid}/instances`,
  ]) {
    const answer = await context.request.get(search);
    expect(answer.status() === 204 ? [] : await answer.json(), search).toEqual([]);
  }
}
