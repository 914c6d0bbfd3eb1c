import { Segmented } from "antd";
import { useAddressParams } from "../desk/use-address-params.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { ChangesView } from "../patient/changes-view.tsx";
import { ConflictsView } from "../patient/conflicts-view.tsx";
import { PatientsView } from "../patient/patients-view.tsx";

const VIEWS = ["conflicts", "patients", "changes"] as const;
type View = (typeof VIEWS)[number];

/** Who is who: what has to be settled, whom to put right, what was done and can be undone. */
export function PatientsTab() {
  const { text } = useText();
  const [params, change] = useAddressParams();
  const shown = VIEWS.find((view) => view === params.get("view")) ?? "conflicts";
  const conflicts = useDeskQuery("studies", "listIdentityConflicts", { query: {} });
  return (
    <>
      <Segmented<View>
        value={shown}
        options={VIEWS.map((value) => ({
          value,
          label: text(`identity.view.${value}`, { count: conflicts.data?.total ?? "…" }),
        }))}
        onChange={(view) => change((next) => next.set("view", view))}
      />
      {shown === "conflicts" && <ConflictsView />}
      {shown === "patients" && <PatientsView />}
      {shown === "changes" && <ChangesView />}
    </>
  );
}
